-- What becomes of a lead by which nobody could reach the person.
ALTER TABLE niches ADD COLUMN unreachable TEXT NOT NULL DEFAULT 'invalid'
  CHECK (unreachable IN ('invalid', 'held', 'sell'));
-- By which rules the keys of persons (contact_email_lower, contact_phone_digits, search_text, email_key) were made.
ALTER TABLE house ADD COLUMN keys INTEGER NOT NULL DEFAULT 0;
