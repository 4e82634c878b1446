//! The audit: no action without its entry, no entry without its action.

use super::invariant::Invariant;

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

/// What happens to an assignment, once more often than it is taken back, or as often.
struct Happening {
    name: &'static str,
    action: &'static str,
    /// When the assignment says it happened.
    at: &'static str,
    /// The times that may stand there instead of the entry's: two nodes' clocks may differ, and yet nothing is decided
    /// before it is seen.
    or: &'static [&'static str],
    /// Actions whose entries' times may stand there: of decisions that were taken back, the assignment has none itself.
    or_of: &'static str,
    /// What takes it back.
    back: &'static str,
}

impl Happening {
    const fn once(name: &'static str, action: &'static str, at: &'static str, or: &'static [&'static str]) -> Self {
        Self { name, action, at, or, or_of: "", back: "" }
    }
}

const HAPPENED: [Happening; 5] = [
    Happening::once("every assignment is in the audit", "lead.assigned", "assigned_at", &[]),
    Happening {
        or_of: "'lead.accepted', 'lead.rejected'",
        ..Happening::once(
            "every first view is in the audit",
            "lead.viewed",
            "viewed_at",
            &["assigned_at", "accepted_at", "rejected_at"],
        )
    },
    Happening {
        back: "lead.accept_undone",
        ..Happening::once(
            "every acceptance is in the audit",
            "lead.accepted",
            "accepted_at",
            &["assigned_at", "viewed_at"],
        )
    },
    Happening {
        back: "lead.reject_undone",
        ..Happening::once(
            "every rejection is in the audit",
            "lead.rejected",
            "rejected_at",
            &["assigned_at", "viewed_at"],
        )
    },
    Happening::once(
        "every refund is in the audit",
        "lead.refunded",
        "refunded_at",
        &["assigned_at", "viewed_at", "rejected_at"],
    ),
];

pub fn invariants() -> Vec<Invariant> {
    let made = MADE.iter().map(|(name, action, table, which)| Invariant::made(name, made(action, table, which)));
    let happened = HAPPENED.iter().map(|one| Invariant::made(one.name, happened(one)));
    let told = Invariant::sql(
        "the audit tells of assignments that are there, and of their own providers' doing",
        "SELECT e.entity_id, e.action || CASE WHEN a.id IS NULL THEN ' of none' ELSE ' by somebody else' END
           FROM audit_entries AS e LEFT JOIN lead_assignments AS a ON a.id = e.entity_id
          WHERE e.entity = 'lead_assignment'
            AND (a.id IS NULL OR (e.action IN ('lead.viewed', 'lead.accepted', 'lead.rejected', 'lead.accept_undone',
                                                'lead.reject_undone', 'lead.contact_attempted', 'lead.return_appealed')
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

/// Assignments to which it happened without an entry of that very time, and those that are told of too often or too seldom.
fn happened(happening: &Happening) -> String {
    let Happening { action, at, or, or_of, back, .. } = happening;
    let of = if or_of.is_empty() { format!("'{action}'") } else { format!("'{action}', {or_of}") };
    let others = or.iter().map(|time| format!(" AND a.{at} <> COALESCE(a.{time}, a.assigned_at)"));
    // Mostly there is one entry, which is the first; only else the others are looked at.
    let other_time = format!(
        "e.created_at <> a.{at}{} AND NOT EXISTS (SELECT 1 FROM audit_entries AS o WHERE o.entity_id = a.id
            AND o.action IN ({of}) AND o.created_at = a.{at})",
        others.collect::<String>()
    );
    format!(
        "SELECT a.id, 'has ' || CAST(COALESCE(e.n, 0) AS text) || ' entries {action}'
                || CASE WHEN a.{at} IS NULL THEN ', and no {at}' WHEN e.n = 1 THEN ' of another time' ELSE '' END
           FROM lead_assignments AS a
           LEFT JOIN (SELECT entity_id, SUM(CASE action WHEN '{action}' THEN 1 ELSE -1 END) AS n,
                             MIN(CASE action WHEN '{action}' THEN created_at END) AS created_at
                        FROM audit_entries WHERE action IN ('{action}', '{back}') GROUP BY entity_id)
             AS e ON e.entity_id = a.id
          WHERE (a.{at} IS NULL AND COALESCE(e.n, 0) <> 0)
             OR (a.{at} IS NOT NULL AND (COALESCE(e.n, 0) <> 1 OR e.created_at IS NULL OR ({other_time})))"
    )
}
