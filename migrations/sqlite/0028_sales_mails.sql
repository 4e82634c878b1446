-- The job that sends this mail along with others of its sale; null: the one of its own id.
ALTER TABLE mails ADD COLUMN job_id BLOB;
