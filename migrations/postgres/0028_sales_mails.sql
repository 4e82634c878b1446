-- The job that sends this mail along with others of its sale; null: the one of its own id.
ALTER TABLE mails ADD COLUMN job_id uuid;
-- Each job leaves dead rows and entries behind, and who looks for work walks over them until they are cleared away.
ALTER TABLE jobs SET (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 5000);
