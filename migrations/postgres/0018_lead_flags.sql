-- Where the lead came from beyond the utm columns, under the names it was sent by. NULL: told apart from `form_data` when it
-- is read.
ALTER TABLE leads ADD COLUMN attribution json;
-- The bytes of a body that is no text as it stands.
ALTER TABLE leads ADD COLUMN raw_bytes bytea;

-- A test needs nobody who can be reached, and there are more fates than there were.
ALTER TABLE leads
  DROP CONSTRAINT leads_status_check,
  ADD CONSTRAINT leads_status_check CHECK (status IN ('assigned', 'unmatched', 'duplicate', 'test', 'invalid', 'suppressed',
    'held', 'withdrawn')),
  DROP CONSTRAINT leads_check1,
  ADD CONSTRAINT leads_check1 CHECK (erased_at IS NOT NULL OR status = 'test' OR contact_email IS NOT NULL
    OR contact_phone IS NOT NULL),
  DROP CONSTRAINT leads_check2,
  ADD CONSTRAINT leads_check2 CHECK (erased_at IS NULL OR (contact_name IS NULL AND contact_email IS NULL
    AND contact_phone IS NULL AND contact_email_lower IS NULL AND contact_phone_digits IS NULL AND form_data IS NULL
    AND raw_payload IS NULL AND attribution IS NULL AND raw_bytes IS NULL));

-- What was odd about the submission: a list of words.
ALTER TABLE leads ADD COLUMN flags json;
