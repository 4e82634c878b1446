-- A mail is a row written with what causes it, and a job of the same id that sends it.
CREATE TABLE mails (
  id BLOB PRIMARY KEY,
  template TEXT NOT NULL,
  -- To a provider's address as it is when the mail goes, to this address, or (neither) to the operator's.
  provider_id BLOB,
  address TEXT,
  -- What the mail is about, so that one event has one mail; the round tells the later ones of the same thing apart.
  subject_id BLOB NOT NULL,
  round INTEGER NOT NULL DEFAULT 0 CHECK (round >= 0),
  variables TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'suppressed', 'dead')),
  -- Why it was suppressed.
  reason TEXT,
  held_until INTEGER,
  -- The mail that took this one along: what becomes of that becomes of this.
  carried_by BLOB REFERENCES mails (id),
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  last_error TEXT,
  created_at INTEGER NOT NULL,
  sent_at INTEGER,
  UNIQUE (subject_id, template, round),
  CHECK (provider_id IS NULL OR address IS NULL),
  CHECK (carried_by <> id),
  CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
  CHECK ((state = 'suppressed') = (reason IS NOT NULL)),
  CHECK (state <> 'dead' OR last_error IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX mails_queued ON mails (id) WHERE state = 'queued';
CREATE INDEX mails_ended ON mails (state, id) WHERE state IN ('suppressed', 'dead');
-- All but the many.
CREATE INDEX mails_template ON mails (template, id) WHERE template <> 'provider_new_lead';
CREATE INDEX mails_held ON mails (provider_id, held_until, id) WHERE state = 'queued' AND held_until IS NOT NULL;
CREATE INDEX mails_carried ON mails (carried_by) WHERE carried_by IS NOT NULL;

-- New-lead mails wait through these hours of the provider's day: 'HH:MM', over midnight where the end is the earlier.
ALTER TABLE providers ADD COLUMN quiet_from TEXT CHECK (length(quiet_from) = 5);
ALTER TABLE providers ADD COLUMN quiet_until TEXT
  CHECK (length(quiet_until) = 5) CHECK ((quiet_until IS NULL) = (quiet_from IS NULL)) CHECK (quiet_until <> quiet_from);

-- A backlog of one kind is not in the way of the others.
DROP INDEX jobs_due;
CREATE INDEX jobs_due ON jobs (kind, run_at, id) WHERE state = 'queued';
