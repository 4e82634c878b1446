-- A rejected lead under review. Decided once; denied, it may be appealed once, and is then decided for good.
CREATE TABLE returns (
  assignment_id uuid PRIMARY KEY REFERENCES lead_assignments (id),
  provider_id uuid NOT NULL REFERENCES providers (id),
  state text NOT NULL CHECK (state IN ('pending', 'approved', 'denied')),
  opened_at timestamptz NOT NULL,
  decided_at timestamptz CHECK (decided_at >= opened_at AND decided_at >= COALESCE(appealed_at, opened_at)),
  -- Who decided, or else by which rule it was approved at once; neither: before returns were kept.
  decided_by uuid REFERENCES users (id),
  rule text CHECK (rule IN ('known_person', 'outside_area', 'unreachable')),
  note text,
  appealed_at timestamptz CHECK (appealed_at >= first_denied_at),
  appeal_text text,
  -- What the appeal is about; `decided_at` and `note` are those of the decision on the appeal.
  first_denied_at timestamptz CHECK (first_denied_at >= opened_at),
  first_denial_note text,
  CHECK ((state = 'pending') = (decided_at IS NULL)),
  CHECK (decided_at IS NOT NULL OR (decided_by IS NULL AND rule IS NULL AND note IS NULL)),
  CHECK (rule IS NULL OR (state = 'approved' AND decided_by IS NULL AND appealed_at IS NULL)),
  CHECK ((appealed_at IS NULL) = (appeal_text IS NULL)),
  CHECK ((appealed_at IS NULL) = (first_denied_at IS NULL)),
  CHECK (first_denial_note IS NULL OR first_denied_at IS NOT NULL)
);
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
  id uuid PRIMARY KEY,
  assignment_id uuid NOT NULL REFERENCES lead_assignments (id),
  provider_id uuid NOT NULL REFERENCES providers (id),
  kind text NOT NULL CHECK (kind IN ('call', 'text', 'mail')),
  at timestamptz NOT NULL,
  result text NOT NULL CHECK (result IN ('reached', 'no_answer', 'wrong_number', 'bounced', 'other')),
  note text,
  created_at timestamptz NOT NULL
);
CREATE INDEX contact_attempts_assignment ON contact_attempts (assignment_id, id);

-- One row: what is decided at once, and how many returns there may be. All off.
CREATE TABLE return_policy (
  id bigint PRIMARY KEY CHECK (id = 1),
  known_person boolean NOT NULL DEFAULT false,
  look_back_days bigint NOT NULL DEFAULT 30 CHECK (look_back_days BETWEEN 1 AND 3650),
  outside_area boolean NOT NULL DEFAULT false,
  unreachable boolean NOT NULL DEFAULT false,
  max_returns bigint CHECK (max_returns >= 0),
  max_percent bigint CHECK (max_percent BETWEEN 0 AND 100)
);
INSERT INTO return_policy (id) VALUES (1);
