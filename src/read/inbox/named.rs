//! Whom and what assignments are about, for lists of other things: entries of the ledger.

use super::by_id;
use crate::clock::Timestamp;
use crate::db::{Read, row};
use crate::error::Result;
use crate::id::{AssignmentId, LeadId, ProviderId};
use crate::returns::ReturnState;

row! {
    /// An assignment in a few words. `return_…`: of its return, where there is one.
    #[derive(Debug, Clone)]
    pub struct Named {
        pub assignment_id: AssignmentId,
        pub lead_id: LeadId,
        pub niche_name: String,
        pub competition_level: String,
        pub contact_name: Option<String>,
        pub contact_phone: Option<String>,
        pub contact_email: Option<String>,
        pub erased_at: Option<Timestamp>,
        pub return_state: Option<ReturnState>,
        pub return_note: Option<String>,
    }
}

pub(super) fn text() -> String {
    let condition = by_id::condition();
    format!(
        "SELECT a.id AS assignment_id, a.lead_id, n.name AS niche_name, c.name AS competition_level, l.contact_name,
                l.contact_phone, l.contact_email, l.erased_at, r.state AS return_state, r.note AS return_note
           FROM lead_assignments a
           JOIN leads l ON l.id = a.lead_id
           JOIN niches n ON n.id = a.niche_id
           JOIN competition_levels c ON c.id = a.competition_level_id
           LEFT JOIN returns r ON r.assignment_id = a.id
          WHERE {condition}"
    )
}

/// Of the first [`by_id::MAX_IDS_PER_QUERY`] of these, in no order.
pub fn named(read: &mut Read, provider: ProviderId, assignments: &[AssignmentId]) -> Result<Vec<Named>> {
    let Some(params) = by_id::params(&provider, assignments) else { return Ok(Vec::new()) };
    read.all(&text(), &params)
}
