//! Active leads whose return windows end soonest.

use crate::clock::Timestamp;
use crate::db::{Asked, Read, params, row};
use crate::error::Result;
use crate::id::{LeadId, ProviderId};
use crate::period::Period;

row! {
    /// One of them.
    #[derive(Debug, Clone)]
    pub struct Ending {
        pub lead_id: LeadId,
        pub assigned_at: Timestamp,
        pub contact_name: Option<String>,
        pub contact_phone: Option<String>,
        pub contact_email: Option<String>,
        pub erased_at: Option<Timestamp>,
        /// How many there are within the period; 101 stands for any more.
        pub total: i64,
    }
}

/// From the old end of the index, and counted to a hundred: what it reads does not grow with the inbox.
pub(super) const TEXT: &str = "
    SELECT a.lead_id, a.assigned_at, l.contact_name, l.contact_phone, l.contact_email, l.erased_at,
           (SELECT count(*) FROM (SELECT 1 FROM lead_assignments
             WHERE provider_id = $1 AND status = 'active' AND assigned_at >= $2 AND assigned_at < $3 LIMIT 101) AS few) AS total
      FROM (SELECT lead_id, assigned_at, id FROM lead_assignments
             WHERE provider_id = $1 AND status = 'active' AND assigned_at >= $2 AND assigned_at < $3
             ORDER BY assigned_at, id LIMIT 2) AS a
      JOIN leads l ON l.id = a.lead_id
     ORDER BY a.assigned_at, a.id";

/// Asks for the two active leads assigned within the period whose return windows end soonest, with how many there are.
pub fn ask_ending(read: &mut Read, provider: ProviderId, assigned: Period) -> Result<Asked<Ending>> {
    read.ask(TEXT, params![provider, assigned.start, assigned.end])
}
