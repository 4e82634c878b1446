//! The rule held against itself: by examples, and by a second, plainer reading of it over made-up niches.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use uuid::Uuid;

use super::{Candidate, Inactive, Judged, Reason, select, taken};
use crate::catalog::postal::{Code, Prefixes};
use crate::clock::Timestamp;
use crate::id::{CompetitionLevelId, NicheId, ProviderId, SubscriptionId};
use crate::money::Money;

fn candidate(subscription: u128, provider: u128, level: u128, max: i64, price: i64) -> Candidate {
    Candidate {
        subscription_id: SubscriptionId(Uuid::from_u128(subscription)),
        provider_id: ProviderId(Uuid::from_u128(provider)),
        competition_level_id: CompetitionLevelId(Uuid::from_u128(level)),
        niche_id: NicheId(Uuid::from_u128(1)),
        niche: "Roofing".to_owned(),
        level: format!("level {level}"),
        max_providers: max,
        price: Money::from_minor(price),
        daily_cap: None,
        monthly_budget: None,
        postal_prefixes: None,
        inactive: None,
        timezone: "UTC".to_owned(),
        last_served_at: None,
        last_place: 0,
        day_start: None,
        day_end: None,
        day_count: 0,
        month_start: None,
        month_end: None,
        month_spent: Money::ZERO,
        metered_at: None,
        metered_count: 0,
        metered_spent: Money::ZERO,
        balance: Money::from_minor(1_000),
        floor: Money::ZERO,
    }
}

fn served_at(mut candidate: Candidate, micros: i64) -> Candidate {
    candidate.last_served_at = Timestamp::from_micros(micros);
    candidate
}

fn read(code: Option<&str>) -> Option<Code> {
    Code::read(code?, "US")
}

fn only(prefix: &str) -> Prefixes {
    Prefixes::of(&[prefix.to_owned()]).expect("a prefix")
}

/// The subscriptions taken, in the order of their places.
fn takes(candidates: &[Candidate]) -> Vec<u128> {
    let judged = select(candidates, read(Some("80211")).as_ref());
    taken(&judged).iter().map(|one| one.candidate.subscription_id.0.as_u128()).collect()
}

fn reasons(candidates: &[Candidate], code: Option<&str>) -> Vec<Reason> {
    select(candidates, read(code).as_ref()).iter().map(|one| one.reason).collect()
}

#[test]
fn the_level_that_earns_most_wins() {
    let shared = [candidate(1, 1, 1, 3, 20), candidate(2, 2, 1, 3, 20), candidate(3, 3, 1, 3, 20)];
    let exclusive = candidate(4, 4, 2, 1, 59);
    let mut all = shared.to_vec();
    all.push(exclusive);
    assert_eq!(takes(&all), [1, 2, 3]);
    all[3].price = Money::from_minor(61);
    assert_eq!(takes(&all), [4]);
    assert_eq!(reasons(&all, None)[..3], [Reason::Level; 3]);
}

#[test]
fn on_a_tie_the_more_exclusive_level_wins() {
    let all = [candidate(1, 1, 1, 3, 20), candidate(2, 2, 1, 3, 20), candidate(3, 3, 2, 2, 40)];
    assert_eq!(takes(&all), [3]);
}

#[test]
fn who_was_never_served_comes_first_then_who_waits_longest() {
    let all = [
        served_at(candidate(1, 1, 1, 2, 20), 30),
        served_at(candidate(2, 2, 1, 2, 90), 10),
        candidate(3, 3, 1, 2, 20),
        served_at(candidate(4, 4, 1, 2, 20), 20),
    ];
    assert_eq!(takes(&all), [3, 2]);
    assert_eq!(reasons(&all, None), [Reason::Rotation, Reason::Taken, Reason::Taken, Reason::Rotation]);
}

#[test]
fn served_is_served_by_whichever_subscription() {
    let mut paused = served_at(candidate(5, 1, 2, 1, 20), 99);
    paused.inactive = Some(Inactive::Subscription);
    let all = [candidate(1, 1, 1, 1, 20), served_at(candidate(2, 2, 1, 1, 20), 50), paused];
    assert_eq!(takes(&all), [2]);
}

#[test]
fn of_two_subscriptions_at_a_level_the_dearer_stands_for_its_provider() {
    let mut all = [candidate(1, 1, 1, 2, 20), candidate(2, 1, 1, 2, 30), candidate(3, 2, 1, 2, 10)];
    assert_eq!(takes(&all), [2, 3]);
    assert_eq!(reasons(&all, None)[0], Reason::SameProvider);
    // The dearer one can't be paid: the other stands in.
    for one in &mut all[..2] {
        one.balance = Money::from_minor(25);
    }
    assert_eq!(takes(&all), [1, 3]);
}

#[test]
fn a_balance_that_pays_at_one_level_only_buys_there() {
    let mut all = [candidate(1, 1, 1, 1, 100), candidate(2, 1, 2, 3, 40)];
    for one in &mut all {
        one.balance = Money::from_minor(40);
    }
    assert_eq!(takes(&all), [2]);
    assert_eq!(reasons(&all, None), [Reason::Balance, Reason::Taken]);
    for one in &mut all {
        one.floor = Money::from_minor(-60);
    }
    assert_eq!(takes(&all), [1]);
}

#[test]
fn a_free_lead_is_given_rather_than_kept() {
    let mut free = candidate(1, 1, 1, 1, 0);
    free.balance = Money::ZERO;
    assert_eq!(takes(&[free]), [1]);
}

#[test]
fn each_check_is_named_and_the_first_that_fails_counts() {
    let mut all = vec![candidate(1, 1, 1, 1, 20)];
    let one = |all: &mut Vec<Candidate>, change: fn(&mut Candidate)| {
        change(&mut all[0]);
        reasons(all, Some("80211"))[0]
    };
    assert_eq!(one(&mut all, |c| c.balance = Money::from_minor(19)), Reason::Balance);
    let over_budget = |c: &mut Candidate| {
        c.monthly_budget = Some(Money::from_minor(50));
        c.month_spent = Money::from_minor(31);
    };
    assert_eq!(one(&mut all, over_budget), Reason::MonthlyBudget);
    let capped = |c: &mut Candidate| {
        (c.daily_cap, c.day_count) = (Some(8), 8);
    };
    assert_eq!(one(&mut all, capped), Reason::DailyCap);
    assert_eq!(one(&mut all, |c| c.postal_prefixes = Some(only("801"))), Reason::PostalCode);
    assert_eq!(one(&mut all, |c| c.inactive = Some(Inactive::Provider)), Reason::Inactive(Inactive::Provider));
}

#[test]
fn a_lead_without_a_postal_code_goes_to_who_buys_everywhere() {
    let mut limited = candidate(1, 1, 1, 2, 20);
    limited.postal_prefixes = Some(only("802"));
    let all = [limited, candidate(2, 2, 1, 2, 20)];
    assert_eq!(reasons(&all, None), [Reason::PostalCode, Reason::Taken]);
    assert_eq!(reasons(&all, Some("")), [Reason::PostalCode, Reason::Taken]);
    assert_eq!(reasons(&all, Some("802 11-1234")), [Reason::Taken, Reason::Taken]);
}

/// A plainer reading of the checks.
fn may_buy(c: &Candidate, code: Option<&str>) -> bool {
    c.inactive.is_none()
        && (c.postal_prefixes.is_none() || code == Some("80211") && c.postal_prefixes == Some(only("80")))
        && c.daily_cap.is_none_or(|cap| c.day_count < cap)
        && c.monthly_budget.is_none_or(|budget| c.month_spent.minor() + c.price.minor() <= budget.minor())
        && c.balance.minor() - c.price.minor() >= c.floor.minor()
}

/// When the provider was last served, in which place, and its id: who comes first.
fn turn(all: &[Candidate], provider: ProviderId) -> (Option<(Timestamp, i64)>, ProviderId) {
    let own = all.iter().filter(|c| c.provider_id == provider);
    (own.filter_map(|c| Some((c.last_served_at?, c.last_place))).max(), provider)
}

/// What the level would earn: prices of the first providers in turn, each its dearest.
fn earns(all: &[Candidate], level: CompetitionLevelId, code: Option<&str>) -> Option<(i64, Vec<ProviderId>)> {
    let eligible: Vec<&Candidate> =
        all.iter().filter(|c| c.competition_level_id == level && may_buy(c, code)).collect();
    let mut providers: Vec<ProviderId> =
        eligible.iter().map(|c| c.provider_id).collect::<BTreeSet<_>>().into_iter().collect();
    providers.sort_by_key(|provider| turn(all, *provider));
    providers.truncate(usize::try_from(eligible.first()?.max_providers).expect("small"));
    let dearest = |provider: &ProviderId| {
        eligible.iter().filter(|c| c.provider_id == *provider).map(|c| c.price.minor()).max().expect("one")
    };
    Some((providers.iter().map(dearest).sum(), providers))
}

/// One made-up subscription, in small numbers so that ties and limits are met often. `maxima`: of the levels.
fn any_candidate(maxima: [i64; 3]) -> impl Strategy<Value = Candidate> {
    let who = (0_u128..6, 0_usize..3, 0_i64..6, prop::bool::weighted(0.1));
    let limits = (option::of(1_i64..4), option::of(1_i64..12), option::of(prop::bool::ANY));
    let used = (option::of((0_i64..5, 1_i64..4)), 0_i64..4, 0_i64..10);
    let money = (0_i64..10, -3_i64..=0);
    (who, limits, used, money).prop_map(move |(who, limits, used, money)| {
        let (provider, level, price, paused) = who;
        let mut c = candidate(0, provider, u128::try_from(level).expect("small"), maxima[level], price);
        c.inactive = paused.then_some(Inactive::Subscription);
        (c.daily_cap, c.monthly_budget) = (limits.0, limits.1.map(Money::from_minor));
        c.postal_prefixes = limits.2.map(|here| only(if here { "80" } else { "71" }));
        if let Some((at, place)) = used.0 {
            (c.last_served_at, c.last_place) = (Timestamp::from_micros(at), place);
        }
        (c.day_count, c.month_spent) = (used.1, Money::from_minor(used.2));
        (c.balance, c.floor) = (Money::from_minor(money.0), Money::from_minor(money.1));
        c
    })
}

fn niches() -> impl Strategy<Value = (Vec<Candidate>, Option<&'static str>)> {
    let maxima = [1_i64..5, 1..5, 1..5];
    let niche = maxima.prop_flat_map(|maxima| vec(any_candidate(maxima), 0..14));
    (niche, option::of(Just("80211"))).prop_map(|(mut niche, code)| {
        for (at, c) in niche.iter_mut().enumerate() {
            c.subscription_id = SubscriptionId(Uuid::from_u128(u128::try_from(at).expect("small")));
        }
        (niche, code)
    })
}

fn providers(taken: &[&Judged]) -> Vec<ProviderId> {
    taken.iter().map(|one| one.candidate.provider_id).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_choice_is_the_contracts((all, code) in niches()) {
        let judged = select(&all, read(code).as_ref());
        let taken = taken(&judged);
        let levels: BTreeSet<CompetitionLevelId> = all.iter().map(|c| c.competition_level_id).collect();
        let offers: Vec<_> =
            levels.iter().filter_map(|level| Some((*level, earns(&all, *level, code)?))).collect();
        let Some(first) = taken.first() else {
            prop_assert!(offers.is_empty(), "somebody could have bought it");
            return Ok(());
        };
        // One level, at most its maximum, the providers in turn, each once and with its dearest.
        let (level, max) = (first.candidate.competition_level_id, first.candidate.max_providers);
        prop_assert!(taken.iter().all(|one| one.candidate.competition_level_id == level));
        prop_assert!(i64::try_from(taken.len()).expect("small") <= max);
        let (earned, expected) = earns(&all, level, code).expect("eligible");
        prop_assert_eq!(providers(&taken), expected);
        prop_assert_eq!(taken.iter().map(|one| one.candidate.price.minor()).sum::<i64>(), earned);
        prop_assert!(taken.iter().all(|one| may_buy(one.candidate, code)));
        // No level earns more, and none that earns as much is more exclusive.
        for (other, (sum, _)) in offers {
            let other_max = all.iter().find(|c| c.competition_level_id == other).expect("there").max_providers;
            prop_assert!(sum < earned || sum == earned && other_max >= max);
        }
    }

    #[test]
    fn every_candidate_has_its_reason((all, code) in niches()) {
        let judged = select(&all, read(code).as_ref());
        prop_assert_eq!(judged.len(), all.len());
        let winners = taken(&judged);
        let level = winners.first().map(|one| one.candidate.competition_level_id);
        let providers = providers(&winners);
        for one in &judged {
            let c = &one.candidate;
            let here = Some(c.competition_level_id) == level;
            match one.reason {
                Reason::Taken => prop_assert!(one.place.is_some()),
                Reason::Level => prop_assert!(may_buy(c, code) && !here),
                Reason::SameProvider => prop_assert!(may_buy(c, code) && here && providers.contains(&c.provider_id)),
                Reason::Rotation => prop_assert!(may_buy(c, code) && here && !providers.contains(&c.provider_id)),
                _ => prop_assert!(!may_buy(c, code)),
            }
        }
        let places: Vec<i64> = winners.iter().filter_map(|one| one.place).collect();
        prop_assert!(places.into_iter().eq((1..).take(winners.len())));
    }

    #[test]
    fn who_can_always_buy_is_served_as_often_as_the_others(providers in 1_u128..9, max in 1_i64..5, leads in 1_i64..40) {
        let mut all: Vec<Candidate> = (1..=providers).map(|n| candidate(n, n, 1, max, 10)).collect();
        let mut served = vec![0; all.len()];
        for lead in 1..=leads {
            let places: Vec<Option<i64>> = select(&all, None).iter().map(|one| one.place).collect();
            for (at, place) in places.into_iter().enumerate().filter_map(|(at, place)| Some((at, place?))) {
                (all[at].last_served_at, all[at].last_place) = (Timestamp::from_micros(lead), place);
                served[at] += 1;
            }
        }
        let (least, most) = (served.iter().min().expect("one"), served.iter().max().expect("one"));
        prop_assert!(most - least <= 1, "{:?}", served);
    }

    #[test]
    fn the_order_of_the_candidates_does_not_matter((all, code) in niches(), turned in any::<prop::sample::Index>()) {
        let mut other = all.clone();
        if !other.is_empty() {
            let by = turned.index(other.len());
            other.rotate_left(by);
            other.reverse();
        }
        let code = read(code);
        let judged = (select(&all, code.as_ref()), select(&other, code.as_ref()));
        let ids = |judged: &[Judged]| -> Vec<SubscriptionId> {
            taken(judged).iter().map(|one| one.candidate.subscription_id).collect()
        };
        prop_assert_eq!(ids(&judged.0), ids(&judged.1));
    }
}
