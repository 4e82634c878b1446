CREATE TABLE sources (
  id BLOB PRIMARY KEY,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  niche_id BLOB NOT NULL REFERENCES niches (id),
  format TEXT NOT NULL CHECK (format IN ('json', 'google_ads', 'meta', 'adf', 'typeform')),
  key TEXT NOT NULL UNIQUE,
  secret TEXT,
  access_token TEXT,
  country TEXT NOT NULL DEFAULT 'US',
  look_back_days INTEGER NOT NULL DEFAULT 30 CHECK (look_back_days BETWEEN 0 AND 3650),
  active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE leads (
  id BLOB PRIMARY KEY,
  source_id BLOB NOT NULL REFERENCES sources (id),
  niche_id BLOB NOT NULL REFERENCES niches (id),
  status TEXT NOT NULL CHECK (status IN ('assigned', 'unmatched', 'duplicate', 'test')),
  received_at INTEGER NOT NULL,
  contact_name TEXT,
  contact_email TEXT,
  contact_phone TEXT,
  -- Normalised in Rust, since lower() differs between the engines.
  contact_email_lower TEXT ,
  contact_phone_digits TEXT ,
  postal_code TEXT,
  form_data TEXT,
  external_id TEXT ,
  duplicate_of BLOB REFERENCES leads (id),
  utm_source TEXT,
  utm_medium TEXT,
  utm_campaign TEXT,
  referrer_url TEXT,
  consent TEXT,
  raw_payload TEXT,
  raw_content_type TEXT,
  erased_at INTEGER,
  CHECK ((duplicate_of IS NOT NULL) = (status = 'duplicate')),
  CHECK (erased_at IS NOT NULL OR contact_email IS NOT NULL OR contact_phone IS NOT NULL),
  CHECK (erased_at IS NULL OR (contact_name IS NULL AND contact_email IS NULL AND contact_phone IS NULL
         AND contact_email_lower IS NULL AND contact_phone_digits IS NULL AND form_data IS NULL AND raw_payload IS NULL))
) STRICT;
CREATE UNIQUE INDEX leads_external ON leads (source_id, external_id)
  WHERE external_id IS NOT NULL AND status IN ('assigned', 'unmatched');
CREATE INDEX leads_email ON leads (niche_id, contact_email_lower, received_at)
  WHERE contact_email_lower IS NOT NULL AND status IN ('assigned', 'unmatched');
CREATE INDEX leads_phone ON leads (niche_id, contact_phone_digits, received_at)
  WHERE contact_phone_digits IS NOT NULL AND status IN ('assigned', 'unmatched');
CREATE INDEX leads_unmatched ON leads (niche_id, received_at) WHERE status = 'unmatched';
CREATE INDEX leads_status ON leads (status, id);
-- An erasure takes the duplicates of its lead with it.
CREATE INDEX leads_duplicates ON leads (duplicate_of) WHERE duplicate_of IS NOT NULL;
