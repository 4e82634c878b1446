CREATE TABLE niches (
  id uuid PRIMARY KEY,
  name text NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 100),
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL
);

CREATE TABLE competition_levels (
  id uuid PRIMARY KEY,
  name text NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 100),
  max_providers bigint NOT NULL CHECK (max_providers BETWEEN 1 AND 100),
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL
);

-- Money is in minor units of the house's currency.
CREATE TABLE subscriptions (
  id uuid PRIMARY KEY,
  provider_id uuid NOT NULL REFERENCES providers (id),
  niche_id uuid NOT NULL REFERENCES niches (id),
  competition_level_id uuid NOT NULL REFERENCES competition_levels (id),
  price bigint NOT NULL CHECK (price >= 0),
  daily_cap bigint CHECK (daily_cap >= 1),
  monthly_budget bigint CHECK (monthly_budget >= 1),
  postal_prefixes json,
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL,
  -- What an assignment freezes; its foreign key proves all four at once.
  UNIQUE (id, provider_id, niche_id, competition_level_id)
);
CREATE INDEX subscriptions_niche ON subscriptions (niche_id, id);
CREATE INDEX subscriptions_provider ON subscriptions (provider_id, id);
