-- Which country's numbers and codes the leads of a source were read by, from when on: what a lead is judged by later is what held
-- when it was sold.
CREATE TABLE source_countries (
  source_id uuid NOT NULL REFERENCES sources (id),
  since timestamptz NOT NULL,
  country text NOT NULL,
  PRIMARY KEY (source_id, since)
);
INSERT INTO source_countries (source_id, since, country) SELECT id, created_at, country FROM sources;
