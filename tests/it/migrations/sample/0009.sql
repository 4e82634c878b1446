INSERT INTO mails (id, template, provider_id, address, subject_id, round, variables, state, reason, held_until, carried_by, attempts, last_error, created_at, sent_at) VALUES
  ({id 901}, 'provider_new_lead', {id 101}, NULL, {id 401}, 0, '{"niche_name": "Roofing"}', 'sent', NULL, NULL, NULL, 1, NULL, {time 4}, {time 5}),
  ({id 902}, 'provider_new_lead', {id 102}, NULL, {id 402}, 0, '{}', 'queued', NULL, {time 9}, {id 901}, 0, NULL, {time 4}, NULL),
  ({id 903}, 'provider_lead_status_changed', {id 101}, NULL, {id 403}, 0, '{}', 'suppressed', 'preference_off', NULL, NULL, 0, NULL, {time 9}, NULL),
  ({id 904}, 'sign_in_link', NULL, 'ops@example.com', {id 122}, 0, '{}', 'dead', NULL, NULL, NULL, 17, '550 no such user', {time 5}, NULL),
  ({id 905}, 'admin_provider_rejected_lead', NULL, NULL, {id 402}, 1, '{}', 'queued', NULL, NULL, NULL, 2, '451 later', {time 7}, NULL);
UPDATE providers SET quiet_from = '22:00', quiet_until = '06:30' WHERE id = {id 101};
