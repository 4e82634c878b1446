-- What a subscription has used of its caps, in its provider's calendar. A row from the first; day and month are civil
-- dates as text ('2026-11-24', '2026-11'), so a new day is a new value and nothing has to be reset.
CREATE TABLE subscription_meters (
  subscription_id uuid PRIMARY KEY REFERENCES subscriptions (id),
  last_served_at timestamptz,
  -- Among those of the same lead: who came first then comes first again.
  last_place bigint NOT NULL DEFAULT 0 CHECK (last_place >= 0),
  day text NOT NULL DEFAULT '',
  day_count bigint NOT NULL DEFAULT 0 CHECK (day_count >= 0),
  month text NOT NULL DEFAULT '',
  month_spent bigint NOT NULL DEFAULT 0 CHECK (month_spent >= 0)
) WITH (fillfactor = 50);

-- Who was considered for a lead, and why not: one row a lead, of its last distribution.
CREATE TABLE lead_traces (
  lead_id uuid PRIMARY KEY REFERENCES leads (id),
  decided_at timestamptz NOT NULL,
  trace json NOT NULL
);
