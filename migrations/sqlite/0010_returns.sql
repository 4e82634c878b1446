-- A rejected lead under review. Decided once; denied, it may be appealed once, and is then decided for good.
CREATE TABLE returns (
  assignment_id BLOB PRIMARY KEY REFERENCES lead_assignments (id),
  provider_id BLOB NOT NULL REFERENCES providers (id),
  state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'denied')),
  opened_at INTEGER NOT NULL,
  decided_at INTEGER CHECK (decided_at >= opened_at AND decided_at >= COALESCE(appealed_at, opened_at)),
  -- Who decided, or else by which rule it was approved at once; neither: before returns were kept.
  decided_by BLOB REFERENCES users (id),
  rule TEXT CHECK (rule IN ('known_person', 'outside_area', 'unreachable')),
  note TEXT,
  appealed_at INTEGER CHECK (appealed_at >= first_denied_at),
  appeal_text TEXT,
  -- What the appeal is about; `decided_at` and `note` are those of the decision on the appeal.
  first_denied_at INTEGER CHECK (first_denied_at >= opened_at),
  first_denial_note TEXT,
  CHECK ((state = 'pending') = (decided_at IS NULL)),
  CHECK (decided_at IS NOT NULL OR (decided_by IS NULL AND rule IS NULL AND note IS NULL)),
  CHECK (rule IS NULL OR (state = 'approved' AND decided_by IS NULL AND appealed_at IS NULL)),
  CHECK ((appealed_at IS NULL) = (appeal_text IS NULL)),
  CHECK ((appealed_at IS NULL) = (first_denied_at IS NULL)),
  CHECK (first_denial_note IS NULL OR first_denied_at IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX returns_opened ON returns (opened_at DESC, assignment_id DESC);
CREATE INDEX returns_state ON returns (state, opened_at DESC, assignment_id DESC);
-- What counts against an allowance.
CREATE INDEX returns_provider ON returns (provider_id, opened_at);

-- What was rejected till now can be decided; what was refunded was approved.
INSERT INTO returns (assignment_id, provider_id, state, opened_at, decided_at)
  SELECT id, provider_id, CASE status WHEN 'rejected' THEN 'pending' ELSE 'approved' END, rejected_at, refunded_at
    FROM lead_assignments WHERE rejected_at IS NOT NULL;

-- How a provider tried to reach a lead's person: evidence beside a return.
CREATE TABLE contact_attempts (
  id BLOB PRIMARY KEY,
  assignment_id BLOB NOT NULL REFERENCES lead_assignments (id),
  provider_id BLOB NOT NULL REFERENCES providers (id),
  kind TEXT NOT NULL CHECK (kind IN ('call', 'text', 'mail')),
  at INTEGER NOT NULL,
  result TEXT NOT NULL CHECK (result IN ('reached', 'no_answer', 'wrong_number', 'bounced', 'other')),
  note TEXT,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_attempts_assignment ON contact_attempts (assignment_id, id);

-- One row: what is decided at once, and how many returns there may be. All off.
CREATE TABLE return_policy (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  known_person INTEGER NOT NULL DEFAULT 0 CHECK (known_person IN (0, 1)),
  look_back_days INTEGER NOT NULL DEFAULT 30 CHECK (look_back_days BETWEEN 1 AND 3650),
  outside_area INTEGER NOT NULL DEFAULT 0 CHECK (outside_area IN (0, 1)),
  unreachable INTEGER NOT NULL DEFAULT 0 CHECK (unreachable IN (0, 1)),
  max_returns INTEGER CHECK (max_returns >= 0),
  max_percent INTEGER CHECK (max_percent BETWEEN 0 AND 100)
) STRICT;
INSERT INTO return_policy (id) VALUES (1);
