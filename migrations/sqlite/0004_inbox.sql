CREATE TABLE lead_assignments (
  id BLOB PRIMARY KEY,
  lead_id BLOB NOT NULL REFERENCES leads (id),
  provider_id BLOB NOT NULL,
  niche_id BLOB NOT NULL,
  competition_level_id BLOB NOT NULL,
  subscription_id BLOB NOT NULL,
  -- Frozen when the lead was assigned: minor units, and the level's maximum of that moment.
  price_charged INTEGER NOT NULL CHECK (price_charged >= 0),
  max_providers INTEGER NOT NULL CHECK (max_providers >= 1),
  status TEXT NOT NULL CHECK (status IN ('active', 'accepted', 'rejected', 'refunded')),
  assigned_at INTEGER NOT NULL,
  viewed_at INTEGER CHECK (viewed_at >= assigned_at),
  accepted_at INTEGER CHECK (accepted_at >= assigned_at),
  rejected_at INTEGER CHECK (rejected_at >= assigned_at),
  refunded_at INTEGER CHECK (refunded_at >= assigned_at),
  rejection_reason TEXT,
  rejection_code TEXT CHECK (rejection_code IN
    ('bad_contact', 'duplicate', 'out_of_area', 'wrong_niche', 'spam', 'not_interested', 'other')),
  -- "{e-mail}\n{phone digits}", both normalised: what a search looks through.
  search_text TEXT NOT NULL,
  UNIQUE (lead_id, provider_id),
  FOREIGN KEY (subscription_id, provider_id, niche_id, competition_level_id)
    REFERENCES subscriptions (id, provider_id, niche_id, competition_level_id),
  CHECK (accepted_at IS NULL OR rejected_at IS NULL),
  CHECK ((status = 'accepted') = (accepted_at IS NOT NULL)),
  CHECK ((status = 'refunded') = (refunded_at IS NOT NULL)),
  CHECK (status <> 'rejected' OR rejected_at IS NOT NULL),
  CHECK (rejected_at IS NULL OR status IN ('rejected', 'refunded')),
  CHECK ((rejection_reason IS NULL) = (rejected_at IS NULL)),
  CHECK ((rejection_code IS NULL) = (rejected_at IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX lead_assignments_inbox ON lead_assignments (provider_id, assigned_at DESC, id DESC, search_text);
CREATE INDEX lead_assignments_status ON lead_assignments (provider_id, status, assigned_at DESC, id DESC);
CREATE INDEX lead_assignments_niche ON lead_assignments (provider_id, niche_id, assigned_at DESC, id DESC);
CREATE INDEX lead_assignments_unviewed ON lead_assignments (provider_id, assigned_at DESC, id DESC) WHERE viewed_at IS NULL;

-- Tallies per provider, kept by triggers in the transaction of the change. 'assigned' and 'viewed' only grow; active is
-- assigned - accepted - rejected - refunded, so that a new lead and a decision never write the same row.
CREATE TABLE assignment_counts (
  provider_id BLOB NOT NULL REFERENCES providers (id),
  tally TEXT NOT NULL CHECK (tally IN ('assigned', 'viewed', 'accepted', 'rejected', 'refunded')),
  n INTEGER NOT NULL CHECK (n >= 0),
  PRIMARY KEY (provider_id, tally)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER count_new_assignment AFTER INSERT ON lead_assignments BEGIN
  INSERT INTO assignment_counts (provider_id, tally, n) VALUES (NEW.provider_id, 'assigned', 1)
    ON CONFLICT (provider_id, tally) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER count_new_viewed AFTER INSERT ON lead_assignments WHEN NEW.viewed_at IS NOT NULL BEGIN
  INSERT INTO assignment_counts (provider_id, tally, n) VALUES (NEW.provider_id, 'viewed', 1)
    ON CONFLICT (provider_id, tally) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER count_new_decided AFTER INSERT ON lead_assignments WHEN NEW.status <> 'active' BEGIN
  INSERT INTO assignment_counts (provider_id, tally, n) VALUES (NEW.provider_id, NEW.status, 1)
    ON CONFLICT (provider_id, tally) DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER count_left_status AFTER UPDATE OF status ON lead_assignments
  WHEN OLD.status <> NEW.status AND OLD.status <> 'active' BEGIN
  UPDATE assignment_counts SET n = n - 1 WHERE provider_id = NEW.provider_id AND tally = OLD.status;
END;
CREATE TRIGGER count_entered_status AFTER UPDATE OF status ON lead_assignments
  WHEN OLD.status <> NEW.status AND NEW.status <> 'active' BEGIN
  INSERT INTO assignment_counts (provider_id, tally, n) VALUES (NEW.provider_id, NEW.status, 1)
    ON CONFLICT (provider_id, tally) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER count_viewed AFTER UPDATE OF viewed_at ON lead_assignments
  WHEN OLD.viewed_at IS NULL AND NEW.viewed_at IS NOT NULL BEGIN
  INSERT INTO assignment_counts (provider_id, tally, n) VALUES (NEW.provider_id, 'viewed', 1)
    ON CONFLICT (provider_id, tally) DO UPDATE SET n = n + 1;
END;
