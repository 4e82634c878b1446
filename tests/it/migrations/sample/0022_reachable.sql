UPDATE niches SET unreachable = 'held' WHERE id = {id 201};
