-- What senders posted and was refused: kept for a while, so that it can be looked at, mended and read again.
CREATE TABLE refused_posts (
  id BLOB PRIMARY KEY,
  source_id BLOB NOT NULL REFERENCES sources (id),
  received_at INTEGER NOT NULL,
  -- Of the answer.
  status INTEGER NOT NULL CHECK (status BETWEEN 400 AND 499),
  -- A list of {"pointer", "code", "detail"}.
  errors TEXT NOT NULL,
  content_type TEXT NOT NULL,
  -- Behind the address.
  query TEXT NOT NULL,
  payload TEXT NOT NULL,
  -- Where the text is not exactly what came.
  payload_bytes BLOB,
  -- It was longer than what is kept.
  is_cut INTEGER NOT NULL CHECK (is_cut IN (0, 1)),
  -- What it became when it was read again.
  lead_id BLOB REFERENCES leads (id)
) STRICT;
CREATE INDEX refused_posts_source ON refused_posts (source_id, id);
CREATE INDEX refused_posts_received ON refused_posts (received_at);
