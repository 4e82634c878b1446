-- When the file of a ready export was found to be missing from the storage.
ALTER TABLE exports ADD COLUMN missing_at INTEGER;

-- What the files of all exports that are ready take of the storage.
CREATE TABLE export_room (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  bytes INTEGER NOT NULL CHECK (bytes >= 0)
) STRICT;
INSERT INTO export_room (id, bytes) SELECT 1, COALESCE(SUM(size_bytes), 0) FROM exports WHERE state = 'ready';
