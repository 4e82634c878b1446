-- People who opted out: nobody can read here who they are. `fingerprint` is of all hashes of one, so that the same is there once.
CREATE TABLE suppressions (
  id uuid PRIMARY KEY,
  created_at timestamptz NOT NULL,
  has_email boolean NOT NULL,
  has_phone boolean NOT NULL,
  reason text,
  fingerprint bytea NOT NULL UNIQUE,
  CHECK (has_email OR has_phone)
);
-- With the installation's secret, of the SHA-256 of an e-mail address or of a phone number.
CREATE TABLE suppressed_hashes (
  hash bytea NOT NULL,
  suppression_id uuid NOT NULL REFERENCES suppressions (id),
  PRIMARY KEY (hash, suppression_id)
);
CREATE INDEX suppressed_hashes_suppression ON suppressed_hashes (suppression_id);

-- Since when the person wants no more of it, where that was said while it waited or was held by somebody.
ALTER TABLE leads ADD COLUMN withdrawn_at timestamptz;

-- A person's leads in all niches: each lead is in one of the two indexes of its e-mail, and of its phone.
DROP INDEX leads_email;
CREATE INDEX leads_email ON leads (contact_email_lower, niche_id, received_at)
  WHERE contact_email_lower IS NOT NULL AND (status IN ('assigned', 'unmatched') OR known_as IS NOT NULL);
CREATE INDEX leads_other_email ON leads (contact_email_lower)
  WHERE contact_email_lower IS NOT NULL AND status NOT IN ('assigned', 'unmatched') AND known_as IS NULL;
DROP INDEX leads_phone;
CREATE INDEX leads_phone ON leads (contact_phone_digits, niche_id, received_at)
  WHERE contact_phone_digits IS NOT NULL AND (status IN ('assigned', 'unmatched') OR known_as IS NOT NULL);
CREATE INDEX leads_other_phone ON leads (contact_phone_digits)
  WHERE contact_phone_digits IS NOT NULL AND status NOT IN ('assigned', 'unmatched') AND known_as IS NULL;

-- Those who watch are told of it.
ALTER TABLE lead_events DROP CONSTRAINT lead_events_kind_check;
ALTER TABLE lead_events ADD CONSTRAINT lead_events_kind_check CHECK (kind IN ('assigned', 'changed', 'withdrawn'));
