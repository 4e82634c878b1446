UPDATE lead_assignments SET undone = 2 WHERE id = {id 401};
