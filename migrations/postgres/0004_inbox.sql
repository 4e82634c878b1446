CREATE TABLE lead_assignments (
  id uuid PRIMARY KEY,
  lead_id uuid NOT NULL REFERENCES leads (id),
  provider_id uuid NOT NULL,
  niche_id uuid NOT NULL,
  competition_level_id uuid NOT NULL,
  subscription_id uuid NOT NULL,
  -- Frozen when the lead was assigned: minor units, and the level's maximum of that moment.
  price_charged bigint NOT NULL CHECK (price_charged >= 0),
  max_providers bigint NOT NULL CHECK (max_providers >= 1),
  status text NOT NULL CHECK (status IN ('active', 'accepted', 'rejected', 'refunded')),
  assigned_at timestamptz NOT NULL,
  viewed_at timestamptz CHECK (viewed_at >= assigned_at),
  accepted_at timestamptz CHECK (accepted_at >= assigned_at),
  rejected_at timestamptz CHECK (rejected_at >= assigned_at),
  refunded_at timestamptz CHECK (refunded_at >= assigned_at),
  rejection_reason text,
  rejection_code text CHECK (rejection_code IN
    ('bad_contact', 'duplicate', 'out_of_area', 'wrong_niche', 'spam', 'not_interested', 'other')),
  -- "{e-mail}\n{phone digits}", both normalised: what a search looks through.
  search_text text COLLATE "C" NOT NULL,
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
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05,
        autovacuum_analyze_scale_factor = 0.02);
CREATE INDEX lead_assignments_inbox ON lead_assignments (provider_id, assigned_at DESC, id DESC) INCLUDE (search_text);
CREATE INDEX lead_assignments_status ON lead_assignments (provider_id, status, assigned_at DESC, id DESC);
CREATE INDEX lead_assignments_niche ON lead_assignments (provider_id, niche_id, assigned_at DESC, id DESC);
CREATE INDEX lead_assignments_unviewed ON lead_assignments (provider_id, assigned_at DESC, id DESC) WHERE viewed_at IS NULL;

-- Tallies per provider, kept by triggers in the transaction of the change. 'assigned' and 'viewed' only grow; active is
-- assigned - accepted - rejected - refunded, so that a new lead and a decision never write the same row.
CREATE TABLE assignment_counts (
  provider_id uuid NOT NULL REFERENCES providers (id),
  tally text NOT NULL CHECK (tally IN ('assigned', 'viewed', 'accepted', 'rejected', 'refunded')),
  n bigint NOT NULL CHECK (n >= 0),
  PRIMARY KEY (provider_id, tally)
) WITH (fillfactor = 50);

CREATE FUNCTION count_new_assignments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO assignment_counts (provider_id, tally, n)
    SELECT provider_id, 'assigned', count(*) FROM added GROUP BY provider_id ORDER BY provider_id
  ON CONFLICT (provider_id, tally) DO UPDATE SET n = assignment_counts.n + excluded.n;
  -- Only what is loaded in bulk has a past.
  IF EXISTS (SELECT FROM added WHERE viewed_at IS NOT NULL OR status <> 'active') THEN
    INSERT INTO assignment_counts (provider_id, tally, n)
      SELECT provider_id, tally, sum(n) FROM (
        SELECT provider_id, 'viewed' AS tally, count(*) AS n FROM added WHERE viewed_at IS NOT NULL GROUP BY provider_id
        UNION ALL
        SELECT provider_id, status, count(*) FROM added WHERE status <> 'active' GROUP BY provider_id, status
      ) AS t GROUP BY provider_id, tally ORDER BY provider_id, tally
    ON CONFLICT (provider_id, tally) DO UPDATE SET n = assignment_counts.n + excluded.n;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER count_new_assignments AFTER INSERT ON lead_assignments
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_new_assignments();

CREATE FUNCTION count_changed_assignment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status <> NEW.status THEN
    IF OLD.status <> 'active' THEN
      UPDATE assignment_counts SET n = n - 1 WHERE provider_id = NEW.provider_id AND tally = OLD.status;
    END IF;
    IF NEW.status <> 'active' THEN
      INSERT INTO assignment_counts (provider_id, tally, n) VALUES (NEW.provider_id, NEW.status, 1)
        ON CONFLICT (provider_id, tally) DO UPDATE SET n = assignment_counts.n + 1;
    END IF;
  END IF;
  IF OLD.viewed_at IS NULL AND NEW.viewed_at IS NOT NULL THEN
    INSERT INTO assignment_counts (provider_id, tally, n) VALUES (NEW.provider_id, 'viewed', 1)
      ON CONFLICT (provider_id, tally) DO UPDATE SET n = assignment_counts.n + 1;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER count_changed_assignment AFTER UPDATE ON lead_assignments
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.viewed_at IS DISTINCT FROM NEW.viewed_at)
  EXECUTE FUNCTION count_changed_assignment();
