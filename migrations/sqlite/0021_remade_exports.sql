-- While the file of a ready export is made again, without a person who was erased: how far that is. Nobody gets the old one.
ALTER TABLE exports ADD COLUMN remaking TEXT
  CHECK (remaking IN ('queued', 'running')) CHECK (remaking IS NULL OR state = 'ready');
-- Made again, the file is of leads up to this moment: when it was ready for the first time.
ALTER TABLE exports ADD COLUMN data_until INTEGER;
