//! Who has a person's data, for that person.

use crate::clock::Timestamp;
use crate::db::{Read, params, row};
use crate::error::Result;
use crate::id::LeadId;

row! {
    /// What a lead is about, and where it came from.
    #[derive(Debug, Clone)]
    pub struct About {
        pub niche_name: String,
        pub source_name: String,
        pub received_at: Timestamp,
        pub withdrawn_at: Option<Timestamp>,
        pub erased_at: Option<Timestamp>,
    }
}

row! {
    /// Somebody who was given a lead.
    #[derive(Debug, Clone)]
    pub struct GivenTo {
        pub provider_name: String,
        pub assigned_at: Timestamp,
        pub niche_name: String,
        pub source_name: String,
    }
}

/// `None` where there is no such lead.
pub fn about(read: &mut Read, lead: LeadId) -> Result<Option<About>> {
    read.optional(
        "SELECT n.name AS niche_name, s.name AS source_name, l.received_at, l.withdrawn_at, l.erased_at
           FROM leads AS l JOIN niches AS n ON n.id = l.niche_id JOIN sources AS s ON s.id = l.source_id
          WHERE l.id = $1",
        params![lead],
    )
}

/// Everybody who was ever given one of these leads, of which there are few.
pub fn given_to(read: &mut Read, leads: &[LeadId]) -> Result<Vec<GivenTo>> {
    let mut all = Vec::new();
    for lead in leads {
        let some: Vec<GivenTo> = read.all(
            "SELECT p.name AS provider_name, a.assigned_at, n.name AS niche_name, s.name AS source_name
               FROM lead_assignments AS a JOIN providers AS p ON p.id = a.provider_id
               JOIN niches AS n ON n.id = a.niche_id JOIN leads AS l ON l.id = a.lead_id
               JOIN sources AS s ON s.id = l.source_id
              WHERE a.lead_id = $1 ORDER BY a.assigned_at, a.id",
            params![lead],
        )?;
        all.extend(some);
    }
    Ok(all)
}
