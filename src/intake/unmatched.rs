//! Leads that nobody could take: kept, and offered again for a day.

use std::time::Duration;

use super::locks::lock_key;
use super::withdrawal::{self, Cause};
use super::{as_sent, held, store, suppression, to_place};
use crate::audit::Actor;
use crate::catalog::{self, Unreachable};
use crate::clock::Timestamp;
use crate::db::{Read, Tx};
use crate::distribution;
use crate::error::{Error, Result};
use crate::id::{self, AssignmentId, LeadId, NicheId};

/// How long after its arrival a lead is still offered; the end is exclusive.
const WORTH: Duration = Duration::from_hours(24);

/// The leads of a niche that are to be offered again, oldest first: unmatched ones, and held ones where the niche sells by
/// now what it held.
pub fn to_offer_again(read: &mut Read, niche: NicheId) -> Result<Vec<LeadId>> {
    let since = still_worth(read);
    let mut leads = store::unmatched(read, niche, since)?;
    let sells_unreachable = match catalog::niche(read, niche) {
        Ok(niche) => niche.unreachable == Unreachable::Sell,
        // Nothing waits in a niche that is not there: a job that names one has nothing to do.
        Err(Error::NotFound(_)) => false,
        Err(error) => return Err(error),
    };
    if sells_unreachable {
        leads.extend(store::held_of(read, niche, since)?);
        leads.sort_unstable();
    }
    Ok(leads.into_iter().map(|(_, lead)| lead).collect())
}

/// The niches that have such leads.
pub fn niches_with_unmatched(read: &mut Read) -> Result<Vec<NicheId>> {
    let since = still_worth(read);
    store::unmatched_niches(read, since)
}

/// Offers one of [`to_offer_again`] to the providers of its niche; no assignments where it does not wait any more, is too
/// old, erased, or again nobody's.
pub fn offer_again(tx: &mut Tx, lead: LeadId) -> Result<Vec<AssignmentId>> {
    tx.lock(&[lock_key("lead", lead.0.as_bytes(), "")])?;
    let since = still_worth(tx);
    let Some(waiting) = store::still_unmatched(tx, lead, since)? else { return held::follow(tx, lead, since) };
    let (source, submission) = as_sent(tx, waiting)?;
    if suppression::is_suppressed(tx, submission.keys())? {
        withdrawal::withdraw(tx, Actor::System, lead, Cause::Suppressed)?;
        return Ok(Vec::new());
    }
    let to_place = to_place(lead, &source, &submission, Actor::System);
    let plan = distribution::plan(tx, to_place)?;
    if plan.has_takers() {
        store::set_assigned(tx, lead)?;
    }
    Ok(distribution::sell(tx, &[plan])?.concat())
}

/// How many leads are still worth an offer; no more than `most` are counted.
pub fn waiting(read: &mut Read, most: i64) -> Result<i64> {
    let oldest = LeadId(id::oldest_uuid(still_worth(read)));
    store::waiting(read, oldest, most)
}

fn still_worth(read: &Read) -> Timestamp {
    read.now().minus(WORTH)
}
