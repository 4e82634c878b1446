-- Where the lead came from beyond the utm columns, under the names it was sent by. NULL: told apart from `form_data` when it
-- is read.
ALTER TABLE leads ADD COLUMN attribution TEXT;
-- The bytes of a body that is no text as it stands.
ALTER TABLE leads ADD COLUMN raw_bytes BLOB;

-- A test needs nobody who can be reached, and there are more fates than there were. What the rows hold stays as it is, so the
-- rules are changed where they stand (https://sqlite.org/lang_altertable.html, "Making other kinds of table schema changes").
PRAGMA writable_schema = ON;
UPDATE sqlite_schema
   SET sql = replace(replace(replace(sql,
     'CHECK (erased_at IS NOT NULL OR contact_email IS NOT NULL OR contact_phone IS NOT NULL)',
     'CHECK (erased_at IS NOT NULL OR status = ''test'' OR contact_email IS NOT NULL OR contact_phone IS NOT NULL)'),
     'form_data IS NULL AND raw_payload IS NULL)',
     'form_data IS NULL AND raw_payload IS NULL AND attribution IS NULL AND raw_bytes IS NULL)'),
     'CHECK (status IN (''assigned'', ''unmatched'', ''duplicate'', ''test''))',
     'CHECK (status IN (''assigned'', ''unmatched'', ''duplicate'', ''test'', ''invalid'', ''suppressed'', ''held'', ''withdrawn''))')
 WHERE type = 'table' AND name = 'leads';
-- This connection reads the rules anew, and with the next column every other does.
PRAGMA writable_schema = RESET;
-- What was odd about the submission: a list of words.
ALTER TABLE leads ADD COLUMN flags TEXT;
