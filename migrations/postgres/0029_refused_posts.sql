-- What senders posted and was refused: kept for a while, so that it can be looked at, mended and read again.
CREATE TABLE refused_posts (
  id uuid PRIMARY KEY,
  source_id uuid NOT NULL REFERENCES sources (id),
  received_at timestamptz NOT NULL,
  -- Of the answer.
  status bigint NOT NULL CHECK (status BETWEEN 400 AND 499),
  -- A list of {"pointer", "code", "detail"}.
  errors text NOT NULL,
  content_type text NOT NULL,
  -- Behind the address.
  query text NOT NULL,
  payload text NOT NULL,
  -- Where the text is not exactly what came.
  payload_bytes bytea,
  -- It was longer than what is kept.
  is_cut boolean NOT NULL,
  -- What it became when it was read again.
  lead_id uuid REFERENCES leads (id)
);
CREATE INDEX refused_posts_source ON refused_posts (source_id, id);
CREATE INDEX refused_posts_received ON refused_posts (received_at);
-- Of what people wrote no samples are taken.
ALTER TABLE refused_posts ALTER query SET STATISTICS 0, ALTER payload SET STATISTICS 0,
  ALTER payload_bytes SET STATISTICS 0;
