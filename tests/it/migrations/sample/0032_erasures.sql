INSERT INTO erasures (id, asked_at, leads, sought, finished_at) VALUES ({id 921}, {time 8}, 2, NULL, {time 9});
INSERT INTO lead_retention (niche_id, through, as_of) VALUES ({id 201}, {id 1}, {time 9});
