INSERT INTO niches (id, name, active, created_at) VALUES ({id 201}, 'Roofing', TRUE, {time 2}), ({id 202}, 'Solar', FALSE, {time 2});
INSERT INTO competition_levels (id, name, max_providers, created_at) VALUES ({id 211}, 'exclusive', 1, {time 2}), ({id 212}, 'shared', 3, {time 2});
INSERT INTO subscriptions (id, provider_id, niche_id, competition_level_id, price, daily_cap, monthly_budget, postal_prefixes, created_at) VALUES
  ({id 221}, {id 101}, {id 201}, {id 211}, 2500, NULL, NULL, NULL, {time 3}),
  ({id 222}, {id 102}, {id 201}, {id 212}, 0, 5, 100000, '["80", "81"]', {time 3});
