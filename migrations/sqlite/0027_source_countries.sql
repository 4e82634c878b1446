-- Which country's numbers and codes the leads of a source were read by, from when on: what a lead is judged by later is what held
-- when it was sold.
CREATE TABLE source_countries (
  source_id BLOB NOT NULL REFERENCES sources (id),
  since INTEGER NOT NULL,
  country TEXT NOT NULL,
  PRIMARY KEY (source_id, since)
) STRICT, WITHOUT ROWID;
INSERT INTO source_countries (source_id, since, country) SELECT id, created_at, country FROM sources;
