//! What asks for some assignments of one provider by their ids: a page's worth, in one text, so one plan.

use crate::db::Param;
use crate::db::sql::tuples;
use crate::id::{AssignmentId, ProviderId};

/// The most that can be asked for at once.
pub const MAX_IDS_PER_QUERY: usize = 25;

/// The condition on `lead_assignments a`; the provider is the last parameter. It is asked for in a way that no index serves,
/// or all its leads would be gone through.
pub fn condition() -> String {
    let ids = tuples(1, MAX_IDS_PER_QUERY);
    let provider = MAX_IDS_PER_QUERY + 1;
    format!("a.id IN {ids} AND CASE WHEN a.provider_id = ${provider} THEN 1 ELSE 0 END = 1")
}

/// The parameters for the first [`MAX_IDS_PER_QUERY`] of these; `None`: there is nothing to ask for.
pub fn params<'a>(provider: &'a ProviderId, assignments: &'a [AssignmentId]) -> Option<Vec<&'a dyn Param>> {
    let first = assignments.first()?;
    // Places that are left over name the first again.
    let mut params: Vec<&dyn Param> =
        (0..MAX_IDS_PER_QUERY).map(|n| -> &dyn Param { assignments.get(n).unwrap_or(first) }).collect();
    params.push(provider);
    Some(params)
}
