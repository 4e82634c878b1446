CREATE TABLE exports (
  id BLOB PRIMARY KEY,
  provider_id BLOB NOT NULL REFERENCES providers (id),
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'ready', 'failed', 'cancelled', 'expired')),
  format TEXT NOT NULL CHECK (format IN ('csv', 'xlsx')),
  preset TEXT NOT NULL CHECK (preset IN ('standard', 'hubspot', 'salesforce')),
  -- The filters as they were asked for. A search may be a person's address: it goes with that person's erasure.
  status TEXT CHECK (status IN ('active', 'accepted', 'rejected', 'refunded')),
  niche_id BLOB,
  date_from TEXT,
  date_to TEXT,
  search TEXT,
  viewed INTEGER CHECK (viewed IN (0, 1)),
  -- The period that the filters meant when they were sent, in the provider's zone of then.
  period_start INTEGER,
  period_end INTEGER,
  -- The limit in force when it was asked for.
  max_rows INTEGER NOT NULL CHECK (max_rows >= 1),
  -- At the request; then, once it is ready, at the moment of the file.
  matching_rows INTEGER NOT NULL CHECK (matching_rows >= 0),
  -- How often making it was begun: the last one begun is the one whose file counts.
  begun INTEGER NOT NULL DEFAULT 0 CHECK (begun >= 0),
  rows_done INTEGER NOT NULL DEFAULT 0 CHECK (rows_done BETWEEN 0 AND max_rows),
  row_count INTEGER CHECK (row_count BETWEEN 0 AND max_rows),
  size_bytes INTEGER CHECK (size_bytes >= 0),
  sha256 BLOB CHECK (length(sha256) = 32),
  -- Where the file is in the storage, while there is one.
  file TEXT UNIQUE,
  -- SHA-256 of the mailed link's token.
  token_hash BLOB UNIQUE CHECK (length(token_hash) = 32),
  error TEXT,
  -- The provider's day whose quota it took; null once that was given back.
  quota_day TEXT CHECK (length(quota_day) = 10),
  created_at INTEGER NOT NULL,
  ready_at INTEGER,
  expires_at INTEGER,
  finished_at INTEGER,
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
) STRICT;
CREATE INDEX exports_history ON exports (provider_id, id);
CREATE INDEX exports_expiry ON exports (expires_at) WHERE state = 'ready';
CREATE INDEX exports_kept ON exports (provider_id, size_bytes) WHERE state = 'ready';

-- How many exports count against a provider's day.
CREATE TABLE export_quotas (
  provider_id BLOB NOT NULL REFERENCES providers (id),
  day TEXT NOT NULL CHECK (length(day) = 10),
  n INTEGER NOT NULL CHECK (n >= 0),
  PRIMARY KEY (provider_id, day)
) STRICT, WITHOUT ROWID;
