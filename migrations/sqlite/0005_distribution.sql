-- What a subscription has used of its caps, in its provider's calendar. A row from the first; day and month are civil
-- dates as TEXT ('2026-11-24', '2026-11'), so a new day is a new value and nothing has to be reset.
CREATE TABLE subscription_meters (
  subscription_id BLOB PRIMARY KEY REFERENCES subscriptions (id),
  last_served_at INTEGER,
  -- Among those of the same lead: who came first then comes first again.
  last_place INTEGER NOT NULL DEFAULT 0 CHECK (last_place >= 0),
  day TEXT NOT NULL DEFAULT '',
  day_count INTEGER NOT NULL DEFAULT 0 CHECK (day_count >= 0),
  month TEXT NOT NULL DEFAULT '',
  month_spent INTEGER NOT NULL DEFAULT 0 CHECK (month_spent >= 0)
) STRICT;

-- Who was considered for a lead, and why not: one row a lead, of its last distribution.
CREATE TABLE lead_traces (
  lead_id BLOB PRIMARY KEY REFERENCES leads (id),
  decided_at INTEGER NOT NULL,
  trace TEXT NOT NULL
) STRICT;
