//! Who there is: niches with a source each, providers with their people, money and subscriptions. Made by the rooms' own
//! verbs, before the first lead.

use std::time::Duration;

use jiff::tz::TimeZone;
use leadhouse::accounts::{self, NewProvider, NewUser, Role};
use leadhouse::audit::Actor;
use leadhouse::billing;
use leadhouse::catalog::{self, NewNiche, NewSubscription};
use leadhouse::clock::Timestamp;
use leadhouse::db::{Db, Lane, Tx, Unit};
use leadhouse::email;
use leadhouse::error::{Error, Result};
use leadhouse::id::{CompetitionLevelId, NicheId, ProviderId, SourceId, SubscriptionId};
use leadhouse::intake::{self, Format, NewSource};
use leadhouse::money::Money;
use leadhouse::period::{Bound, Period};

use super::fate::Fate;
use super::plan::Plan;
use super::text::LEVEL;
use crate::random::Random;

/// What the figures are for one provider while leads are dealt out.
#[derive(Debug, Clone)]
pub struct Provider {
    pub id: ProviderId,
    /// One for each niche it buys in: all, or its own.
    pub subscriptions: Vec<Subscription>,
    pub balance: i64,
    pub entries: i64,
    pub tallies: Tallies,
}

#[derive(Debug, Clone)]
pub struct Subscription {
    pub id: SubscriptionId,
    pub price: i64,
    pub meter: Meter,
}

/// What a subscription has used, in UTC.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meter {
    pub last_served_at: Timestamp,
    pub day: String,
    pub day_count: i64,
    pub month: String,
    pub month_spent: i64,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Tallies {
    pub assigned: i64,
    pub viewed: i64,
    pub accepted: i64,
    pub rejected: i64,
    pub refunded: i64,
}

/// A niche and the source its leads come from.
#[derive(Debug, Clone, Copy)]
pub struct Niche {
    pub id: NicheId,
    pub source: SourceId,
}

/// All there is beside leads.
#[derive(Debug, Clone)]
pub struct World {
    pub niches: Vec<Niche>,
    pub level: CompetitionLevelId,
    pub providers: Vec<Provider>,
}

/// Beyond what the seeded leads cost: enough for hours of load.
const SPARE: i64 = 1_000_000_000;
/// Providers made in one unit.
const AT_ONCE: usize = 200;

impl Provider {
    /// Counts one more lead in `niche` at the moment `at`, in the UTC day `day`: the subscription and its price.
    pub fn serve(&mut self, niche: usize, at: Timestamp, day: &str, fate: &Fate) -> Option<(SubscriptionId, i64)> {
        self.tallies.count(fate);
        let subscription = self.subscription(niche)?;
        subscription.meter.count(at, day, subscription.price, fate);
        Some((subscription.id, subscription.price))
    }

    fn subscription(&mut self, niche: usize) -> Option<&mut Subscription> {
        match self.subscriptions.as_mut_slice() {
            [only] => Some(only),
            all => all.get_mut(niche),
        }
    }
}

impl Meter {
    /// The day and the month that it counts.
    pub fn periods(&self) -> Option<(Period, Period)> {
        let Some(Bound::Day(day)) = Bound::parse(&self.day) else { return None };
        let days = |first, last| Period::new(Some(Bound::Day(first)), Some(Bound::Day(last)), &TimeZone::UTC);
        days(day, day).zip(days(day.first_of_month(), day.last_of_month()))
    }

    fn count(&mut self, at: Timestamp, day: &str, price: i64, fate: &Fate) {
        let month = day.get(..7).unwrap_or(day);
        if self.month != month {
            self.month.clear();
            self.month.push_str(month);
            self.month_spent = 0;
        }
        if self.day != day {
            self.day.clear();
            self.day.push_str(day);
            self.day_count = 0;
        }
        self.last_served_at = at;
        if fate.status != "refunded" {
            self.day_count += 1;
            self.month_spent += price;
        }
    }
}

impl Tallies {
    fn count(&mut self, fate: &Fate) {
        self.assigned += 1;
        self.viewed += i64::from(fate.viewed_at.is_some());
        self.accepted += i64::from(fate.status == "accepted");
        self.rejected += i64::from(fate.status == "rejected");
        self.refunded += i64::from(fate.status == "refunded");
    }
}

/// Makes it all at the moment `at`.
pub async fn make(db: &Db, providers: u64, assignments: u64, seed: u64, at: Timestamp) -> Result<World> {
    let first = move |tx: &mut Tx| {
        tx.pretend(at);
        refuse_where_somebody_is(tx)?;
        let admin = NewUser { email: address("admin")?, role: Role::Admin, password_hash: None };
        accounts::add_user(Actor::System, admin).run(tx)?;
        let (name, max) = LEVEL;
        let level = catalog::create_level(Actor::System, name.to_owned(), max).run(tx)?;
        let niches = (1..=Plan::niches(providers)).map(|number| niche(tx, number)).collect::<Result<Vec<_>>>()?;
        Ok(World { niches, level: level.id, providers: Vec::new() })
    };
    let mut world = db.write_long(Lane::MONEY, first).await?;
    let niches: Vec<NicheId> = world.niches.iter().map(|niche| niche.id).collect();
    let count = usize::try_from(providers).unwrap_or(usize::MAX);
    for start in (0..count).step_by(AT_ONCE) {
        let (niches, level) = (niches.clone(), world.level);
        let some = move |tx: &mut Tx| {
            tx.pretend(at.plus(Duration::from_secs(1)));
            let makes = Makes { niches: &niches, level, providers, assignments, seed };
            (start..count.min(start + AT_ONCE)).map(|number| makes.provider(tx, number)).collect::<Result<Vec<_>>>()
        };
        world.providers.extend(db.write_long(Lane::MONEY, some).await?);
    }
    Ok(world)
}

fn refuse_where_somebody_is(tx: &mut Tx) -> Result<()> {
    if accounts::providers(tx, None, 1)?.is_empty() && catalog::niches(tx, None, 1)?.is_empty() {
        return Ok(());
    }
    let detail = "there is data in this database already: seed one that holds no providers and no niches";
    Err(Error::conflict("not_empty", detail))
}

fn niche(tx: &mut Tx, number: usize) -> Result<Niche> {
    let niche = catalog::create_niche(Actor::System, NewNiche::named(format!("Niche {number:03}"))).run(tx)?;
    let source = NewSource::of(format!("seed {number:03}"), niche.id, Format::Json);
    let source = intake::create_source(Actor::System, source).run(tx)?;
    Ok(Niche { id: niche.id, source: source.id })
}

/// What the providers are made from.
struct Makes<'a> {
    niches: &'a [NicheId],
    level: CompetitionLevelId,
    providers: u64,
    assignments: u64,
    seed: u64,
}

impl Makes<'_> {
    fn provider(&self, tx: &mut Tx, number: usize) -> Result<Provider> {
        let mut random = Random::new(self.seed ^ u64::try_from(number).unwrap_or(0).rotate_left(32));
        let name = format!("provider{}", number + 1);
        let new = NewProvider {
            name: format!("Seed Provider {}", number + 1),
            email: address(&name)?,
            timezone: "UTC".to_owned(),
        };
        let id = accounts::create_provider(Actor::System, new.clone()).run(tx)?.id;
        let user = NewUser { email: new.email, role: Role::Provider(id), password_hash: None };
        accounts::add_user(Actor::System, user).run(tx)?;
        // No provider gets more than all of them at the highest price.
        let amount = SPARE + 4_000 * i64::try_from(self.assignments).unwrap_or(0);
        billing::credit(Actor::System, id, Money::from_minor(amount), Some("seed".to_owned())).run(tx)?;
        let niches: Vec<usize> = match Plan::niche_of(self.providers, number) {
            Some(niche) => vec![niche],
            None => (0..self.niches.len()).collect(),
        };
        let subscriptions = niches.into_iter().map(|niche| self.subscription(tx, id, niche, &mut random));
        let subscriptions = subscriptions.collect::<Result<Vec<_>>>()?;
        Ok(Provider { id, subscriptions, balance: amount, entries: 1, tallies: Tallies::default() })
    }

    fn subscription(&self, tx: &mut Tx, by: ProviderId, niche: usize, random: &mut Random) -> Result<Subscription> {
        let price = 2_000 + 50 * i64::try_from(random.below(41)).unwrap_or(0);
        let niche_id = self.niches.get(niche).copied().ok_or_else(|| Error::internal("no such niche"))?;
        let new = NewSubscription {
            provider_id: by,
            niche_id,
            competition_level_id: self.level,
            price: Money::from_minor(price),
            daily_cap: None,
            monthly_budget: None,
            postal_prefixes: None,
        };
        let id = catalog::create_subscription(Actor::System, new).run(tx)?.id;
        Ok(Subscription { id, price, meter: Meter::default() })
    }
}

fn address(local: &str) -> Result<email::Email> {
    email::parse(&format!("{local}@seed.example")).ok_or_else(|| Error::internal("no e-mail address"))
}
