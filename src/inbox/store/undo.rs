//! A decision is taken back.

use crate::clock::Timestamp;
use crate::db::{Read, Tx, params, row};
use crate::error::Result;
use crate::id::{AssignmentId, LeadId, ProviderId};
use crate::inbox::{LeadRef, ReturnState, Status};

row! {
    /// What there is to be taken back.
    #[derive(Debug, Clone, Copy)]
    pub struct Decision {
        pub assignment_id: AssignmentId,
        pub lead_id: LeadId,
        pub status: Status,
        /// When it was accepted or rejected.
        pub decided_at: Option<Timestamp>,
        /// How often before this decision others were taken back.
        pub undone: i64,
        pub erased_at: Option<Timestamp>,
        /// Of its return, where there is one.
        pub return_state: Option<ReturnState>,
        pub return_appealed_at: Option<Timestamp>,
    }
}

const DECISION: &str = "
    SELECT a.id AS assignment_id, a.lead_id, a.status, COALESCE(a.accepted_at, a.rejected_at) AS decided_at, a.undone,
           l.erased_at, r.state AS return_state, r.appealed_at AS return_appealed_at
      FROM lead_assignments a
      JOIN leads l ON l.id = a.lead_id
 LEFT JOIN returns r ON r.assignment_id = a.id
     WHERE a.id = COALESCE((SELECT id FROM lead_assignments WHERE lead_id = $1 AND provider_id = $2), $1)
       AND a.provider_id = $2";

/// A return that is there still is one that was decided. `undone` tells this decision from a later one.
const UNDO: &str = "
    UPDATE lead_assignments
       SET status = 'active', accepted_at = NULL, rejected_at = NULL, rejection_reason = NULL, rejection_code = NULL,
           undone = undone + 1
     WHERE id = $1 AND provider_id = $2 AND status = $3 AND undone = $4
       AND COALESCE(accepted_at, rejected_at) > $5
       AND NOT EXISTS (SELECT 1 FROM returns r WHERE r.assignment_id = $1)
       AND NOT EXISTS (SELECT 1 FROM leads l WHERE l.id = lead_id AND l.erased_at IS NOT NULL)";

pub(super) const STATEMENTS: [(&str, &str); 2] = [("decision", DECISION), ("undo", UNDO)];

pub(in crate::inbox) fn decision(read: &mut Read, provider: ProviderId, lead: LeadRef) -> Result<Option<Decision>> {
    read.optional(DECISION, params![lead, provider])
}

/// False where it is not that decision any more, was taken at `since` or earlier, or has become final.
pub(in crate::inbox) fn undo(tx: &mut Tx, provider: ProviderId, decision: &Decision, since: Timestamp) -> Result<bool> {
    let Decision { assignment_id, status, undone, .. } = decision;
    Ok(tx.execute(UNDO, params![assignment_id, provider, status, undone, since])? == 1)
}
