CREATE TABLE niches (
  id BLOB PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 100),
  active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE competition_levels (
  id BLOB PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 100),
  max_providers INTEGER NOT NULL CHECK (max_providers BETWEEN 1 AND 100),
  active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  created_at INTEGER NOT NULL
) STRICT;

-- Money is in minor units of the house's currency.
CREATE TABLE subscriptions (
  id BLOB PRIMARY KEY,
  provider_id BLOB NOT NULL REFERENCES providers (id),
  niche_id BLOB NOT NULL REFERENCES niches (id),
  competition_level_id BLOB NOT NULL REFERENCES competition_levels (id),
  price INTEGER NOT NULL CHECK (price >= 0),
  daily_cap INTEGER CHECK (daily_cap >= 1),
  monthly_budget INTEGER CHECK (monthly_budget >= 1),
  postal_prefixes TEXT,
  active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  created_at INTEGER NOT NULL,
  -- What an assignment freezes; its foreign key proves all four at once.
  UNIQUE (id, provider_id, niche_id, competition_level_id)
) STRICT;
CREATE INDEX subscriptions_niche ON subscriptions (niche_id, id);
CREATE INDEX subscriptions_provider ON subscriptions (provider_id, id);
