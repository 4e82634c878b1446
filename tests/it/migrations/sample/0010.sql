UPDATE returns SET state = 'denied', decided_at = {time 8}, decided_by = {id 111}, note = 'it rang' WHERE assignment_id = {id 402};
INSERT INTO contact_attempts (id, assignment_id, provider_id, kind, at, result, note, created_at) VALUES
  ({id 1001}, {id 402}, {id 102}, 'call', {time 5}, 'no_answer', NULL, {time 6}), ({id 1002}, {id 404}, {id 101}, 'mail', {time 6}, 'bounced', 'full', {time 7});
UPDATE return_policy SET known_person = TRUE, max_percent = 20;
