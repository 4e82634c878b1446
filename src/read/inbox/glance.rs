//! What a page shows of each lead in a list beyond the list itself.

use super::by_id;
use crate::db::{Json, Read, row};
use crate::error::Result;
use crate::id::{AssignmentId, ProviderId};
use crate::intake::told_apart;

row! {
    /// What somebody needs and where, and how many have the lead.
    #[derive(Debug, Clone)]
    pub struct Glance {
        pub assignment_id: AssignmentId,
        pub form_data: Option<Json>,
        /// Where it came from, which is not shown in a list.
        pub attribution: Option<Json>,
        pub postal_code: Option<String>,
        /// Assignments ever made of this lead, to anyone.
        pub sold: i64,
        /// The level's maximum when this one was made.
        pub sold_max: i64,
    }
}

pub(super) fn text() -> String {
    let condition = by_id::condition();
    format!(
        "SELECT a.id AS assignment_id, l.form_data, l.attribution, l.postal_code,
                (SELECT count(*) FROM lead_assignments s WHERE s.lead_id = a.lead_id) AS sold, a.max_providers AS sold_max
           FROM lead_assignments a JOIN leads l ON l.id = a.lead_id
          WHERE {condition}"
    )
}

/// Of the first [`by_id::MAX_IDS_PER_QUERY`] of these, in no order.
pub fn glances(read: &mut Read, provider: ProviderId, assignments: &[AssignmentId]) -> Result<Vec<Glance>> {
    let Some(params) = by_id::params(&provider, assignments) else { return Ok(Vec::new()) };
    let mut rows: Vec<Glance> = read.all(&text(), &params)?;
    for row in &mut rows {
        told_apart(&mut row.form_data, &mut row.attribution);
    }
    Ok(rows)
}
