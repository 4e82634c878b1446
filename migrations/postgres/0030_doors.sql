-- A source says how its forms are answered, whose pages may post to it, and how strictly its answers are read.
ALTER TABLE sources
  DROP CONSTRAINT sources_format_check,
  ADD CONSTRAINT sources_format_check CHECK (format IN ('json', 'google_ads', 'meta', 'adf', 'typeform', 'mapping'));
-- For the format of that name: which place of a post is which of our fields, a JSON object.
ALTER TABLE sources ADD COLUMN mapping json;
-- Hosts that the sender of a form may be sent on to, and origins whose pages may post: lists of texts.
ALTER TABLE sources ADD COLUMN redirect_hosts json NOT NULL DEFAULT '[]';
ALTER TABLE sources ADD COLUMN cors_origins json NOT NULL DEFAULT '[]';
-- The name of a field that people do not see and leave empty.
ALTER TABLE sources ADD COLUMN honeypot text;
ALTER TABLE sources ADD COLUMN answer text NOT NULL DEFAULT 'plain' CHECK (answer IN ('plain', 'outcome'));
ALTER TABLE sources ADD COLUMN strict boolean NOT NULL DEFAULT false;
-- The key before the present one works until then.
ALTER TABLE sources ADD COLUMN previous_key text;
ALTER TABLE sources ADD COLUMN previous_key_until timestamptz;
ALTER TABLE sources ADD CHECK ((previous_key IS NULL) = (previous_key_until IS NULL));
CREATE UNIQUE INDEX sources_previous_key ON sources (previous_key) WHERE previous_key IS NOT NULL;
-- Which column of a file of leads is which of our fields, a JSON object.
ALTER TABLE sources ADD COLUMN import_columns json;

-- What a niche asks of a lead, a list in the order in which it is shown.
ALTER TABLE niches ADD COLUMN fields json NOT NULL DEFAULT '[]';
-- Whether providers see to what a person agreed.
ALTER TABLE niches ADD COLUMN show_consent boolean NOT NULL DEFAULT false;
-- After so many days the persons of its leads are erased.
ALTER TABLE niches ADD COLUMN keep_days bigint CHECK (keep_days BETWEEN 1 AND 36500);
