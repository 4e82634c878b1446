-- Erasures of persons that were asked for. Whom they are about is locked with the installation's secret, and forgotten once it is
-- done.
CREATE TABLE erasures (
  id uuid PRIMARY KEY,
  asked_at timestamptz NOT NULL,
  leads bigint NOT NULL CHECK (leads >= 0),
  sought text,
  finished_at timestamptz,
  CHECK ((sought IS NULL) = (finished_at IS NOT NULL))
);
ALTER TABLE erasures ALTER sought SET STATISTICS 0;
-- Up to which lead a niche's leads are erased by age, and as of when.
CREATE TABLE lead_retention (
  niche_id uuid PRIMARY KEY REFERENCES niches (id),
  through uuid NOT NULL,
  as_of timestamptz NOT NULL
);
