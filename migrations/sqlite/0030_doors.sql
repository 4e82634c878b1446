-- A source says how its forms are answered, whose pages may post to it, and how strictly its answers are read.
-- What the rows hold stays as it is, so the rule is changed where it stands, as in 0018.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''adf'', ''typeform'')', '''adf'', ''typeform'', ''mapping'')')
 WHERE type = 'table' AND name = 'sources';
PRAGMA writable_schema = RESET;
-- For the format of that name: which place of a post is which of our fields, a JSON object.
ALTER TABLE sources ADD COLUMN mapping TEXT;
-- Hosts that the sender of a form may be sent on to, and origins whose pages may post: lists of texts.
ALTER TABLE sources ADD COLUMN redirect_hosts TEXT NOT NULL DEFAULT '[]';
ALTER TABLE sources ADD COLUMN cors_origins TEXT NOT NULL DEFAULT '[]';
-- The name of a field that people do not see and leave empty.
ALTER TABLE sources ADD COLUMN honeypot TEXT;
ALTER TABLE sources ADD COLUMN answer TEXT NOT NULL DEFAULT 'plain' CHECK (answer IN ('plain', 'outcome'));
ALTER TABLE sources ADD COLUMN strict INTEGER NOT NULL DEFAULT 0 CHECK (strict IN (0, 1));
-- The key before the present one works until then.
ALTER TABLE sources ADD COLUMN previous_key TEXT;
ALTER TABLE sources ADD COLUMN previous_key_until INTEGER CHECK ((previous_key IS NULL) = (previous_key_until IS NULL));
CREATE UNIQUE INDEX sources_previous_key ON sources (previous_key) WHERE previous_key IS NOT NULL;
-- Which column of a file of leads is which of our fields, a JSON object.
ALTER TABLE sources ADD COLUMN import_columns TEXT;

-- What a niche asks of a lead, a list in the order in which it is shown.
ALTER TABLE niches ADD COLUMN fields TEXT NOT NULL DEFAULT '[]';
-- Whether providers see to what a person agreed.
ALTER TABLE niches ADD COLUMN show_consent INTEGER NOT NULL DEFAULT 0 CHECK (show_consent IN (0, 1));
-- After so many days the persons of its leads are erased.
ALTER TABLE niches ADD COLUMN keep_days INTEGER CHECK (keep_days BETWEEN 1 AND 36500);
