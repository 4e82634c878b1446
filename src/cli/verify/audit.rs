//! The audit: no action without its entry, no entry without its action.

use super::Invariant;

/// What is made once: the action, the table, and which of its rows.
const MADE: [(&str, &str, &str, &str); 9] = [
    ("every lead's arrival is in the audit", "lead.received", "leads", "TRUE"),
    ("every niche's making is in the audit", "niche.created", "niches", "TRUE"),
    ("every competition level's making is in the audit", "competition_level.created", "competition_levels", "TRUE"),
    ("every provider's making is in the audit", "provider.created", "providers", "TRUE"),
    ("every subscription's making is in the audit", "subscription.created", "subscriptions", "TRUE"),
    ("every source's making is in the audit", "source.created", "sources", "TRUE"),
    ("every user's making is in the audit", "user.created", "users", "TRUE"),
    ("every API token's making is in the audit", "token.created", "tokens", "kind = 'api'"),
    ("every erasure is in the audit", "lead.erased", "leads", "erased_at IS NOT NULL"),
];

/// What happens to an assignment at most once: the action, when the assignment says it happened, and the times that may
/// stand there instead of the entry's (two nodes' clocks may differ, and yet nothing is decided before it is seen).
const HAPPENED: [(&str, &str, &str, &[&str]); 5] = [
    ("every assignment is in the audit", "lead.assigned", "assigned_at", &[]),
    ("every first view is in the audit", "lead.viewed", "viewed_at", &["assigned_at", "accepted_at", "rejected_at"]),
    ("every acceptance is in the audit", "lead.accepted", "accepted_at", &["assigned_at", "viewed_at"]),
    ("every rejection is in the audit", "lead.rejected", "rejected_at", &["assigned_at", "viewed_at"]),
    ("every refund is in the audit", "lead.refunded", "refunded_at", &["assigned_at", "viewed_at", "rejected_at"]),
];

pub fn invariants() -> Vec<Invariant> {
    let made = MADE.iter().map(|(name, action, table, which)| Invariant::made(name, made(action, table, which)));
    let happened = HAPPENED.iter().map(|(name, action, at, or)| Invariant::made(name, happened(action, at, or)));
    let told = Invariant::sql(
        "the audit tells of assignments that are there, and of their own providers' doing",
        "SELECT e.entity_id, e.action || CASE WHEN a.id IS NULL THEN ' of none' ELSE ' by somebody else' END
           FROM audit_entries AS e LEFT JOIN lead_assignments AS a ON a.id = e.entity_id
          WHERE e.entity = 'lead_assignment'
            AND (a.id IS NULL OR (e.action IN ('lead.viewed', 'lead.accepted', 'lead.rejected', 'lead.contact_attempted',
                                                'lead.return_appealed')
                                  AND (e.actor_role <> 'provider' OR e.actor_id <> a.provider_id)))",
    );
    made.chain(happened).chain([told]).collect()
}

/// Rows without exactly one entry, and entries of no row.
fn made(action: &str, table: &str, which: &str) -> String {
    format!(
        "SELECT t.id, 'has ' || CAST(COALESCE(e.n, 0) AS text) || ' entries {action}'
           FROM (SELECT id FROM {table} WHERE {which}) AS t
           LEFT JOIN (SELECT entity_id, COUNT(*) AS n FROM audit_entries WHERE action = '{action}' GROUP BY entity_id)
             AS e ON e.entity_id = t.id
          WHERE COALESCE(e.n, 0) <> 1
         UNION ALL
         SELECT e.entity_id, 'is told of by {action}, and is not there' FROM audit_entries AS e
           LEFT JOIN (SELECT id FROM {table} WHERE {which}) AS t ON t.id = e.entity_id
          WHERE e.action = '{action}' AND t.id IS NULL"
    )
}

/// Assignments to which it happened without exactly one entry of that very time, or with one to which it did not.
fn happened(action: &str, at: &str, or: &[&str]) -> String {
    let others = or.iter().map(|time| format!(" AND a.{at} <> COALESCE(a.{time}, a.assigned_at)"));
    let other_time = format!("e.created_at <> a.{at}{}", others.collect::<String>());
    format!(
        "SELECT a.id, 'has ' || CAST(COALESCE(e.n, 0) AS text) || ' entries {action}'
                || CASE WHEN a.{at} IS NULL THEN ', and no {at}' WHEN e.n = 1 THEN ' of another time' ELSE '' END
           FROM lead_assignments AS a
           LEFT JOIN (SELECT entity_id, COUNT(*) AS n, MIN(created_at) AS created_at FROM audit_entries
                       WHERE action = '{action}' GROUP BY entity_id) AS e ON e.entity_id = a.id
          WHERE (a.{at} IS NULL AND e.n IS NOT NULL)
             OR (a.{at} IS NOT NULL AND (COALESCE(e.n, 0) <> 1 OR ({other_time})))"
    )
}
