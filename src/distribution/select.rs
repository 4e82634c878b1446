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

/// A candidate with what became of it.
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

impl Judged<'_> {
    /// The first check that fails, in the order of the trace.
    fn fails(&self, code: Option<&Code>) -> Option<Reason> {
        let c = self.candidate;
        if let Some(what) = c.inactive {
            return Some(Reason::Inactive(what));
        }
        // A lead without a postal code is nowhere: only who buys everywhere takes it.
        let covered = |prefixes: &Prefixes| code.is_some_and(|code| prefixes.cover(code));
        if !c.postal_prefixes.as_ref().is_none_or(covered) {
            return Some(Reason::PostalCode);
        }
        if c.daily_cap.is_some_and(|cap| c.day_count >= cap) {
            return Some(Reason::DailyCap);
        }
        let spent = c.month_spent.minor().saturating_add(c.price.minor());
        if c.monthly_budget.is_some_and(|budget| spent > budget.minor()) {
            return Some(Reason::MonthlyBudget);
        }
        let left = c.balance.minor().saturating_sub(c.price.minor());
        (left < c.floor.minor()).then_some(Reason::Balance)
    }
}

/// When a provider was last served, and in which place; `None`, never, sorts first.
type Served = Option<(Timestamp, i64)>;

/// Judges every candidate; those with the reason [`Reason::Taken`] get the lead.
pub fn select<'a>(candidates: &'a [Candidate], code: Option<&Code>) -> Vec<Judged<'a>> {
    let served = last_served(candidates);
    let mut levels: BTreeMap<CompetitionLevelId, Vec<&Candidate>> = BTreeMap::new();
    let mut judged: Vec<Judged> = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let mut one = Judged { candidate, reason: Reason::Level, place: None };
        match one.fails(code) {
            Some(reason) => one.reason = reason,
            None => levels.entry(candidate.competition_level_id).or_default().push(candidate),
        }
        judged.push(one);
    }
    let Some(winners) = best(levels, &served) else { return judged };
    for one in &mut judged {
        let same = |winner: &&Candidate| winner.subscription_id == one.candidate.subscription_id;
        one.place = (1..).zip(&winners).find(|(_, winner)| same(winner)).map(|(place, _)| place);
        let same_level = winners.iter().any(|w| w.competition_level_id == one.candidate.competition_level_id);
        if one.place.is_some() {
            one.reason = Reason::Taken;
        } else if one.reason == Reason::Level && same_level {
            let served_too = winners.iter().any(|w| w.provider_id == one.candidate.provider_id);
            one.reason = if served_too { Reason::SameProvider } else { Reason::Rotation };
        }
    }
    judged
}

/// Those taken, in the order of their places.
pub fn taken<'a, 'b>(judged: &'b [Judged<'a>]) -> Vec<&'b Judged<'a>> {
    let mut taken: Vec<&Judged> = judged.iter().filter(|one| one.place.is_some()).collect();
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
