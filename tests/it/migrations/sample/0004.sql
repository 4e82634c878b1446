INSERT INTO lead_assignments (id, lead_id, provider_id, niche_id, competition_level_id, subscription_id, price_charged, max_providers,
    status, assigned_at, viewed_at, accepted_at, rejected_at, refunded_at, rejection_reason, rejection_code, search_text) VALUES
  ({id 401}, {id 311}, {id 101}, {id 201}, {id 211}, {id 221}, 2500, 1, 'accepted', {time 4}, {time 5}, {time 6}, NULL, NULL, NULL, NULL,
    'jose@example.com
13035550100'),
  ({id 402}, {id 311}, {id 102}, {id 201}, {id 212}, {id 222}, 0, 3, 'rejected', {time 4}, NULL, NULL, {time 7}, NULL, 'wrong number', 'bad_contact', '
'),
  ({id 403}, {id 314}, {id 101}, {id 201}, {id 211}, {id 221}, 2500, 1, 'refunded', {time 4}, {time 5}, NULL, NULL, {time 9}, NULL, NULL, '
');
INSERT INTO lead_assignments (id, lead_id, provider_id, niche_id, competition_level_id, subscription_id, price_charged, max_providers,
    status, assigned_at, search_text) VALUES
  ({id 404}, {id 313}, {id 101}, {id 201}, {id 211}, {id 221}, 2500, 1, 'active', {time 5}, '
123');
UPDATE lead_assignments SET viewed_at = {time 8} WHERE id = {id 404};
