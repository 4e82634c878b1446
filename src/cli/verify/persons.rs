//! Persons: who opted out is known by hashes, and who is too old is erased.

use super::invariant::Invariant;

pub const INVARIANTS: [Invariant; 3] = [
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
    Invariant::sql(
        "what a niche has forgotten by its age is erased",
        "SELECT l.id, 'is older than what its niche has forgotten' FROM lead_retention AS r
           JOIN leads AS l ON l.niche_id = r.niche_id WHERE l.id <= r.through AND l.erased_at IS NULL",
    ),
];
