-- ANALYZE keeps samples of what stands in a column, where an erasure does not reach: of what people are known by it takes none.
-- Changing a column's type, be it to the same one, drops those that there are.
ALTER TABLE leads
  ALTER contact_name TYPE text, ALTER contact_email TYPE text, ALTER contact_phone TYPE text,
  ALTER contact_email_lower TYPE text COLLATE "C", ALTER contact_phone_digits TYPE text COLLATE "C",
  ALTER postal_code TYPE text, ALTER external_id TYPE text COLLATE "C", ALTER utm_source TYPE text,
  ALTER utm_medium TYPE text, ALTER utm_campaign TYPE text, ALTER referrer_url TYPE text, ALTER raw_payload TYPE text;
ALTER TABLE leads
  ALTER contact_name SET STATISTICS 0, ALTER contact_email SET STATISTICS 0, ALTER contact_phone SET STATISTICS 0,
  ALTER contact_email_lower SET STATISTICS 0, ALTER contact_phone_digits SET STATISTICS 0,
  ALTER postal_code SET STATISTICS 0, ALTER external_id SET STATISTICS 0, ALTER utm_source SET STATISTICS 0,
  ALTER utm_medium SET STATISTICS 0, ALTER utm_campaign SET STATISTICS 0, ALTER referrer_url SET STATISTICS 0,
  ALTER raw_payload SET STATISTICS 0, ALTER raw_bytes SET STATISTICS 0;
ALTER TABLE lead_assignments ALTER search_text TYPE text COLLATE "C", ALTER rejection_reason TYPE text;
ALTER TABLE lead_assignments ALTER search_text SET STATISTICS 0, ALTER rejection_reason SET STATISTICS 0;
ALTER TABLE returns ALTER note TYPE text, ALTER appeal_text TYPE text, ALTER first_denial_note TYPE text;
ALTER TABLE returns
  ALTER note SET STATISTICS 0, ALTER appeal_text SET STATISTICS 0, ALTER first_denial_note SET STATISTICS 0;
ALTER TABLE contact_attempts ALTER note TYPE text;
ALTER TABLE contact_attempts ALTER note SET STATISTICS 0;
ALTER TABLE exports ALTER search TYPE text;
ALTER TABLE exports ALTER search SET STATISTICS 0;
ALTER TABLE idempotency_keys ALTER key TYPE text COLLATE "C", ALTER body TYPE text;
ALTER TABLE idempotency_keys ALTER key SET STATISTICS 0, ALTER body SET STATISTICS 0;
