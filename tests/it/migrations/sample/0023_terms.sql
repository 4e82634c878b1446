UPDATE subscription_meters SET day_start = {time 1}, day_end = {time 9}, month_start = {time 1}, month_end = {time 9} WHERE subscription_id = {id 221};
UPDATE exports SET quota_until = {time 9} WHERE id = {id 1101};
INSERT INTO subscription_areas (subscription_id, since, postal_prefixes) VALUES ({id 221}, {time 9}, '["802"]');
