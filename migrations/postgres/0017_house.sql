-- What the house knows of itself beside its currency.

-- In how many decimals its money is kept; all houses were kept in hundredths before there was this column.
ALTER TABLE house ADD COLUMN minor_digits bigint NOT NULL DEFAULT 2 CHECK (minor_digits BETWEEN 0 AND 4);
-- Where its files are, as the node that started last was told: file:///FOLDER or s3://BUCKET/PREFIX.
ALTER TABLE house ADD COLUMN files text;
-- The database it was moved to; then nothing may be written here any more.
ALTER TABLE house ADD COLUMN moved_to text;
