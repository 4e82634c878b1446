-- A person may be sent more than once, and not always alike. What was corrected after a sale is numbered; a lead that a
-- newer one replaced, and one that corrected another, leads on to the lead that the person is known as.
ALTER TABLE leads ADD COLUMN known_as uuid REFERENCES leads (id);
ALTER TABLE leads ADD COLUMN correction bigint
  CHECK (correction IS NULL OR (correction >= 1 AND duplicate_of IS NOT NULL AND known_as IS NOT NULL));

-- A platform's id is offered once: of those that were replaced the newest.
DROP INDEX leads_external;
CREATE UNIQUE INDEX leads_external ON leads (source_id, external_id)
  WHERE external_id IS NOT NULL AND status IN ('assigned', 'unmatched') AND known_as IS NULL;
CREATE INDEX leads_old_external ON leads (source_id, external_id) WHERE external_id IS NOT NULL AND known_as IS NOT NULL;
DROP INDEX leads_email;
CREATE INDEX leads_email ON leads (niche_id, contact_email_lower, received_at)
  WHERE contact_email_lower IS NOT NULL AND (status IN ('assigned', 'unmatched') OR known_as IS NOT NULL);
DROP INDEX leads_phone;
CREATE INDEX leads_phone ON leads (niche_id, contact_phone_digits, received_at)
  WHERE contact_phone_digits IS NOT NULL AND (status IN ('assigned', 'unmatched') OR known_as IS NOT NULL);
CREATE INDEX leads_known_as ON leads (known_as) WHERE known_as IS NOT NULL;
CREATE UNIQUE INDEX leads_corrections ON leads (duplicate_of, correction) WHERE correction IS NOT NULL;
