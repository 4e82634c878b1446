//! Which providers get a lead, and the trace of why. Owns `lead_traces`.
//!
//! A lead is sold at one competition level: the one that earns most, within it to the providers served longest ago
//! ([`select`] has the rule). Selecting, metering, assigning, charging, the trace and the audit are one unit with what
//! stores the lead. The selection is only a proposal: each cap and each balance is asked again by the statement that
//! uses it, and where another node was faster the unit runs again ([`Error::Raced`](crate::error::Error::Raced)).
//! What is paid back gives its place under the cap and the budget back, while their day and month last.
//!
//! Invariants: no more assignments than the level's maximum, one a provider; a day's count never above `daily_cap`, a
//! month's sum never above `monthly_budget`, both in the provider's time zone; every candidate is in the trace.

mod lead;
mod mails;
mod meter;
mod period;
mod select;
mod store;
mod trace;

pub use crate::catalog::postal::Code;
pub use lead::ToPlace;

use crate::assignments::{self, NewAssignment};
use crate::audit::{self, Action, Entity};
use crate::billing::{self, Charge};
use crate::db::{Json, Read, Tx};
use crate::error::Result;
use crate::id::{AssignmentId, LeadId, NicheId, ProviderId};
use crate::money::Money;

pub use select::{Inactive, Reason};

use select::Judged;

/// A provider that would get a lead, at this price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    pub provider: ProviderId,
    pub level: String,
    pub price: Money,
}

/// Who gets a lead, before anything of it is stored or sold: what becomes of every candidate.
#[derive(Debug)]
pub struct Plan {
    judged: Vec<Judged>,
}

impl Plan {
    /// Whether anybody takes the lead.
    pub fn has_takers(&self) -> bool {
        self.judged.iter().any(|one| one.place.is_some())
    }
}

/// Finds out whom the lead fits best now. Of the lead nothing is written. Never for a test lead, nor for one that has
/// assignments.
pub fn plan(tx: &mut Tx, lead: &ToPlace) -> Result<Plan> {
    let mut candidates = store::candidates(tx, lead.niche)?;
    let unsettled = meter::unsettled(&candidates);
    meter::settle(tx, &mut candidates)?;
    meter::keep(tx, &mut candidates, &unsettled)?;
    Ok(Plan { judged: select::select(candidates, lead.postal_code.as_ref()) })
}

/// Sells the lead, which is stored by now, as it was planned in this unit, and keeps the trace; the new assignments in the
/// order of their places, none where nobody takes it.
pub fn sell(tx: &mut Tx, lead: &ToPlace, plan: &Plan) -> Result<Vec<AssignmentId>> {
    let now = tx.now();
    let sales: Vec<(AssignmentId, &Judged)> =
        select::taken(&plan.judged).into_iter().map(|judged| (AssignmentId::new(now), judged)).collect();
    if !sales.is_empty() {
        assign_and_charge(tx, lead, &sales)?;
    }
    store::keep_trace(tx, lead.lead, &trace::of(&plan.judged)?)?;
    Ok(sales.into_iter().map(|(id, _)| id).collect())
}

/// Who would get a lead like this now. Changes nothing.
pub fn preview(read: &mut Read, niche: NicheId, postal_code: Option<&Code>) -> Result<Vec<Match>> {
    let mut candidates = store::candidates(read, niche)?;
    meter::settle(read, &mut candidates)?;
    let judged = select::select(candidates, postal_code);
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

fn assign_and_charge(tx: &mut Tx, lead: &ToPlace, sales: &[(AssignmentId, &Judged)]) -> Result<()> {
    meter::count_sales(tx, sales)?;
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
    assignments::assign(tx, &assignments)?;
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
