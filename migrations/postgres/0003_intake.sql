CREATE TABLE sources (
  id uuid PRIMARY KEY,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  niche_id uuid NOT NULL REFERENCES niches (id),
  format text NOT NULL CHECK (format IN ('json', 'google_ads', 'meta', 'adf', 'typeform')),
  key text NOT NULL UNIQUE,
  secret text,
  access_token text,
  country text NOT NULL DEFAULT 'US',
  look_back_days bigint NOT NULL DEFAULT 30 CHECK (look_back_days BETWEEN 0 AND 3650),
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL
);

CREATE TABLE leads (
  id uuid PRIMARY KEY,
  source_id uuid NOT NULL REFERENCES sources (id),
  niche_id uuid NOT NULL REFERENCES niches (id),
  status text NOT NULL CHECK (status IN ('assigned', 'unmatched', 'duplicate', 'test')),
  received_at timestamptz NOT NULL,
  contact_name text,
  contact_email text,
  contact_phone text,
  -- Normalised in Rust, since lower() differs between the engines.
  contact_email_lower text COLLATE "C",
  contact_phone_digits text COLLATE "C",
  postal_code text,
  form_data json,
  external_id text COLLATE "C",
  duplicate_of uuid REFERENCES leads (id),
  utm_source text,
  utm_medium text,
  utm_campaign text,
  referrer_url text,
  consent json,
  raw_payload text,
  raw_content_type text,
  erased_at timestamptz,
  CHECK ((duplicate_of IS NOT NULL) = (status = 'duplicate')),
  CHECK (erased_at IS NOT NULL OR contact_email IS NOT NULL OR contact_phone IS NOT NULL),
  CHECK (erased_at IS NULL OR (contact_name IS NULL AND contact_email IS NULL AND contact_phone IS NULL
         AND contact_email_lower IS NULL AND contact_phone_digits IS NULL AND form_data IS NULL AND raw_payload IS NULL))
);
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
