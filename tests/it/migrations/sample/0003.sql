INSERT INTO sources (id, name, niche_id, format, key, secret, created_at) VALUES
  ({id 301}, 'site', {id 201}, 'json', 'key-1', NULL, {time 3}), ({id 302}, 'ads', {id 201}, 'google_ads', 'key-2', 'geheim', {time 3});
INSERT INTO leads (id, source_id, niche_id, status, received_at, contact_name, contact_email, contact_phone, contact_email_lower,
    contact_phone_digits, postal_code, form_data, external_id, duplicate_of, consent, raw_payload, raw_content_type, erased_at) VALUES
  ({id 311}, {id 301}, {id 201}, 'assigned', {time 4}, 'José', 'Jose@example.com', '+13035550100', 'jose@example.com', '13035550100',
    '80202', '{"roof": "tile"}', 'x-1', NULL, '{"text": "yes"}', '{}', 'application/json', NULL),
  ({id 312}, {id 301}, {id 201}, 'duplicate', {time 5}, 'José', 'Jose@example.com', NULL, 'jose@example.com', NULL,
    NULL, '{}', 'x-1', {id 311}, NULL, '{}', 'application/json', NULL),
  ({id 313}, {id 302}, {id 201}, 'unmatched', {time 5}, NULL, NULL, '123', NULL, '123', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  ({id 314}, {id 302}, {id 201}, 'assigned', {time 5}, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'x-2', NULL, NULL, NULL, NULL, {time 9});
