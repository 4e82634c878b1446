UPDATE leads SET correction = 1, known_as = {id 311} WHERE id = {id 312};
