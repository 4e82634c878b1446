-- Up to when the storage's list of erasures was gone through. In a restored backup it is that backup's, so that what was
-- erased after it is found and erased again.
ALTER TABLE house ADD COLUMN erased_through INTEGER;
