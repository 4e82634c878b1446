-- People who opted out: nobody can read here who they are. `fingerprint` is of all hashes of one, so that the same is there once.
CREATE TABLE suppressions (
  id BLOB PRIMARY KEY,
  created_at INTEGER NOT NULL,
  has_email INTEGER NOT NULL CHECK (has_email IN (0, 1)),
  has_phone INTEGER NOT NULL CHECK (has_phone IN (0, 1)),
  reason TEXT,
  fingerprint BLOB NOT NULL UNIQUE,
  CHECK (has_email = 1 OR has_phone = 1)
) STRICT;
-- With the installation's secret, of the SHA-256 of an e-mail address or of a phone number.
CREATE TABLE suppressed_hashes (
  hash BLOB NOT NULL,
  suppression_id BLOB NOT NULL REFERENCES suppressions (id),
  PRIMARY KEY (hash, suppression_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX suppressed_hashes_suppression ON suppressed_hashes (suppression_id);

-- Those who watch are told of it: the rule is changed where it stands, as in 0018.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema
   SET sql = replace(sql, 'CHECK (kind IN (''assigned'', ''changed''))', 'CHECK (kind IN (''assigned'', ''changed'', ''withdrawn''))')
 WHERE type = 'table' AND name = 'lead_events';
-- This connection reads the rules anew, and with the next column every other does.
PRAGMA writable_schema = RESET;
-- Since when the person wants no more of it, where that was said while it waited or was held by somebody.
ALTER TABLE leads ADD COLUMN withdrawn_at INTEGER;

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
