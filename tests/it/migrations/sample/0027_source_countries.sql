INSERT INTO source_countries (source_id, since, country) VALUES ({id 301}, {time 9}, 'US');
