CREATE TABLE provider_accounts (
  provider_id BLOB PRIMARY KEY REFERENCES providers (id),
  balance INTEGER NOT NULL DEFAULT 0,
  floor INTEGER NOT NULL DEFAULT 0,
  entries INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT balance_floor CHECK (balance >= floor)
) STRICT;

-- Append-only: a provider's entries are numbered without gaps, each with the balance after it.
CREATE TABLE ledger_entries (
  id BLOB PRIMARY KEY,
  provider_id BLOB NOT NULL REFERENCES provider_accounts (provider_id),
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('charge', 'credit', 'refund')),
  amount INTEGER NOT NULL,
  balance_after INTEGER NOT NULL,
  assignment_id BLOB REFERENCES lead_assignments (id),
  note TEXT,
  created_at INTEGER NOT NULL,
  UNIQUE (provider_id, seq),
  CHECK ((kind = 'credit') = (assignment_id IS NULL)),
  CHECK (CASE kind WHEN 'charge' THEN amount <= 0 WHEN 'credit' THEN amount > 0 ELSE amount >= 0 END)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX ledger_charge_once ON ledger_entries (assignment_id) WHERE kind = 'charge';
CREATE UNIQUE INDEX ledger_refund_once ON ledger_entries (assignment_id) WHERE kind = 'refund';

CREATE TRIGGER ledger_refuses_update BEFORE UPDATE ON ledger_entries BEGIN
  SELECT RAISE(ABORT, 'ledger_entries is append-only');
END;
CREATE TRIGGER ledger_refuses_delete BEFORE DELETE ON ledger_entries BEGIN
  SELECT RAISE(ABORT, 'ledger_entries is append-only');
END;
