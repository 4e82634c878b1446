INSERT INTO jobs (id, kind, payload, dedup_key, state, run_at, lease_until, attempts, max_attempts, last_error, created_at, finished_at) VALUES
  ({id 801}, 'distribution.retry_unmatched', '{}', 'roofing', 'queued', {time 5}, NULL, 0, 8, NULL, {time 4}, NULL),
  ({id 802}, 'distribution.retry_unmatched', '{}', 'roofing', 'running', {time 5}, {time 9}, 1, 8, NULL, {time 4}, NULL),
  ({id 803}, 'other', '[]', NULL, 'dead', {time 5}, NULL, 8, 8, 'it broke', {time 4}, {time 9});
INSERT INTO idempotency_keys (principal_id, key, fingerprint, status, body, created_at, expires_at) VALUES
  ({id 101}, 'k-1', {hash 4}, 200, '{"ok":true}', {time 4}, {time 9});
