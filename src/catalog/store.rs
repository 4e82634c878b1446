//! The statements of niches, competition levels, subscriptions and their meters.

mod meters;

pub use meters::{Metered, count_sales, give_back, settle};

use crate::clock::Timestamp;
use crate::db::sql::Conditions;
use crate::db::{Asked, Read, Tx, params, row, text_enum};
use crate::error::Result;
use crate::fields::NicheFields;
use crate::id::{CompetitionLevelId, NicheId, ProviderId, SubscriptionId};
use crate::money::Money;

use super::postal::Prefixes;

text_enum! {
    /// What becomes of a lead by which nobody could reach the person.
    pub enum Unreachable {
        /// Stored and never offered.
        Invalid = "invalid",
        /// Waits for the operator.
        Held = "held",
        /// Offered like any other.
        Sell = "sell",
    }
}

row! {
    #[derive(Debug, Clone)]
    pub struct Niche {
        pub id: NicheId,
        pub name: String,
        pub active: bool,
        pub unreachable: Unreachable,
        /// Leads older than so many days are erased; `None`: none is by its age.
        pub keep_days: Option<i64>,
        pub fields: NicheFields,
        /// Whether buyers see what the person agreed to.
        pub show_consent: bool,
        pub created_at: Timestamp,
    }
}

row! {
    /// How many providers may share a lead.
    #[derive(Debug, Clone)]
    pub struct CompetitionLevel {
        pub id: CompetitionLevelId,
        pub name: String,
        pub max_providers: i64,
        pub active: bool,
        pub created_at: Timestamp,
    }
}

row! {
    /// A provider's standing order: leads of this niche, at this level, for this price.
    #[derive(Debug, Clone)]
    pub struct Subscription {
        pub id: SubscriptionId,
        pub provider_id: ProviderId,
        pub niche_id: NicheId,
        pub competition_level_id: CompetitionLevelId,
        pub price: Money,
        /// Leads a day at most, in the provider's time zone.
        pub daily_cap: Option<i64>,
        /// What a calendar month may cost, in the provider's time zone.
        pub monthly_budget: Option<Money>,
        /// `None`: everywhere.
        pub postal_prefixes: Option<Prefixes>,
        pub active: bool,
        pub created_at: Timestamp,
    }
}

row! {
    /// A niche as a provider knows it.
    #[derive(Debug, Clone)]
    pub struct NamedNiche {
        pub id: NicheId,
        pub name: String,
        pub fields: NicheFields,
    }
}

/// The terms of a new subscription.
#[derive(Debug, Clone)]
pub struct NewSubscription {
    pub provider_id: ProviderId,
    pub niche_id: NicheId,
    pub competition_level_id: CompetitionLevelId,
    pub price: Money,
    pub daily_cap: Option<i64>,
    pub monthly_budget: Option<Money>,
    pub postal_prefixes: Option<Prefixes>,
}

row! {
    /// Which of the things a new subscription names are there.
    #[derive(Debug)]
    pub struct Parts {
        pub provider: bool,
        pub niche: bool,
        pub level: bool,
    }
}

/// False where the name is taken.
pub fn insert_niche(tx: &mut Tx, niche: &Niche) -> Result<bool> {
    let rows = tx.execute(
        "INSERT INTO niches (id, name, active, unreachable, keep_days, fields, show_consent, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (name) DO NOTHING",
        params![
            niche.id,
            niche.name,
            niche.active,
            niche.unreachable,
            niche.keep_days,
            niche.fields,
            niche.show_consent,
            niche.created_at
        ],
    )?;
    Ok(rows == 1)
}

/// False where the name is taken.
pub fn update_niche(tx: &mut Tx, niche: &Niche) -> Result<bool> {
    let rows = tx.execute(
        "UPDATE niches SET name = $2, active = $3, unreachable = $4, fields = $5, show_consent = $6, keep_days = $7
          WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM niches WHERE name = $2 AND id <> $1)",
        params![
            niche.id,
            niche.name,
            niche.active,
            niche.unreachable,
            niche.fields,
            niche.show_consent,
            niche.keep_days
        ],
    )?;
    Ok(rows == 1)
}

/// The niches whose leads are erased by their age, and after how many days.
pub fn niches_that_forget(read: &mut Read) -> Result<Vec<(NicheId, i64)>> {
    read.all("SELECT id, keep_days FROM niches WHERE keep_days IS NOT NULL ORDER BY id", &[])
}

const NICHE: &str = "SELECT id, name, active, unreachable, keep_days, fields, show_consent, created_at FROM niches";

pub fn niche(read: &mut Read, id: NicheId) -> Result<Option<Niche>> {
    read.optional(&format!("{NICHE} WHERE id = $1"), params![id])
}

/// What these niches ask, of those that ask anything.
pub fn asked(read: &mut Read) -> Result<Vec<(NicheId, NicheFields)>> {
    read.all("SELECT id, fields FROM niches WHERE CAST(fields AS text) <> '[]'", &[])
}

pub fn niches(read: &mut Read, before: Option<NicheId>, limit: i64) -> Result<Vec<Niche>> {
    match before {
        None => read.all(&format!("{NICHE} ORDER BY id DESC LIMIT $1"), params![limit]),
        Some(before) => read.all(&format!("{NICHE} WHERE id < $2 ORDER BY id DESC LIMIT $1"), params![limit, before]),
    }
}

/// False where the name is taken.
pub fn insert_level(tx: &mut Tx, level: &CompetitionLevel) -> Result<bool> {
    let rows = tx.execute(
        "INSERT INTO competition_levels (id, name, max_providers, active, created_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name) DO NOTHING",
        params![level.id, level.name, level.max_providers, level.active, level.created_at],
    )?;
    Ok(rows == 1)
}

/// False where the name is taken.
pub fn update_level(tx: &mut Tx, level: &CompetitionLevel) -> Result<bool> {
    let rows = tx.execute(
        "UPDATE competition_levels SET name = $2, max_providers = $3, active = $4
          WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM competition_levels WHERE name = $2 AND id <> $1)",
        params![level.id, level.name, level.max_providers, level.active],
    )?;
    Ok(rows == 1)
}

pub fn level(read: &mut Read, id: CompetitionLevelId) -> Result<Option<CompetitionLevel>> {
    read.optional(
        "SELECT id, name, max_providers, active, created_at FROM competition_levels WHERE id = $1",
        params![id],
    )
}

pub fn levels(read: &mut Read, before: Option<CompetitionLevelId>, limit: i64) -> Result<Vec<CompetitionLevel>> {
    match before {
        None => read.all(
            "SELECT id, name, max_providers, active, created_at FROM competition_levels ORDER BY id DESC LIMIT $1",
            params![limit],
        ),
        Some(before) => read.all(
            "SELECT id, name, max_providers, active, created_at FROM competition_levels
              WHERE id < $2 ORDER BY id DESC LIMIT $1",
            params![limit, before],
        ),
    }
}

pub fn parts(read: &mut Read, new: &NewSubscription) -> Result<Parts> {
    read.one(
        "SELECT EXISTS (SELECT 1 FROM providers WHERE id = $1) AS provider,
                EXISTS (SELECT 1 FROM niches WHERE id = $2) AS niche,
                EXISTS (SELECT 1 FROM competition_levels WHERE id = $3) AS level",
        params![new.provider_id, new.niche_id, new.competition_level_id],
    )
}

pub fn provider_exists(read: &mut Read, provider: ProviderId) -> Result<bool> {
    let row = read.optional::<(ProviderId,)>("SELECT id FROM providers WHERE id = $1", params![provider])?;
    Ok(row.is_some())
}

/// The subscription and its meter: one is never there without the other.
pub fn insert_subscription(tx: &mut Tx, s: &Subscription) -> Result<()> {
    tx.execute(
        "INSERT INTO subscriptions (id, provider_id, niche_id, competition_level_id, price, daily_cap, monthly_budget,
                                    postal_prefixes, active, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            s.id,
            s.provider_id,
            s.niche_id,
            s.competition_level_id,
            s.price,
            s.daily_cap,
            s.monthly_budget,
            s.postal_prefixes,
            s.active,
            s.created_at
        ],
    )?;
    meters::open(tx, s.id)?;
    note_area(tx, s)
}

/// From now on the subscription buys where it says.
pub fn note_area(tx: &mut Tx, s: &Subscription) -> Result<()> {
    tx.execute(
        "INSERT INTO subscription_areas (subscription_id, since, postal_prefixes) VALUES ($1, $2, $3)
         ON CONFLICT (subscription_id, since) DO UPDATE SET postal_prefixes = excluded.postal_prefixes",
        params![s.id, tx.now(), s.postal_prefixes],
    )?;
    Ok(())
}

/// Where the subscription bought at this moment; `None`: everywhere.
pub fn area_at(read: &mut Read, id: SubscriptionId, at: Timestamp) -> Result<Option<Prefixes>> {
    let row = read.optional::<(Option<Prefixes>,)>(
        "SELECT postal_prefixes FROM subscription_areas WHERE subscription_id = $1 AND since <= $2
          ORDER BY since DESC LIMIT 1",
        params![id, at],
    )?;
    Ok(row.and_then(|(area,)| area))
}

pub fn update_subscription(tx: &mut Tx, s: &Subscription) -> Result<()> {
    tx.execute(
        "UPDATE subscriptions SET price = $2, daily_cap = $3, monthly_budget = $4, postal_prefixes = $5, active = $6
          WHERE id = $1",
        params![s.id, s.price, s.daily_cap, s.monthly_budget, s.postal_prefixes, s.active],
    )?;
    Ok(())
}

const SUBSCRIPTION: &str = "SELECT id, provider_id, niche_id, competition_level_id, price, daily_cap, monthly_budget,
                                   postal_prefixes, active, created_at FROM subscriptions";

pub fn subscription(read: &mut Read, id: SubscriptionId) -> Result<Option<Subscription>> {
    read.optional(&format!("{SUBSCRIPTION} WHERE id = $1"), params![id])
}

pub fn subscriptions(
    read: &mut Read,
    of: Option<ProviderId>,
    before: Option<SubscriptionId>,
    limit: i64,
) -> Result<Vec<Subscription>> {
    let mut only = Conditions::default();
    only.and_some("provider_id =", &of);
    only.and_some("id <", &before);
    let limit = only.bind(&limit);
    read.all(&format!("{SUBSCRIPTION}{} ORDER BY id DESC LIMIT ${limit}", only.sql()), only.params())
}

/// The niches in which the provider has an active subscription.
pub fn niches_of(read: &mut Read, provider: ProviderId) -> Result<Vec<NicheId>> {
    let rows = read.all::<(NicheId,)>(
        "SELECT DISTINCT niche_id FROM subscriptions WHERE provider_id = $1 AND active ORDER BY niche_id",
        params![provider],
    )?;
    Ok(rows.into_iter().map(|(niche,)| niche).collect())
}

pub fn ask_named_niches(read: &mut Read, provider: ProviderId) -> Result<Asked<NamedNiche>> {
    read.ask(
        "SELECT n.id, n.name, n.fields FROM niches n
          WHERE n.id IN (SELECT s.niche_id FROM subscriptions s WHERE s.provider_id = $1)",
        params![provider],
    )
}

/// The niches with an active subscription at the level.
pub fn niches_at_level(read: &mut Read, level: CompetitionLevelId) -> Result<Vec<NicheId>> {
    let rows = read.all::<(NicheId,)>(
        "SELECT DISTINCT niche_id FROM subscriptions WHERE competition_level_id = $1 AND active ORDER BY niche_id",
        params![level],
    )?;
    Ok(rows.into_iter().map(|(niche,)| niche).collect())
}
