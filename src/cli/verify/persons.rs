//! People who opted out: known by hashes, each as often as it was said.

use super::invariant::Invariant;

pub const INVARIANTS: [Invariant; 2] = [
    Invariant::sql(
        "who opted out is known by a hash",
        "SELECT s.id, 'is known by nothing' FROM suppressions AS s
          WHERE NOT EXISTS (SELECT 1 FROM suppressed_hashes AS h WHERE h.suppression_id = s.id)",
    ),
    Invariant::sql(
        "who opted out is on record",
        "SELECT s.id, 'was put on the list by nobody' FROM suppressions AS s
          WHERE NOT EXISTS (SELECT 1 FROM audit_entries AS e
                             WHERE e.entity_id = s.id AND e.action = 'suppression.created')",
    ),
];
