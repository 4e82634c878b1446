INSERT INTO refused_posts (id, source_id, received_at, status, errors, content_type, query, payload, is_cut)
VALUES ({id 901}, {id 301}, {time 9}, 422, '[]', 'application/json', '', '{}', 1 = 2);
