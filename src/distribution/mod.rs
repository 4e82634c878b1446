//! Which providers get a lead, and the trace of why. Owns `lead_traces`, and keeps `subscription_meters`.
//!
//! A lead is sold at one competition level: the one that earns most, within it to the providers served longest ago
//! ([`select`] has the rule). Selecting, metering, assigning, charging, the trace and the audit are one unit with what
//! stores the lead. The selection is only a proposal: each cap and each balance is asked again by the statement that
//! uses it, and where another node was faster the unit runs again ([`Error::Raced`](crate::error::Error::Raced)).
//! What is paid back gives its place under the cap and the budget back, while their day and month last.
//!
//! Invariants: no more assignments than the level's maximum, one a provider; a day's count never above `daily_cap`, a
//! month's sum never above `monthly_budget`, both in the provider's time zone; every candidate is in the trace.

mod mails;
mod meter;
mod period;
mod select;
mod store;
mod trace;

pub use crate::catalog::postal::Code;
pub use crate::catalog::{RETRY_UNMATCHED, offer_again as retry_unmatched_later};

use crate::audit::{self, Action, Actor, Entity};
use crate::billing::{self, Charge};
use crate::db::{Json, Read, Tx};
use crate::error::Result;
use crate::id::{AssignmentId, LeadId, NicheId, ProviderId};
use crate::inbox::{self, NewAssignment};
use crate::money::Money;

pub use select::{Inactive, Reason};

use select::Judged;

/// A lead that looks for providers.
#[derive(Debug, Clone)]
pub struct ToPlace {
    pub lead: LeadId,
    pub niche: NicheId,
    /// Where it is, read in its source's country; nowhere without one.
    pub postal_code: Option<Code>,
    /// What a provider's search looks through ([`inbox::search_text`]).
    pub search_text: String,
    /// What its mails may tell of it ([`inbox::anonymous_need`], [`inbox::place_of`]): nothing of who it is.
    pub need: String,
    pub place: String,
    /// Who the audit names as the one that had it assigned.
    pub source: Actor,
}

/// A provider that would get a lead, at this price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    pub provider: ProviderId,
    pub level: String,
    pub price: Money,
}

/// Sells the lead to whom it fits best, and keeps the trace; the new assignments in the order of their places, none
/// where nobody can take it.
///
/// `keep` is called once it is known whether anybody takes the lead, before anything is written: it stores the lead's row
/// with the status that follows, or claims a row that is there. Never for a test lead, nor for one that has assignments.
pub fn distribute(
    tx: &mut Tx,
    lead: &ToPlace,
    keep: impl FnOnce(&mut Tx, bool) -> Result<()>,
) -> Result<Vec<AssignmentId>> {
    let now = tx.now();
    let mut candidates = store::candidates(tx, lead.niche)?;
    let unsettled = meter::unsettled(&candidates);
    meter::settle(tx, &mut candidates)?;
    meter::keep(tx, &mut candidates, &unsettled)?;
    let judged = select::select(&candidates, lead.postal_code.as_ref());
    let sales: Vec<(AssignmentId, &Judged)> =
        select::taken(&judged).into_iter().map(|judged| (AssignmentId::new(now), judged)).collect();
    keep(tx, !sales.is_empty())?;
    if !sales.is_empty() {
        sell(tx, lead, &sales)?;
    }
    store::keep_trace(tx, lead.lead, &trace::of(&judged)?)?;
    Ok(sales.into_iter().map(|(id, _)| id).collect())
}

/// Who would get a lead like this now. Changes nothing.
pub fn preview(read: &mut Read, niche: NicheId, postal_code: Option<&Code>) -> Result<Vec<Match>> {
    let mut candidates = store::candidates(read, niche)?;
    meter::settle(read, &mut candidates)?;
    let judged = select::select(&candidates, postal_code);
    let matches = select::taken(&judged).into_iter().map(|Judged { candidate, .. }| Match {
        provider: candidate.provider_id,
        level: candidate.level.clone(),
        price: candidate.price,
    });
    Ok(matches.collect())
}

/// The trace of the lead's last distribution: a JSON list of every candidate with what became of it.
pub fn trace(read: &mut Read, lead: LeadId) -> Result<Option<Json>> {
    store::trace(read, lead)
}

fn sell(tx: &mut Tx, lead: &ToPlace, sales: &[(AssignmentId, &Judged)]) -> Result<()> {
    store::meter(tx, sales)?;
    let assignments: Vec<NewAssignment> = sales
        .iter()
        .map(|(id, Judged { candidate, .. })| NewAssignment {
            id: *id,
            lead: lead.lead,
            provider: candidate.provider_id,
            niche: lead.niche,
            competition_level: candidate.competition_level_id,
            subscription: candidate.subscription_id,
            price: candidate.price,
            max_providers: candidate.max_providers,
            search_text: lead.search_text.clone(),
        })
        .collect();
    inbox::assign(tx, &assignments)?;
    let charges: Vec<Charge> =
        assignments.iter().map(|a| Charge { provider: a.provider, assignment: a.id, price: a.price }).collect();
    billing::charge(tx, &charges)?;
    let entries: Vec<audit::Entry> = sales
        .iter()
        .map(|(id, Judged { candidate, .. })| audit::Entry {
            actor: lead.source,
            action: Action::LeadAssigned,
            entity: Entity::Assignment(*id),
            details: Some(serde_json::json!({
                "lead_id": lead.lead,
                "subscription_id": candidate.subscription_id,
                "level": candidate.level,
                "price": candidate.price,
            })),
        })
        .collect();
    audit::record_all(tx, &entries)?;
    mails::new_leads(tx, lead, sales)
}
