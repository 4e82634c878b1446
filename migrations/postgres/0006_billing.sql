CREATE TABLE provider_accounts (
  provider_id uuid PRIMARY KEY REFERENCES providers (id),
  balance bigint NOT NULL DEFAULT 0,
  floor bigint NOT NULL DEFAULT 0,
  entries bigint NOT NULL DEFAULT 0,
  CONSTRAINT balance_floor CHECK (balance >= floor)
) WITH (fillfactor = 50);

-- Append-only: a provider's entries are numbered without gaps, each with the balance after it.
CREATE TABLE ledger_entries (
  id uuid PRIMARY KEY,
  provider_id uuid NOT NULL REFERENCES provider_accounts (provider_id),
  seq bigint NOT NULL,
  kind text NOT NULL CHECK (kind IN ('charge', 'credit', 'refund')),
  amount bigint NOT NULL,
  balance_after bigint NOT NULL,
  assignment_id uuid REFERENCES lead_assignments (id),
  note text,
  created_at timestamptz NOT NULL,
  UNIQUE (provider_id, seq),
  CHECK ((kind = 'credit') = (assignment_id IS NULL)),
  CHECK (CASE kind WHEN 'charge' THEN amount <= 0 WHEN 'credit' THEN amount > 0 ELSE amount >= 0 END)
);
CREATE UNIQUE INDEX ledger_charge_once ON ledger_entries (assignment_id) WHERE kind = 'charge';
CREATE UNIQUE INDEX ledger_refund_once ON ledger_entries (assignment_id) WHERE kind = 'refund';

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
