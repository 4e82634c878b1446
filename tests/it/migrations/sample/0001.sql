INSERT INTO house (id, currency, secret, created_at) VALUES (1, 'USD', {hash 1}, {time 1});
INSERT INTO providers (id, name, email, timezone, active, notify_on_bad_lead_decision, created_at) VALUES
  ({id 101}, 'Rita''s Roofs', 'rita@example.com', 'America/Denver', TRUE, FALSE, {time 2}),
  ({id 102}, 'Öztürk Çatı', 'oz@example.com', 'Europe/Istanbul', FALSE, TRUE, {time 3});
INSERT INTO users (id, email, email_key, role, provider_id, password_hash, created_at) VALUES
  ({id 111}, 'Ops@example.com', 'ops@example.com', 'admin', NULL, '$argon2id$', {time 2}),
  ({id 112}, 'rita@example.com', 'rita@example.com', 'provider', {id 101}, NULL, {time 3});
INSERT INTO tokens (id, kind, secret_hash, user_id, provider_id, name, created_at, expires_at, revoked_at) VALUES
  ({id 121}, 'api', {hash 2}, NULL, {id 101}, 'crm', {time 4}, NULL, NULL),
  ({id 122}, 'sign_in_link', {hash 3}, {id 111}, NULL, '', {time 4}, {time 9}, {time 5});
