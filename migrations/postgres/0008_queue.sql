CREATE TABLE jobs (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  payload json NOT NULL,
  -- At most one queued job of a kind with the same key: asking twice for the same work is asking once.
  dedup_key text,
  state text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'dead')),
  run_at timestamptz NOT NULL,
  lease_until timestamptz,
  attempts bigint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  max_attempts bigint NOT NULL CHECK (max_attempts >= 1),
  last_error text,
  created_at timestamptz NOT NULL,
  finished_at timestamptz,
  CHECK ((state = 'running') = (lease_until IS NOT NULL)),
  CHECK ((state IN ('done', 'dead')) = (finished_at IS NOT NULL))
);
CREATE INDEX jobs_due ON jobs (run_at, id) WHERE state = 'queued';
CREATE INDEX jobs_leased ON jobs (lease_until, id) WHERE state = 'running';
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE state = 'done';
CREATE INDEX jobs_dead ON jobs (id) WHERE state = 'dead';
CREATE UNIQUE INDEX jobs_dedup ON jobs (kind, dedup_key) WHERE state = 'queued' AND dedup_key IS NOT NULL;

-- The answer of a request that was carried out, kept in the transaction that had the effect.
CREATE TABLE idempotency_keys (
  principal_id uuid NOT NULL,
  key text COLLATE "C" NOT NULL,
  fingerprint bytea NOT NULL,
  status bigint NOT NULL,
  body text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (principal_id, key)
);
CREATE INDEX idempotency_expiry ON idempotency_keys (expires_at);
