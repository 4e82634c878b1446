CREATE TABLE exports (
  id uuid PRIMARY KEY,
  provider_id uuid NOT NULL REFERENCES providers (id),
  state text NOT NULL CHECK (state IN ('queued', 'running', 'ready', 'failed', 'cancelled', 'expired')),
  format text NOT NULL CHECK (format IN ('csv', 'xlsx')),
  preset text NOT NULL CHECK (preset IN ('standard', 'hubspot', 'salesforce')),
  -- The filters as they were asked for. A search may be a person's address: it goes with that person's erasure.
  status text CHECK (status IN ('active', 'accepted', 'rejected', 'refunded')),
  niche_id uuid,
  date_from text,
  date_to text,
  search text,
  viewed boolean,
  -- The period that the filters meant when they were sent, in the provider's zone of then.
  period_start timestamptz,
  period_end timestamptz,
  -- The limit in force when it was asked for.
  max_rows bigint NOT NULL CHECK (max_rows >= 1),
  -- At the request; then, once it is ready, at the moment of the file.
  matching_rows bigint NOT NULL CHECK (matching_rows >= 0),
  -- How often making it was begun: the last one begun is the one whose file counts.
  begun bigint NOT NULL DEFAULT 0 CHECK (begun >= 0),
  rows_done bigint NOT NULL DEFAULT 0 CHECK (rows_done BETWEEN 0 AND max_rows),
  row_count bigint CHECK (row_count BETWEEN 0 AND max_rows),
  size_bytes bigint CHECK (size_bytes >= 0),
  sha256 bytea CHECK (octet_length(sha256) = 32),
  -- Where the file is in the storage, while there is one.
  file text COLLATE "C" UNIQUE,
  -- SHA-256 of the mailed link's token.
  token_hash bytea UNIQUE CHECK (octet_length(token_hash) = 32),
  error text,
  -- The provider's day whose quota it took; null once that was given back.
  quota_day text CHECK (length(quota_day) = 10),
  created_at timestamptz NOT NULL,
  ready_at timestamptz,
  expires_at timestamptz,
  finished_at timestamptz,
  CHECK ((state IN ('ready', 'expired')) = (ready_at IS NOT NULL)),
  CHECK ((ready_at IS NULL) = (expires_at IS NULL)),
  CHECK ((ready_at IS NULL) = (row_count IS NULL)),
  CHECK ((ready_at IS NULL) = (size_bytes IS NULL)),
  CHECK ((ready_at IS NULL) = (sha256 IS NULL)),
  CHECK ((state = 'ready') = (file IS NOT NULL)),
  -- Kept when the file is gone: who has the right token is told so.
  CHECK ((ready_at IS NULL) = (token_hash IS NULL)),
  CHECK ((state = 'failed') = (error IS NOT NULL)),
  CHECK ((state IN ('queued', 'running')) = (finished_at IS NULL)),
  CHECK (state NOT IN ('failed', 'cancelled') OR quota_day IS NULL)
);
CREATE INDEX exports_history ON exports (provider_id, id);
CREATE INDEX exports_expiry ON exports (expires_at) WHERE state = 'ready';
CREATE INDEX exports_kept ON exports (provider_id, size_bytes) WHERE state = 'ready';

-- How many exports count against a provider's day.
CREATE TABLE export_quotas (
  provider_id uuid NOT NULL REFERENCES providers (id),
  day text COLLATE "C" NOT NULL CHECK (length(day) = 10),
  n bigint NOT NULL CHECK (n >= 0),
  PRIMARY KEY (provider_id, day)
);
