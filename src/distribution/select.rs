//! The rule: who of a niche's subscriptions gets a lead. A pure function; it decides nothing that the statements which
//! use a cap or a balance do not ask again.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use crate::catalog::postal::{Code, Prefixes};
use crate::clock::Timestamp;
use crate::db::{row, text_enum};
use crate::id::{CompetitionLevelId, NicheId, ProviderId, SubscriptionId};
use crate::money::Money;

text_enum! {
    /// What is switched off, where something is.
    pub enum Inactive {
        Subscription = "subscription_inactive",
        Level = "level_inactive",
        Niche = "niche_inactive",
        Provider = "provider_inactive",
    }
}

row! {
    /// A subscription of the lead's niche with all that is asked about it.
    #[derive(Debug, Clone)]
    pub struct Candidate {
        pub subscription_id: SubscriptionId,
        pub provider_id: ProviderId,
        pub niche_id: NicheId,
        pub competition_level_id: CompetitionLevelId,
        pub level: String,
        pub niche: String,
        pub max_providers: i64,
        pub price: Money,
        pub daily_cap: Option<i64>,
        pub monthly_budget: Option<Money>,
        pub postal_prefixes: Option<Prefixes>,
        pub inactive: Option<Inactive>,
        pub timezone: String,
        pub last_served_at: Option<Timestamp>,
        /// Which sale of that moment it was, of its niche.
        pub last_place: i64,
        /// The day that the meter counts, in the provider's calendar.
        pub day_start: Option<Timestamp>,
        pub day_end: Option<Timestamp>,
        /// Leads of that day, without those that were paid back.
        pub day_count: i64,
        pub month_start: Option<Timestamp>,
        pub month_end: Option<Timestamp>,
        /// What that month has cost so far, likewise.
        pub month_spent: Money,
        /// What the meter said when it was read: whoever writes it asks whether it still does.
        pub metered_at: Option<Timestamp>,
        pub metered_count: i64,
        pub metered_spent: Money,
        pub balance: Money,
        pub floor: Money,
    }
}

/// Why a candidate was taken, or the first check it failed. In the order they are asked, from the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    Taken,
    /// Eligible, but others came first at this level.
    Rotation,
    /// Eligible, but another subscription of its provider was taken.
    SameProvider,
    /// Eligible, but its level earned less.
    Level,
    Balance,
    MonthlyBudget,
    DailyCap,
    PostalCode,
    Inactive(Inactive),
}

/// A candidate with what becomes of it.
#[derive(Debug)]
pub struct Judged<'a> {
    pub candidate: &'a Candidate,
    pub reason: Reason,
    /// From 1, of those taken.
    pub place: Option<i64>,
}

impl Reason {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Rotation => "rotation",
            Self::SameProvider => "same_provider",
            Self::Level => "level",
            Self::Balance => "balance",
            Self::MonthlyBudget => "monthly_budget",
            Self::DailyCap => "daily_cap",
            Self::PostalCode => "postal_code",
            Self::Inactive(what) => what.as_str(),
        }
    }
}

impl Candidate {
    /// The first check that fails, in the order of the trace.
    fn fails(&self, code: Option<&Code>) -> Option<Reason> {
        if let Some(what) = self.inactive {
            return Some(Reason::Inactive(what));
        }
        // A lead without a postal code is nowhere: only who buys everywhere takes it.
        let covered = |prefixes: &Prefixes| code.is_some_and(|code| prefixes.cover(code));
        if !self.postal_prefixes.as_ref().is_none_or(covered) {
            return Some(Reason::PostalCode);
        }
        if self.daily_cap.is_some_and(|cap| self.day_count >= cap) {
            return Some(Reason::DailyCap);
        }
        let spent = self.month_spent.minor().saturating_add(self.price.minor());
        if self.monthly_budget.is_some_and(|budget| spent > budget.minor()) {
            return Some(Reason::MonthlyBudget);
        }
        let left = self.balance.minor().saturating_sub(self.price.minor());
        (left < self.floor.minor()).then_some(Reason::Balance)
    }

    /// What becomes of it beside those who get the lead; the place, where it is one of them.
    fn verdict(&self, failed: Option<Reason>, winners: &[&Self]) -> (Reason, Option<i64>) {
        let taken = (1..).zip(winners).find(|(_, winner)| winner.subscription_id == self.subscription_id);
        if let Some((place, _)) = taken {
            return (Reason::Taken, Some(place));
        }
        let reason = match failed {
            Some(failed) => failed,
            None if winners.iter().all(|w| w.competition_level_id != self.competition_level_id) => Reason::Level,
            None if winners.iter().any(|w| w.provider_id == self.provider_id) => Reason::SameProvider,
            None => Reason::Rotation,
        };
        (reason, None)
    }
}

/// When a provider was last served, and in which place; `None`, never, sorts first.
type Served = Option<(Timestamp, i64)>;

/// Judges every candidate; those with the reason [`Reason::Taken`] get the lead.
pub fn select<'a>(candidates: &'a [Candidate], code: Option<&Code>) -> Vec<Judged<'a>> {
    let failed: Vec<Option<Reason>> = candidates.iter().map(|candidate| candidate.fails(code)).collect();
    let mut levels: BTreeMap<CompetitionLevelId, Vec<&Candidate>> = BTreeMap::new();
    for (candidate, _) in candidates.iter().zip(&failed).filter(|(_, failed)| failed.is_none()) {
        levels.entry(candidate.competition_level_id).or_default().push(candidate);
    }
    let winners = best(levels, &last_served(candidates)).unwrap_or_default();
    let judged = candidates.iter().zip(failed).map(|(candidate, failed)| {
        let (reason, place) = candidate.verdict(failed, &winners);
        Judged { candidate, reason, place }
    });
    judged.collect()
}

/// Those taken, in the order of their places.
pub fn taken<'a, 'b>(judged: &'b [Judged<'a>]) -> Vec<&'b Judged<'a>> {
    let mut taken: Vec<_> = judged.iter().filter(|one| one.place.is_some()).collect();
    taken.sort_by_key(|one| one.place);
    taken
}

/// When each provider last got a lead of the niche, by whichever of its subscriptions, and in which place.
fn last_served(candidates: &[Candidate]) -> HashMap<ProviderId, Served> {
    let mut served: HashMap<ProviderId, Served> = HashMap::new();
    for candidate in candidates {
        let last = served.entry(candidate.provider_id).or_default();
        *last = (*last).max(candidate.last_served_at.map(|at| (at, candidate.last_place)));
    }
    served
}

/// The takers at the level that earns most; on a tie at the more exclusive one.
fn best<'a>(
    levels: BTreeMap<CompetitionLevelId, Vec<&'a Candidate>>,
    served: &HashMap<ProviderId, Served>,
) -> Option<Vec<&'a Candidate>> {
    let offers = levels.into_iter().map(|(level, eligible)| {
        let takers = takers(eligible, served);
        let earned: i128 = takers.iter().map(|taker| i128::from(taker.price.minor())).sum();
        let max = takers.first().map_or(0, |taker| taker.max_providers);
        ((earned, Reverse(max), Reverse(level)), takers)
    });
    offers.max_by_key(|(rank, _)| *rank).map(|(_, takers)| takers)
}

/// One subscription a provider (the dearest), the providers served longest ago first, up to the level's maximum.
fn takers<'a>(mut eligible: Vec<&'a Candidate>, served: &HashMap<ProviderId, Served>) -> Vec<&'a Candidate> {
    eligible.sort_by_key(|c| (c.provider_id, Reverse(c.price), c.subscription_id));
    eligible.dedup_by_key(|c| c.provider_id);
    // The place decides among those whom one lead served: by their ids the same ones would come first for ever.
    eligible.sort_by_key(|c| (served.get(&c.provider_id).copied().flatten(), c.provider_id));
    let max = eligible.first().map_or(0, |c| usize::try_from(c.max_providers).unwrap_or(0));
    eligible.truncate(max);
    eligible
}

#[cfg(test)]
mod tests;
