//! Whether somebody was here before, and what that makes of a new submission: the person is sold once, and what they
//! correct is not lost.

use std::time::Duration;

use serde_json::json;

use super::corrections::news;
use super::erasure;
use super::locks::lock_key;
use super::store::{self, Said, Source};
use super::submission::Submission;
use crate::audit::{self, Action, Actor, Entity};
use crate::db::{Read, Tx};
use crate::error::{Error, Result};
use crate::id::LeadId;

/// What a submission is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// Nobody's duplicate. It takes the place of earlier leads of the person that nobody holds.
    New { replaces: Vec<LeadId> },
    /// Of this lead. `sold`: somebody holds it, and may be told what differs.
    Duplicate { of: LeadId, sold: bool },
}

/// Whether any lead of each of these people is there, in their order.
pub fn were_here(read: &mut Read, people: &[(&Source, &Submission)]) -> Result<store::WereHere> {
    let sought: Vec<_> = people.iter().map(|(source, submission)| sought(read, source, submission)).collect();
    store::were_here(read, &sought)
}

/// Looks for the person: one statement where nobody was here before.
pub fn fate(read: &mut Read, source: &Source, submission: &Submission) -> Result<Fate> {
    if were_here(read, &[(source, submission)])?.were == [false] {
        return Ok(Fate::New { replaces: Vec::new() });
    }
    fate_of_known(read, source, submission)
}

/// The same for a person who most likely was here before: the question whether it was is not asked first.
fn fate_of_known(read: &mut Read, source: &Source, submission: &Submission) -> Result<Fate> {
    let sought = sought(read, source, submission);
    let mut earlier = store::earlier(read, &sought)?;
    // What was corrected later does not prolong the look-back.
    earlier.retain(|one| one.by_id || one.head_received_at >= sought.since);
    Ok(judge(&earlier, &said(read, submission)))
}

fn sought<'a>(read: &Read, source: &Source, submission: &'a Submission) -> store::Sought<'a> {
    let day = Duration::from_hours(24);
    let looks_back = source.look_back_days > 0;
    let external = submission.external_id.as_deref();
    store::Sought {
        source: source.id,
        niche: source.niche_id,
        external_id: external,
        erased_id: external.map(|id| erasure::erased_external_id(source.id, id)),
        email: submission.telling_email_key().filter(|_| looks_back),
        phone: submission.phone_key().filter(|_| looks_back),
        since: read.now().minus(day.saturating_mul(source.look_back_days)),
    }
}

/// The same for good: the leads it names are held, and are as they were when it was told.
pub fn decide(tx: &mut Tx, source: &Source, submission: &Submission) -> Result<Fate> {
    let told = fate_of_known(tx, source, submission)?;
    let leads = match &told {
        Fate::Duplicate { of, .. } => std::slice::from_ref(of),
        Fate::New { replaces } => replaces,
    };
    if leads.is_empty() {
        return Ok(told);
    }
    let keys: Vec<i64> = leads.iter().map(|lead| lock_key("lead", lead.0.as_bytes(), "")).collect();
    tx.lock(&keys)?;
    if fate_of_known(tx, source, submission)? == told { Ok(told) } else { Err(Error::Raced) }
}

/// `earlier`: by the platform's id first, then the newest first.
fn judge(earlier: &[store::Earlier], new: &Said) -> Fate {
    let duplicate = |one: &store::Earlier, sold| Fate::Duplicate { of: one.head, sold };
    if let Some(erased) = earlier.iter().find(|one| one.erased) {
        return duplicate(erased, false);
    }
    if let Some(sold) = earlier.iter().find(|one| one.sales == store::Sales::Kept) {
        return duplicate(sold, true);
    }
    // Who sends the same again corrects nothing: what was ever said of a lead that nobody took, or the very data of one
    // that came back.
    let says = |one: &store::Earlier| one.id == one.head || one.sales == store::Sales::None;
    if let Some(same) = earlier.iter().find(|one| says(one) && news(&[&one.said], new).is_none()) {
        return duplicate(same, false);
    }
    let mut replaces: Vec<LeadId> = earlier.iter().map(|one| one.head).collect();
    replaces.sort_unstable();
    replaces.dedup();
    Fate::New { replaces }
}

/// Takes these leads out of the way of a newer one that is about to be stored.
pub fn step_aside(tx: &mut Tx, leads: &[LeadId]) -> Result<()> {
    leads.iter().try_for_each(|lead| store::step_aside(tx, *lead))
}

/// The newer lead is there: whatever was theirs is known as it.
pub fn replace(tx: &mut Tx, source: &Source, leads: &[LeadId], by: LeadId) -> Result<()> {
    for lead in leads {
        store::replace(tx, *lead, by)?;
        let details = json!({ "by": by });
        audit::record(tx, Actor::Source(source.id), Action::LeadReplaced, Entity::Lead(*lead), Some(details))?;
    }
    Ok(())
}

fn said(read: &Read, submission: &Submission) -> Said {
    Said {
        received_at: read.now(),
        contact_name: submission.contact_name.clone(),
        contact_email: submission.contact_email.as_ref().map(|email| email.address.clone()),
        contact_phone: submission.contact_phone.as_ref().map(|phone| phone.shown.clone()),
        contact_email_lower: submission.email_key().map(str::to_owned),
        contact_phone_digits: submission.phone_key().map(str::to_owned),
        postal_code: submission.postal_code.clone(),
        form_data: submission.form_data.clone(),
    }
}
