//! What a page shows of each lead in a list beyond the list itself.

use std::fmt::Write;

use crate::db::{Json, Param, Read, row};
use crate::error::Result;
use crate::id::{AssignmentId, ProviderId};

/// The most assignments that can be asked for: one text of the statement, so one plan.
const GLANCES: usize = 25;

row! {
    /// What somebody needs and where, and how many have the lead.
    #[derive(Debug, Clone)]
    pub struct Glance {
        pub assignment_id: AssignmentId,
        pub form_data: Option<Json>,
        pub postal_code: Option<String>,
        /// Assignments ever made of this lead, to anyone.
        pub sold: i64,
        /// The level's maximum when this one was made.
        pub sold_max: i64,
    }
}

/// Found by id: the provider is asked for in a way that no index serves, or all its leads would be gone through.
pub(super) fn text() -> String {
    let mut places = String::new();
    for n in 2..=GLANCES + 1 {
        let _ = write!(places, "{}${n}", if n == 2 { "" } else { ", " });
    }
    format!(
        "SELECT a.id AS assignment_id, l.form_data, l.postal_code,
                (SELECT count(*) FROM lead_assignments s WHERE s.lead_id = a.lead_id) AS sold, a.max_providers AS sold_max
           FROM lead_assignments a JOIN leads l ON l.id = a.lead_id
          WHERE a.id IN ({places}) AND CASE WHEN a.provider_id = $1 THEN 1 ELSE 0 END = 1"
    )
}

/// Of the first [`GLANCES`] of these, in no order.
pub(in crate::inbox) fn glances(
    read: &mut Read,
    provider: ProviderId,
    assignments: &[AssignmentId],
) -> Result<Vec<Glance>> {
    let Some(first) = assignments.first() else { return Ok(Vec::new()) };
    let mut params: Vec<&dyn Param> = vec![&provider];
    // Places that are left over name the first again.
    params.extend((0..GLANCES).map(|n| -> &dyn Param { assignments.get(n).unwrap_or(first) }));
    read.all(&text(), &params)
}
