-- Erasures of persons that were asked for. Whom they are about is locked with the installation's secret, and forgotten once it is
-- done.
CREATE TABLE erasures (
  id BLOB PRIMARY KEY,
  asked_at INTEGER NOT NULL,
  leads INTEGER NOT NULL CHECK (leads >= 0),
  sought TEXT,
  finished_at INTEGER,
  CHECK ((sought IS NULL) = (finished_at IS NOT NULL))
) STRICT;
-- Up to which lead a niche's leads are erased by age, and as of when.
CREATE TABLE lead_retention (
  niche_id BLOB PRIMARY KEY REFERENCES niches (id),
  through BLOB NOT NULL,
  as_of INTEGER NOT NULL
) STRICT;
