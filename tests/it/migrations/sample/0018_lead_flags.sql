UPDATE leads SET flags = '["name_cut"]', attribution = '{"gclid": "g"}', raw_bytes = {hash 1} WHERE id = {id 311};
INSERT INTO leads (id, source_id, niche_id, status, received_at, external_id) VALUES
  ({id 315}, {id 302}, {id 201}, 'test', {time 9}, 'x-3');
