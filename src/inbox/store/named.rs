//! Whom and what assignments are about, for lists of other things: entries of the ledger.

use std::fmt::Write;

use crate::clock::Timestamp;
use crate::db::{Param, Read, row};
use crate::error::Result;
use crate::id::{AssignmentId, LeadId, ProviderId};
use crate::inbox::ReturnState;

/// The most assignments that can be asked for: one text of the statement, so one plan.
const NAMED: usize = 25;

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

/// Found by id, as `glance.rs` does it.
pub(super) fn text() -> String {
    let mut places = String::new();
    for n in 2..=NAMED + 1 {
        // Writing to a String cannot fail.
        let _ = write!(places, "{}${n}", if n == 2 { "" } else { ", " });
    }
    format!(
        "SELECT a.id AS assignment_id, a.lead_id, n.name AS niche_name, c.name AS competition_level, l.contact_name,
                l.contact_phone, l.contact_email, l.erased_at, r.state AS return_state, r.note AS return_note
           FROM lead_assignments a
           JOIN leads l ON l.id = a.lead_id
           JOIN niches n ON n.id = a.niche_id
           JOIN competition_levels c ON c.id = a.competition_level_id
           LEFT JOIN returns r ON r.assignment_id = a.id
          WHERE a.id IN ({places}) AND CASE WHEN a.provider_id = $1 THEN 1 ELSE 0 END = 1"
    )
}

/// Of the first [`NAMED`] of these, in no order.
pub(in crate::inbox) fn named(
    read: &mut Read,
    provider: ProviderId,
    assignments: &[AssignmentId],
) -> Result<Vec<Named>> {
    let Some(first) = assignments.first() else { return Ok(Vec::new()) };
    let mut params: Vec<&dyn Param> = vec![&provider];
    // Places that are left over name the first again.
    params.extend((0..NAMED).map(|n| -> &dyn Param { assignments.get(n).unwrap_or(first) }));
    read.all(&text(), &params)
}
