//! Which providers get a lead, and the trace of why. Owns `lead_traces`.
//!
//! A lead is sold at one competition level: the one that earns most, within it to the providers served longest ago
//! ([`select`] has the rule). Selecting, metering, assigning, charging, the trace and the audit are one unit with what
//! stores the lead. Several leads of one unit are chosen for in their order ([`Market`]) and sold by one statement a table.
//! The selection is only a proposal: each cap and each balance is asked again by the statement that uses it, and where
//! another node was faster the unit runs again ([`Error::Raced`](crate::error::Error::Raced)).
//! What is paid back gives its place under the cap and the budget back, while their day and month last.
//!
//! Invariants: no more assignments than the level's maximum, one a provider; a day's count never above `daily_cap`, a
//! month's sum never above `monthly_budget`, both in the provider's time zone; every candidate is in the trace.

mod lead;
mod mails;
mod market;
mod meter;
mod period;
mod select;
mod store;
mod trace;

pub use crate::catalog::postal::Code;
pub use lead::ToPlace;
pub use market::{AskedMarket, Market, Plan};

use crate::assignments::{self, NewAssignment};
use crate::audit::{self, Action, Entity};
use crate::billing::{self, Charge};
use crate::catalog;
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

/// Finds out whom one lead fits best now. See [`Market::plan`], of which it is one without others.
pub fn plan(tx: &mut Tx, lead: ToPlace) -> Result<Plan> {
    Market::open(tx, &[lead.niche])?.plan(lead)
}

/// Sells the leads, which are stored by now, as they were planned of one market in this unit, and keeps the traces; the new
/// assignments of each in the order of their places, none where nobody takes it.
pub fn sell(tx: &mut Tx, plans: &[Plan]) -> Result<Vec<Vec<AssignmentId>>> {
    if plans.iter().any(Plan::has_takers) {
        assign_and_charge(tx, plans)?;
    }
    let traces: Vec<_> = plans.iter().map(|plan| (plan.lead.lead, &plan.trace)).collect();
    store::keep_traces(tx, &traces)?;
    Ok(plans.iter().map(|plan| plan.sales.iter().map(|sale| sale.id).collect()).collect())
}

/// Who would get a lead like this now. Changes nothing.
pub fn preview(read: &mut Read, niche: NicheId, postal_code: Option<&Code>) -> Result<Vec<Match>> {
    let mut candidates = store::candidates(read, &[niche])?;
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

fn assign_and_charge(tx: &mut Tx, plans: &[Plan]) -> Result<()> {
    catalog::count_sales(tx, &market::metered(plans))?;
    let sales = || plans.iter().flat_map(|plan| plan.sales.iter().map(|sale| (&plan.lead, sale)));
    let assignments: Vec<NewAssignment> = sales()
        .map(|(lead, sale)| NewAssignment {
            id: sale.id,
            lead: lead.lead,
            provider: sale.provider,
            niche: lead.niche,
            competition_level: sale.competition_level,
            subscription: sale.subscription,
            price: sale.price,
            max_providers: sale.max_providers,
            search_text: lead.search_text.clone(),
        })
        .collect();
    assignments::assign(tx, &assignments)?;
    let charges: Vec<Charge> =
        assignments.iter().map(|a| Charge { provider: a.provider, assignment: a.id, price: a.price }).collect();
    billing::charge(tx, &charges)?;
    let entries: Vec<audit::Entry> = sales()
        .map(|(lead, sale)| audit::Entry {
            actor: lead.source,
            action: Action::LeadAssigned,
            entity: Entity::Assignment(sale.id),
            details: Some(serde_json::json!({
                "lead_id": lead.lead,
                "subscription_id": sale.subscription,
                "level": sale.level,
                "price": sale.price,
            })),
        })
        .collect();
    audit::record_all(tx, &entries)?;
    mails::new_leads(tx, plans)
}
