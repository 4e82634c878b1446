-- What happened to a provider's leads, for those who watch: kept for some days, without anything personal.
-- Read in the order of (tx, seq): a transaction's number, where several are open at once, and 0 where there is one writer.
CREATE TABLE lead_events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  tx INTEGER NOT NULL DEFAULT 0,
  provider_id BLOB NOT NULL,
  assignment_id BLOB NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('assigned', 'changed')),
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX lead_events_order ON lead_events (tx, seq);
CREATE INDEX lead_events_provider ON lead_events (provider_id, tx, seq);
