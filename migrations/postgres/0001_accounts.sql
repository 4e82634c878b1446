-- The house itself: one row, written by the first migration run.
CREATE TABLE house (
  id bigint PRIMARY KEY CHECK (id = 1),
  currency text NOT NULL CHECK (length(currency) = 3),
  secret bytea NOT NULL CHECK (length(secret) = 32),
  created_at timestamptz NOT NULL
);

CREATE TABLE providers (
  id uuid PRIMARY KEY,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  email text NOT NULL,
  timezone text NOT NULL DEFAULT 'UTC',
  active boolean NOT NULL DEFAULT true,
  notify_on_new_lead boolean NOT NULL DEFAULT true,
  notify_on_lead_status_change boolean NOT NULL DEFAULT true,
  notify_on_bad_lead_decision boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL
);

CREATE TABLE users (
  id uuid PRIMARY KEY,
  email text NOT NULL,
  email_key text NOT NULL UNIQUE,
  role text NOT NULL CHECK (role IN ('admin', 'provider')),
  provider_id uuid REFERENCES providers (id),
  password_hash text,
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL,
  CHECK ((role = 'provider') = (provider_id IS NOT NULL))
);

-- API tokens, sign-in links and (later) sessions: only the SHA-256 of the secret is kept.
CREATE TABLE tokens (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('api', 'session', 'sign_in_link')),
  secret_hash bytea NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
  user_id uuid REFERENCES users (id),
  provider_id uuid REFERENCES providers (id),
  name text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz,
  CHECK ((user_id IS NULL) <> (provider_id IS NULL))
);
CREATE INDEX tokens_provider ON tokens (provider_id, id);
CREATE INDEX tokens_user ON tokens (user_id, id);

-- For a statement that somebody else got in the way of, where nobody waits to count its rows.
CREATE FUNCTION raced_unless(holds boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT holds THEN RAISE EXCEPTION 'raced' USING ERRCODE = 'serialization_failure'; END IF;
END $$;
