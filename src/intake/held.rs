//! Leads that wait for the operator, since by what they hold nobody could reach the person. Where their niche comes to sell
//! such leads, those that are still worth an offer wait no longer.

use serde_json::json;

use super::corrections;
use super::earlier::{self, Fate};
use super::locks::{lock_key, same_lead_keys};
use super::store::Source;
use super::submission::Submission;
use super::withdrawal::{self, Cause};
use super::{Received, Status, as_sent, store, suppression, to_place};
use crate::audit::{self, Action, Actor, Entity};
use crate::catalog::{self, Unreachable};
use crate::clock::Timestamp;
use crate::db::{Lane, Read, Tx, Unit};
use crate::distribution;
use crate::error::{Error, Result};
use crate::id::{AssignmentId, LeadId};

/// How many leads wait for the operator; no more than `most` are counted.
pub fn held(read: &mut Read, most: i64) -> Result<i64> {
    store::waiting_for_the_operator(read, most)
}

/// Offers a held lead to the providers of its niche, as if it came now; it is a duplicate where the same person was
/// offered meanwhile, and corrects what was sold where it came later.
///
/// # Errors
/// `NotFound`; `Conflict` `not_held`.
pub fn release(actor: Actor, lead: LeadId) -> impl Unit<Received> {
    Lane::MONEY.unit(move |tx| {
        let held = take(tx, lead)?;
        offer(tx, actor, lead, held)
    })
}

/// Releases a held lead that was received after `since`, where its niche sells such leads by now; else no assignments.
pub(super) fn follow(tx: &mut Tx, lead: LeadId, since: Timestamp) -> Result<Vec<AssignmentId>> {
    let Some(held) = store::held_since(tx, lead, since)? else { return Ok(Vec::new()) };
    if catalog::niche(tx, held.niche_id)?.unreachable != Unreachable::Sell {
        return Ok(Vec::new());
    }
    Ok(offer(tx, Actor::System, lead, held)?.assignments)
}

fn offer(tx: &mut Tx, actor: Actor, lead: LeadId, held: store::Kept) -> Result<Received> {
    let (source, submission) = as_sent(tx, held)?;
    if suppression::is_suppressed(tx, submission.keys())? {
        withdrawal::withdraw(tx, actor, lead, Cause::Suppressed)?;
        return released(tx, actor, Received::unsold(lead, Status::Suppressed));
    }
    tx.lock(&same_lead_keys(&source, &submission))?;
    let received = place(tx, actor, lead, &source, &submission)?;
    released(tx, actor, received)
}

fn released(tx: &mut Tx, actor: Actor, received: Received) -> Result<Received> {
    let details = json!({ "status": received.status });
    audit::record(tx, actor, Action::LeadReleased, Entity::Lead(received.lead), Some(details))?;
    Ok(received)
}

/// Offers a held lead, which says this, as if it came now. The caller has locked what it would be known by again.
pub(super) fn place(
    tx: &mut Tx,
    actor: Actor,
    lead: LeadId,
    source: &Source,
    submission: &Submission,
) -> Result<Received> {
    Ok(match earlier::decide(tx, source, submission)? {
        Fate::Duplicate { of, sold } => {
            store::end_hold(tx, lead, Status::Duplicate, Some(of))?;
            // What the person sent before the lead that was sold corrects nothing of it.
            if sold && lead > of {
                corrections::correct(tx, actor, &source.fields, of, lead)?;
            }
            Received::unsold(lead, Status::Duplicate)
        }
        Fate::New { replaces } => {
            let to_place = to_place(lead, source, submission, actor);
            let plan = distribution::plan(tx, to_place)?;
            let (status, price) = (Status::of(&plan), plan.price()?);
            earlier::step_aside(tx, &replaces)?;
            store::end_hold(tx, lead, status, None)?;
            earlier::replace(tx, source, &replaces, lead)?;
            Received { lead, status, assignments: distribution::sell(tx, &[plan])?.concat(), price }
        }
    })
}

/// Says of a held lead that it is worth nothing: it is never offered.
///
/// # Errors
/// As [`release`].
pub fn discard(actor: Actor, lead: LeadId) -> impl Unit<Received> {
    Lane::MONEY.unit(move |tx| {
        take(tx, lead)?;
        store::end_hold(tx, lead, Status::Invalid, None)?;
        audit::record(tx, actor, Action::LeadDiscarded, Entity::Lead(lead), None)?;
        Ok(Received::unsold(lead, Status::Invalid))
    })
}

/// The lead, which nobody else decides on meanwhile.
fn take(tx: &mut Tx, lead: LeadId) -> Result<store::Kept> {
    tx.lock(&[lock_key("lead", lead.0.as_bytes(), "")])?;
    if let Some(held) = store::held(tx, lead)? {
        return Ok(held);
    }
    let (status, erased_at) = store::standing(tx, lead)?.ok_or(Error::NotFound("lead"))?;
    if erased_at.is_some() {
        return Err(Error::conflict("lead_erased", "the person of this lead was erased"));
    }
    let detail = format!("this lead does not wait for a decision: it is {status}");
    Err(Error::Conflict { code: "not_held", detail: detail.into(), state: Some(status.as_str()) })
}
