//! Money: nothing appears, nothing is lost, nobody pays twice.

use super::invariant::Invariant;

pub const INVARIANTS: [Invariant; 11] = [
    Invariant::sql(
        "a balance is the sum of its entries",
        "SELECT a.provider_id,
                'has ' || CAST(a.balance AS text) || ', its entries sum to ' || CAST(COALESCE(e.total, 0) AS text)
           FROM provider_accounts AS a
           LEFT JOIN (SELECT provider_id, SUM(amount) AS total FROM ledger_entries GROUP BY provider_id) AS e
             ON e.provider_id = a.provider_id
          WHERE a.balance <> COALESCE(e.total, 0)",
    ),
    Invariant::sql(
        "a balance is not below its floor",
        "SELECT provider_id, 'has ' || CAST(balance AS text) || ', its floor is ' || CAST(floor AS text)
           FROM provider_accounts WHERE balance < floor",
    ),
    Invariant::sql(
        "ledger entries are numbered from 1 without gaps",
        "SELECT a.provider_id, 'counts ' || CAST(a.entries AS text) || ' entries, there are '
                || CAST(COALESCE(e.n, 0) AS text) || ', numbered up to ' || CAST(COALESCE(e.last, 0) AS text)
           FROM provider_accounts AS a
           LEFT JOIN (SELECT provider_id, COUNT(*) AS n, MIN(seq) AS first, MAX(seq) AS last
                        FROM ledger_entries GROUP BY provider_id) AS e
             ON e.provider_id = a.provider_id
          WHERE a.entries <> COALESCE(e.n, 0) OR e.last <> e.n OR e.first <> 1",
    ),
    Invariant::sql(
        "each ledger entry goes on from the balance before it",
        "SELECT id, 'says ' || CAST(balance_after AS text) || ' after ' || CAST(amount AS text)
                || ' on top of ' || CAST(balance_before AS text)
           FROM (SELECT id, amount, balance_after,
                        LAG(balance_after, 1, CAST(0 AS bigint)) OVER (PARTITION BY provider_id ORDER BY seq)
                          AS balance_before
                   FROM ledger_entries) AS e
          WHERE balance_after <> balance_before + amount",
    ),
    Invariant::sql(
        "a ledger entry has the sign of its kind",
        "SELECT id, kind || ' of ' || CAST(amount AS text) FROM ledger_entries
          WHERE NOT CASE kind WHEN 'charge' THEN amount <= 0 AND assignment_id IS NOT NULL
                              WHEN 'refund' THEN amount >= 0 AND assignment_id IS NOT NULL
                              WHEN 'credit' THEN amount > 0 AND assignment_id IS NULL
                              ELSE FALSE END",
    ),
    Invariant::sql(
        "every provider has an account",
        "SELECT p.id, 'has none' FROM providers AS p
           LEFT JOIN provider_accounts AS a ON a.provider_id = p.id WHERE a.provider_id IS NULL",
    ),
    Invariant::sql(
        "an assignment is charged its price",
        "SELECT a.id, CASE WHEN e.id IS NULL THEN 'is not charged'
                           WHEN e.provider_id <> a.provider_id THEN 'is charged to another provider'
                           ELSE 'costs ' || CAST(a.price_charged AS text) || ', charged ' || CAST(e.amount AS text) END
           FROM lead_assignments AS a
           LEFT JOIN ledger_entries AS e ON e.assignment_id = a.id AND e.kind = 'charge'
          WHERE e.id IS NULL OR e.provider_id <> a.provider_id OR e.amount <> -a.price_charged",
    ),
    Invariant::sql(
        "a refunded assignment got its price back",
        "SELECT a.id, CASE WHEN e.id IS NULL THEN 'got nothing back'
                           WHEN e.provider_id <> a.provider_id THEN 'was paid back to another provider'
                           ELSE 'cost ' || CAST(a.price_charged AS text) || ', got back ' || CAST(e.amount AS text) END
           FROM lead_assignments AS a
           LEFT JOIN ledger_entries AS e ON e.assignment_id = a.id AND e.kind = 'refund'
          WHERE a.status = 'refunded'
            AND (e.id IS NULL OR e.provider_id <> a.provider_id OR e.amount <> a.price_charged)",
    ),
    Invariant::sql(
        "money moves for an assignment that is there, and back for a refunded one",
        "SELECT e.id, e.kind || CASE WHEN a.id IS NULL THEN ' for no assignment' ELSE ' for one that is ' || a.status END
           FROM ledger_entries AS e LEFT JOIN lead_assignments AS a ON a.id = e.assignment_id
          WHERE e.assignment_id IS NOT NULL AND (a.id IS NULL OR (e.kind = 'refund' AND a.status <> 'refunded'))",
    ),
    Invariant::sql(
        "an assignment is charged once and refunded once",
        "SELECT assignment_id, 'has ' || CAST(COUNT(*) AS text) || ' entries ' || kind FROM ledger_entries
          WHERE assignment_id IS NOT NULL GROUP BY assignment_id, kind HAVING COUNT(*) > 1",
    ),
    Invariant::sql(
        "each credit is in the audit, each credit of the audit in the ledger",
        "SELECT provider_id, 'entries provider.credited less credits: ' || CAST(SUM(n) AS text)
           FROM (SELECT entity_id AS provider_id, COUNT(*) AS n FROM audit_entries
                  WHERE action = 'provider.credited' GROUP BY entity_id
                 UNION ALL
                 SELECT provider_id, -COUNT(*) FROM ledger_entries WHERE kind = 'credit' GROUP BY provider_id) AS t
          GROUP BY provider_id HAVING SUM(n) <> 0",
    ),
];
