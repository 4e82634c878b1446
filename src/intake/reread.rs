//! The stored payload of a lead is read again, as its source reads now. A lead that was never sold is offered as if it came
//! now; of one that was, only what it says changes.

use serde_json::json;

use super::corrections;
use super::held;
use super::locks::{lock_key, same_lead_keys};
use super::store::{self, Reread, Source};
use super::submission::Submission;
use super::{Received, Status, not_offered, source_of, suppression};
use crate::audit::{self, Action, Actor, Entity};
use crate::db::{Lane, Read, Tx, Unit};
use crate::error::{Error, Result};
use crate::id::LeadId;

/// The payload of a lead with its source, which for this lead is in the niche that it came in.
///
/// # Errors
/// `NotFound`; `Conflict` `lead_erased`, `no_payload`.
pub fn payload_of(read: &mut Read, lead: LeadId) -> Result<(Source, Reread)> {
    let kept = store::reread(read, lead)?.ok_or(Error::NotFound("lead"))?;
    if kept.erased_at.is_some() {
        return Err(Error::conflict("lead_erased", "the person of this lead was erased"));
    }
    if kept.raw_payload.is_none() {
        return Err(Error::conflict("no_payload", "nothing is kept of what was sent for this lead"));
    }
    Ok((source_of(read, kept.source_id, kept.niche_id)?, kept))
}

/// Has the lead say what was read of its payload now; the assignments are new ones. Never a second sale: a lead that was sold once, that corrected
/// another, that its person withdrew, or whose person is known as another lead by now, is not offered.
///
/// # Errors
/// As [`payload_of`].
pub fn reread(actor: Actor, lead: LeadId, submission: Submission) -> impl Unit<Received> {
    Lane::MONEY.unit(move |tx| {
        tx.lock(&[lock_key("lead", lead.0.as_bytes(), "")])?;
        let (source, kept) = payload_of(tx, lead)?;
        let received = if kept.sales > 0 || kept.known_as.is_some() || kept.withdrawn_at.is_some() {
            let before = store::said(tx, lead)?;
            let id = kept.external_id.clone();
            store::say_anew(tx, lead, &submission, (kept.status, id, kept.duplicate_of))?;
            if let Some(before) = before {
                corrections::reworded(tx, &source.fields, lead, before)?;
            }
            Received::unsold(lead, kept.status)
        } else {
            offer(tx, actor, lead, &source, &submission)?
        };
        let details = json!({ "status": received.status });
        audit::record(tx, actor, Action::LeadReread, Entity::Lead(lead), Some(details))?;
        Ok(received)
    })
}

fn offer(tx: &mut Tx, actor: Actor, lead: LeadId, source: &Source, submission: &Submission) -> Result<Received> {
    tx.lock(&same_lead_keys(source, submission))?;
    let id = submission.external_id.clone();
    let status = if submission.is_test {
        Some(Status::Test)
    } else if suppression::is_suppressed(tx, submission.keys())? {
        Some(Status::Suppressed)
    } else {
        not_offered(tx, source, submission)?
    };
    // While it is held it is nobody's earlier lead, least of all its own.
    store::say_anew(tx, lead, submission, (status.unwrap_or(Status::Held), id, None))?;
    match status {
        Some(status) => Ok(Received::unsold(lead, status)),
        None => held::place(tx, actor, lead, source, submission),
    }
}
