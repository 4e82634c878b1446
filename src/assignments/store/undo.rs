//! A decision is taken back.

use crate::assignments::status::{LeadRef, Status};
use crate::clock::Timestamp;
use crate::db::{Read, Tx, params, row};
use crate::error::Result;
use crate::id::{AssignmentId, LeadId, ProviderId};

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
    }
}

const DECISION: &str = "
    SELECT id AS assignment_id, lead_id, status, COALESCE(accepted_at, rejected_at) AS decided_at, undone
      FROM lead_assignments
     WHERE id = COALESCE((SELECT id FROM lead_assignments WHERE lead_id = $1 AND provider_id = $2), $1)
       AND provider_id = $2";

/// `undone` tells this decision from a later one.
const UNDO: &str = "
    UPDATE lead_assignments
       SET status = 'active', accepted_at = NULL, rejected_at = NULL, rejection_reason = NULL, rejection_code = NULL,
           undone = undone + 1
     WHERE id = $1 AND provider_id = $2 AND status = $3 AND undone = $4
       AND COALESCE(accepted_at, rejected_at) > $5";

pub(super) const STATEMENTS: [(&str, &str); 2] = [("decision", DECISION), ("undo", UNDO)];

pub(in crate::assignments) fn decision(
    read: &mut Read,
    provider: ProviderId,
    lead: LeadRef,
) -> Result<Option<Decision>> {
    read.optional(DECISION, params![lead, provider])
}

/// False where it is not that decision any more, or was taken at `since` or earlier.
pub(in crate::assignments) fn undo(
    tx: &mut Tx,
    provider: ProviderId,
    decision: &Decision,
    since: Timestamp,
) -> Result<bool> {
    let Decision { assignment_id, status, undone, .. } = decision;
    Ok(tx.execute(UNDO, params![assignment_id, provider, status, undone, since])? == 1)
}
