//! What a unit may sell, and to whom: the candidates of some niches with their figures. Each lead is planned as if those before
//! it were sold by then, so that several of one unit are what they would have been one after another.

use std::collections::{BTreeMap, HashMap};

use super::lead::ToPlace;
use super::select::{Candidate, taken};
use super::trace::of as traced;
use super::{meter, select, store};
use crate::catalog::Metered;
use crate::clock::Timestamp;
use crate::db::{Asked, Json, Tx};
use crate::error::Result;
use crate::id::{AssignmentId, CompetitionLevelId, LeadId, NicheId, ProviderId, SubscriptionId};
use crate::money::Money;

/// The candidates of some niches, as they stand after what was planned.
pub struct Market {
    now: Timestamp,
    niches: HashMap<NicheId, Niche>,
}

/// A market on its way.
#[derive(Debug)]
pub struct AskedMarket {
    candidates: Vec<Asked<Candidate>>,
}

#[derive(Default)]
struct Niche {
    candidates: Vec<Candidate>,
    /// How many sales there are of this moment, those that were planned included.
    sales: i64,
}

/// Who gets a lead, before anything of it is stored or sold.
#[derive(Debug)]
pub struct Plan {
    pub(super) lead: ToPlace,
    /// In the order of their places.
    pub(super) sales: Vec<Sale>,
    /// What becomes of every candidate.
    pub(super) trace: Json,
}

/// A lead that goes to a provider, on the terms of now.
#[derive(Debug)]
pub(super) struct Sale {
    pub id: AssignmentId,
    pub provider: ProviderId,
    pub subscription: SubscriptionId,
    pub competition_level: CompetitionLevelId,
    pub level: String,
    pub niche_name: String,
    pub max_providers: i64,
    pub price: Money,
    /// What the meter says after it.
    pub metered: Metered,
}

impl Plan {
    /// Whose it is.
    pub fn lead(&self) -> LeadId {
        self.lead.lead
    }

    /// Whether anybody takes the lead.
    pub fn has_takers(&self) -> bool {
        !self.sales.is_empty()
    }

    /// What all who take it pay together.
    pub fn price(&self) -> Result<Money> {
        self.sales.iter().try_fold(Money::ZERO, |sum, sale| sum.checked_add(sale.price))
    }
}

impl Market {
    /// The candidates as they are now.
    pub fn open(tx: &mut Tx, niches: &[NicheId]) -> Result<Self> {
        let asked = Self::ask(tx, niches)?;
        Self::of(tx, asked)
    }

    /// Asks for the candidates as they are now, along with the next statement that is waited for.
    pub fn ask(tx: &mut Tx, niches: &[NicheId]) -> Result<AskedMarket> {
        let mut niches = niches.to_vec();
        niches.sort_unstable();
        niches.dedup();
        store::ask_candidates(tx, &niches).map(|candidates| AskedMarket { candidates })
    }

    /// What was asked for in this unit, which has sold nothing since.
    pub fn of(tx: &mut Tx, asked: AskedMarket) -> Result<Self> {
        let mut candidates = Vec::new();
        for some in asked.candidates {
            candidates.extend(tx.answer(some)?);
        }
        let unsettled = meter::unsettled(&candidates);
        meter::settle(tx, &mut candidates)?;
        meter::keep(tx, &mut candidates, &unsettled)?;
        let now = tx.now();
        let mut niches: HashMap<NicheId, Niche> = HashMap::new();
        for candidate in candidates {
            let niche = niches.entry(candidate.niche_id).or_default();
            if candidate.last_served_at == Some(now) {
                niche.sales = niche.sales.max(candidate.last_place);
            }
            niche.candidates.push(candidate);
        }
        Ok(Self { now, niches })
    }

    /// Finds out whom the lead fits best. Never for a test lead, nor for one that has assignments.
    pub fn plan(&mut self, lead: ToPlace) -> Result<Plan> {
        let niche = self.niches.entry(lead.niche).or_default();
        let judged = select::select(&niche.candidates, lead.postal_code.as_ref());
        let trace = traced(&judged)?;
        let takers: Vec<SubscriptionId> = taken(&judged).iter().map(|one| one.candidate.subscription_id).collect();
        let sales = takers.into_iter().filter_map(|taker| self.sell(lead.niche, taker)).collect();
        Ok(Plan { lead, sales, trace })
    }

    /// Moves the figures as a sale does.
    fn sell(&mut self, niche: NicheId, taker: SubscriptionId) -> Option<Sale> {
        let niche = self.niches.get_mut(&niche)?;
        let candidate = niche.candidates.iter_mut().find(|one| one.subscription_id == taker)?;
        niche.sales += 1;
        let place = niche.sales;
        candidate.day_count += 1;
        candidate.month_spent = plus(candidate.month_spent, candidate.price);
        // Another node's clock may be ahead.
        if candidate.last_served_at.is_none_or(|at| at <= self.now) {
            (candidate.last_served_at, candidate.last_place) = (Some(self.now), place);
        }
        let sale = Sale {
            id: AssignmentId::new(self.now),
            provider: candidate.provider_id,
            subscription: candidate.subscription_id,
            competition_level: candidate.competition_level_id,
            level: candidate.level.clone(),
            niche_name: candidate.niche.clone(),
            max_providers: candidate.max_providers,
            price: candidate.price,
            metered: meter::metered(candidate, Some(place)),
        };
        // It pays from one account, whichever subscription buys.
        let paid = sale.price.negated();
        for other in self.niches.values_mut().flat_map(|niche| &mut niche.candidates) {
            if other.provider_id == sale.provider {
                other.balance = plus(other.balance, paid);
            }
        }
        Some(sale)
    }
}

/// What the meters of all these sales say in the end, in the order of the subscriptions: two nodes that meter the same ones take
/// the rows in the same order.
pub(super) fn metered(plans: &[Plan]) -> Vec<Metered> {
    let sales = plans.iter().flat_map(|plan| &plan.sales);
    let last: BTreeMap<SubscriptionId, Metered> = sales.map(|sale| (sale.subscription, sale.metered)).collect();
    last.into_values().collect()
}

fn plus(sum: Money, more: Money) -> Money {
    Money::from_minor(sum.minor().saturating_add(more.minor()))
}
