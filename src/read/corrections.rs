//! What the buyer of a lead was told of its person after it was sold.

use crate::db::{Read, params};
use crate::error::Result;
use crate::fields::NicheFields;
use crate::id::{AssignmentId, LeadId, ProviderId};
pub use crate::intake::Correction;
use crate::intake::{self, MAX_CORRECTIONS_PER_LEAD, Said};

/// Whoever gave the lead back gets no more of it.
const CORRECTIONS: &str = "
    SELECT d.received_at, d.contact_name, d.contact_email, d.contact_phone, d.contact_email_lower,
           d.contact_phone_digits, d.postal_code, d.form_data
      FROM leads d
     WHERE d.duplicate_of = (SELECT a.lead_id FROM lead_assignments a WHERE a.id = $1 AND a.provider_id = $2)
       AND d.correction IS NOT NULL AND d.erased_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM lead_assignments a WHERE a.id = $1 AND a.refunded_at <= d.received_at)
     ORDER BY d.correction DESC LIMIT $3";

/// Whether an assignment `a` has a lead with corrections.
pub(super) const IS_CORRECTED: &str =
    "EXISTS (SELECT 1 FROM leads d WHERE d.duplicate_of = a.lead_id AND d.correction IS NOT NULL) AS corrected";

pub(super) fn statements() -> Vec<(String, String)> {
    vec![("corrections".to_owned(), CORRECTIONS.to_owned())]
}

/// What the provider was told, newest first: what was new in it, of what the niche shows.
pub(super) fn corrections(
    read: &mut Read,
    provider: ProviderId,
    asked: &NicheFields,
    assignment: AssignmentId,
    lead: LeadId,
) -> Result<Vec<Correction>> {
    let Some(original) = intake::said(read, lead)? else { return Ok(Vec::new()) };
    let sent: Vec<Said> = read.all(CORRECTIONS, params![assignment, provider, MAX_CORRECTIONS_PER_LEAD])?;
    let shown = |said: Said| said.shown(asked);
    let (original, sent): (Said, Vec<Said>) = (shown(original), sent.into_iter().map(shown).collect());
    let replaced: Vec<Said> = intake::said_before(read, lead)?.into_iter().map(shown).collect();
    let mut known: Vec<&Said> = replaced.iter().chain([&original]).collect();
    let mut told = Vec::new();
    for one in sent.iter().rev() {
        told.extend(intake::news(&known, one));
        known.push(one);
    }
    told.reverse();
    Ok(told)
}
