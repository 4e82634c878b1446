-- What a sale, an export and a day go by: the terms of their own time.

-- A meter says from when to when it counts, in the provider's calendar of then. NULL where it was kept before it said so: then
-- what it counts is looked up once more.
ALTER TABLE subscription_meters ADD COLUMN day_start INTEGER;
ALTER TABLE subscription_meters ADD COLUMN day_end INTEGER;
ALTER TABLE subscription_meters ADD COLUMN month_start INTEGER;
ALTER TABLE subscription_meters ADD COLUMN month_end INTEGER;
ALTER TABLE subscription_meters DROP COLUMN day;
ALTER TABLE subscription_meters DROP COLUMN month;

-- Until when an export counts at least: to the end of the day it was asked for. The exports themselves are counted.
ALTER TABLE exports ADD COLUMN quota_until INTEGER;
DROP TABLE export_quotas;

-- What is a zone on one machine only, or a copy of another, is none any more.
UPDATE providers SET timezone = substr(timezone, 7) WHERE timezone LIKE 'posix/%' OR timezone LIKE 'right/%';
UPDATE providers SET timezone = 'America/New_York' WHERE timezone = 'posixrules';
UPDATE providers SET timezone = 'UTC' WHERE timezone IN ('localtime', 'Factory', 'Etc/Unknown');

-- Where a subscription bought, from when on: what a lead is judged by later is what held when it was sold.
CREATE TABLE subscription_areas (
  subscription_id BLOB NOT NULL REFERENCES subscriptions (id),
  since INTEGER NOT NULL,
  postal_prefixes TEXT,
  PRIMARY KEY (subscription_id, since)
) STRICT, WITHOUT ROWID;
INSERT INTO subscription_areas (subscription_id, since, postal_prefixes) SELECT id, created_at, postal_prefixes FROM subscriptions;

-- Mails that failed and are tried again: all others are none of it.
CREATE INDEX mails_tried ON mails (provider_id, id) WHERE state = 'queued' AND attempts > 0;
