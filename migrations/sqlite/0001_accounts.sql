-- The house itself: one row, written by the first migration run.
CREATE TABLE house (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  secret BLOB NOT NULL CHECK (length(secret) = 32),
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE providers (
  id BLOB PRIMARY KEY,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  email TEXT NOT NULL,
  timezone TEXT NOT NULL DEFAULT 'UTC',
  active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  notify_on_new_lead INTEGER NOT NULL DEFAULT 1 CHECK (notify_on_new_lead IN (0, 1)),
  notify_on_lead_status_change INTEGER NOT NULL DEFAULT 1 CHECK (notify_on_lead_status_change IN (0, 1)),
  notify_on_bad_lead_decision INTEGER NOT NULL DEFAULT 1 CHECK (notify_on_bad_lead_decision IN (0, 1)),
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
  id BLOB PRIMARY KEY,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('admin', 'provider')),
  provider_id BLOB REFERENCES providers (id),
  password_hash TEXT,
  active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  created_at INTEGER NOT NULL,
  CHECK ((role = 'provider') = (provider_id IS NOT NULL))
) STRICT;

-- API tokens, sign-in links and (later) sessions: only the SHA-256 of the secret is kept.
CREATE TABLE tokens (
  id BLOB PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('api', 'session', 'sign_in_link')),
  secret_hash BLOB NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
  user_id BLOB REFERENCES users (id),
  provider_id BLOB REFERENCES providers (id),
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  revoked_at INTEGER,
  CHECK ((user_id IS NULL) <> (provider_id IS NULL))
) STRICT;
CREATE INDEX tokens_provider ON tokens (provider_id, id);
CREATE INDEX tokens_user ON tokens (user_id, id);
