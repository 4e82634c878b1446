//! Leads in a table.

use std::collections::HashMap;

use crate::catalog;
use crate::db::Read;
use crate::error::Result;
use crate::id::{NicheId, SourceId};
use crate::intake::{self, Status};
use crate::portal::pill::{Pill, who};
use crate::portal::words::Calendar;
use crate::read::LeadRow;

pub(super) fn pill(status: Status) -> Pill {
    let (class, said) = match status {
        Status::Assigned => ("accepted", "Assigned"),
        Status::Unmatched => ("rejected", "Unmatched"),
        Status::Duplicate => ("refunded", "Duplicate"),
        Status::Test => ("refunded", "Test"),
        Status::Invalid => ("refunded", "Invalid"),
        Status::Held => ("pending", "Held"),
        Status::Suppressed => ("refunded", "Suppressed"),
        Status::Withdrawn => ("refunded", "Withdrawn"),
    };
    Pill { class, said }
}

/// A lead in a table.
pub(super) struct Row {
    pub path: String,
    pub name: String,
    pub about: String,
    pub when: String,
    pub at: String,
    pub source: String,
    pub pill: Pill,
    pub sold: i64,
}

/// Leads with the names of their niches and sources.
pub(super) fn rows(read: &mut Read, calendar: &Calendar, leads: &[LeadRow]) -> Result<Vec<Row>> {
    let (mut niches, mut sources) = (HashMap::<NicheId, String>::new(), HashMap::<SourceId, String>::new());
    for lead in leads {
        if let std::collections::hash_map::Entry::Vacant(place) = niches.entry(lead.niche_id) {
            place.insert(catalog::niche(read, lead.niche_id)?.name);
        }
        if let std::collections::hash_map::Entry::Vacant(place) = sources.entry(lead.source_id) {
            place.insert(intake::source(read, lead.source_id)?.name);
        }
    }
    let about = |lead: &LeadRow| {
        let niche = niches.get(&lead.niche_id).cloned().unwrap_or_default();
        lead.postal_code.as_ref().map_or_else(|| niche.clone(), |code| format!("{niche}, {code}"))
    };
    let row = |lead: &LeadRow| Row {
        path: format!("/admin/leads/{}", lead.id),
        name: who(
            lead.erased_at.is_some(),
            lead.contact_name.as_deref(),
            lead.contact_phone.as_deref(),
            lead.contact_email.as_deref(),
        ),
        about: about(lead),
        when: calendar.time(lead.received_at),
        at: lead.received_at.to_string(),
        source: sources.get(&lead.source_id).cloned().unwrap_or_default(),
        pill: pill(lead.status),
        sold: lead.assignment_count,
    };
    Ok(leads.iter().map(row).collect())
}
