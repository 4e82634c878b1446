CREATE TABLE jobs (
  id BLOB PRIMARY KEY,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  -- At most one queued job of a kind with the same key: asking twice for the same work is asking once.
  dedup_key TEXT,
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'dead')),
  run_at INTEGER NOT NULL,
  lease_until INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  max_attempts INTEGER NOT NULL CHECK (max_attempts >= 1),
  last_error TEXT,
  created_at INTEGER NOT NULL,
  finished_at INTEGER,
  CHECK ((state = 'running') = (lease_until IS NOT NULL)),
  CHECK ((state IN ('done', 'dead')) = (finished_at IS NOT NULL))
) STRICT;
CREATE INDEX jobs_due ON jobs (run_at, id) WHERE state = 'queued';
CREATE INDEX jobs_leased ON jobs (lease_until, id) WHERE state = 'running';
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE state = 'done';
CREATE INDEX jobs_dead ON jobs (id) WHERE state = 'dead';
CREATE UNIQUE INDEX jobs_dedup ON jobs (kind, dedup_key) WHERE state = 'queued' AND dedup_key IS NOT NULL;

-- The answer of a request that was carried out, kept in the transaction that had the effect.
CREATE TABLE idempotency_keys (
  principal_id BLOB NOT NULL,
  key TEXT NOT NULL,
  fingerprint BLOB NOT NULL,
  status INTEGER NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (principal_id, key)
) STRICT;
CREATE INDEX idempotency_expiry ON idempotency_keys (expires_at);
