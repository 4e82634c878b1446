-- What a search text can hold: a bit for each three bytes in a row that stand in it. A part of which it lacks one does not stand in
-- it, so a search looks into few texts. Where all are set anything may: then the text is looked through.
ALTER TABLE lead_assignments ADD COLUMN search_bits_1 bigint NOT NULL DEFAULT -1;
ALTER TABLE lead_assignments ADD COLUMN search_bits_2 bigint NOT NULL DEFAULT -1;
DROP INDEX lead_assignments_inbox;
CREATE INDEX lead_assignments_inbox
  ON lead_assignments (provider_id, assigned_at DESC, id DESC)
  INCLUDE (search_bits_1, search_bits_2, search_text);
