//! What is sold: niches, competition levels, and the subscriptions by which providers buy leads. Owns `niches`,
//! `competition_levels`, `subscriptions` with their `subscription_areas`, and `subscription_meters`: what a subscription has
//! used of its cap and its budget, as distribution finds it.
//!
//! Invariants: names of niches and of levels are unique; a subscription's provider, niche and level never change (an
//! assignment froze them); nothing is deleted, only made inactive; each change that is one has its audit entry.

mod admin;
pub mod demand;
pub mod postal;
pub mod reworded;
mod store;

pub use admin::routes;
use postal::Prefixes;
pub use store::{CompetitionLevel, Metered, NamedNiche, NewSubscription, Niche, Subscription, Unreachable};

use std::collections::HashMap;
use std::sync::Arc;

use crate::audit::{self, Action, Actor, Changes, Entity};
use crate::clock::Timestamp;
use crate::db::{Asked, Lane, Read, Tx, Unit};
use crate::error::{Error, Invalid, Result};
use crate::fields::NicheFields;
use crate::http::identities::IdentityCache;
use crate::id::{CompetitionLevelId, Id, NicheId, ProviderId, SubscriptionId};
use crate::money::Money;

/// A niche to be made.
#[derive(Debug, Clone)]
pub struct NewNiche {
    pub name: String,
    pub unreachable: Unreachable,
    /// Leads older than so many days are erased.
    pub keep_days: Option<i64>,
    pub fields: NicheFields,
    pub show_consent: bool,
}

impl NewNiche {
    /// One that asks nothing in particular, and sells to nobody what reaches nobody.
    pub fn named(name: impl Into<String>) -> Self {
        let fields = NicheFields::default();
        Self { name: name.into(), unreachable: Unreachable::Invalid, keep_days: None, fields, show_consent: false }
    }
}

/// What to change; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct NicheChange {
    pub name: Option<String>,
    pub active: Option<bool>,
    pub unreachable: Option<Unreachable>,
    /// `Some(None)`: none is erased by its age.
    pub keep_days: Option<Option<i64>>,
    pub fields: Option<NicheFields>,
    pub show_consent: Option<bool>,
}

/// What to change; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct LevelChange {
    pub name: Option<String>,
    pub max_providers: Option<i64>,
    pub active: Option<bool>,
}

/// What to change; the outer `None` leaves a field as it is, the inner one lifts the limit.
#[derive(Debug, Clone, Default)]
pub struct SubscriptionChange {
    pub price: Option<Money>,
    pub daily_cap: Option<Option<i64>>,
    pub monthly_budget: Option<Option<Money>>,
    pub postal_prefixes: Option<Option<Prefixes>>,
    pub active: Option<bool>,
}

/// Makes a niche. 409 `name_taken` where there is one of that name.
pub fn create_niche(actor: Actor, new: NewNiche) -> impl Unit<Niche> {
    Lane::MONEY.unit(move |tx| {
        let now = tx.now();
        let niche = Niche {
            id: NicheId::new(now),
            name: new.name.clone(),
            active: true,
            unreachable: new.unreachable,
            keep_days: new.keep_days,
            fields: new.fields.clone(),
            show_consent: new.show_consent,
            created_at: now,
        };
        if !store::insert_niche(tx, &niche)? {
            return Err(name_taken("niche"));
        }
        let details = serde_json::json!({
            "name": niche.name, "unreachable": niche.unreachable, "fields": niche.fields,
            "show_consent": niche.show_consent, "keep_days": niche.keep_days,
        });
        audit::record(tx, actor, Action::NicheCreated, Entity::Niche(niche.id), Some(details))?;
        Ok(niche)
    })
}

pub fn niche(read: &mut Read, id: NicheId) -> Result<Niche> {
    store::niche(read, id)?.ok_or(Error::NotFound("niche"))
}

/// The niches whose leads are erased by their age, and after how many days.
pub fn niches_that_forget(read: &mut Read) -> Result<Vec<(NicheId, i64)>> {
    store::niches_that_forget(read)
}

/// Whether there is such a niche.
pub fn has_niche(read: &mut Read, id: NicheId) -> Result<bool> {
    Ok(store::niche(read, id)?.is_some())
}

/// Newest first, older than `before`.
pub fn niches(read: &mut Read, before: Option<NicheId>, limit: i64) -> Result<Vec<Niche>> {
    store::niches(read, before, limit)
}

/// What the niches ask; one that asks nothing in particular is not among them.
pub fn asked(read: &mut Read) -> Result<HashMap<NicheId, NicheFields>> {
    Ok(store::asked(read)?.into_iter().collect())
}

/// The niches that the provider has, or had, a subscription in, by name.
pub fn named_niches(read: &mut Read, provider: ProviderId) -> Result<Vec<NamedNiche>> {
    let asked = ask_named_niches(read, provider)?;
    the_named_niches(read, asked)
}

/// Asks for them along with what is asked next.
pub fn ask_named_niches(read: &mut Read, provider: ProviderId) -> Result<Asked<NamedNiche>> {
    store::ask_named_niches(read, provider)
}

/// What [`ask_named_niches`] asked for.
pub fn the_named_niches(read: &mut Read, asked: Asked<NamedNiche>) -> Result<Vec<NamedNiche>> {
    let mut named = read.answer(asked)?;
    // Here, since the engines order texts differently.
    named.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    Ok(named)
}

/// Renames a niche, opens or closes it, decides what it asks and what becomes of leads that reach nobody. A niche that opens
/// again offers its unmatched leads; one that comes to sell what reaches nobody, those of the last 24 h that it held. What
/// this process remembers of what it asks ends with the unit.
pub fn change_niche(
    actor: Actor,
    identities: Arc<IdentityCache>,
    id: NicheId,
    change: NicheChange,
) -> impl Unit<Niche> {
    Lane::MONEY.unit(move |tx| {
        lock(tx, id)?;
        let mut niche = niche(tx, id)?;
        let mut changes = Changes::default();
        changes.set("name", &mut niche.name, change.name.clone())?;
        changes.set("active", &mut niche.active, change.active)?;
        changes.set("unreachable", &mut niche.unreachable, change.unreachable)?;
        changes.set("keep_days", &mut niche.keep_days, change.keep_days)?;
        changes.set("show_consent", &mut niche.show_consent, change.show_consent)?;
        let asked = niche.fields.clone();
        changes.set("fields", &mut niche.fields, change.fields.clone())?;
        let Some(details) = changes.details() else { return Ok(niche) };
        if !store::update_niche(tx, &niche)? {
            return Err(name_taken("niche"));
        }
        audit::record(tx, actor, Action::NicheUpdated, Entity::Niche(id), Some(details))?;
        if niche.fields != asked {
            let identities = identities.clone();
            tx.after_commit(move || identities.forget_all());
            reworded::promise(tx, id)?;
        }
        if niche.active {
            demand::grew(tx, id)?;
        }
        Ok(niche)
    })
}

/// Makes a competition level. 409 `name_taken` where there is one of that name.
pub fn create_level(actor: Actor, name: String, max_providers: i64) -> impl Unit<CompetitionLevel> {
    Lane::MONEY.unit(move |tx| {
        let now = tx.now();
        let level = CompetitionLevel {
            id: CompetitionLevelId::new(now),
            name: name.clone(),
            max_providers,
            active: true,
            created_at: now,
        };
        if !store::insert_level(tx, &level)? {
            return Err(name_taken("competition level"));
        }
        let details = serde_json::json!({ "name": level.name, "max_providers": max_providers });
        audit::record(tx, actor, Action::CompetitionLevelCreated, Entity::CompetitionLevel(level.id), Some(details))?;
        Ok(level)
    })
}

pub fn level(read: &mut Read, id: CompetitionLevelId) -> Result<CompetitionLevel> {
    store::level(read, id)?.ok_or(Error::NotFound("competition level"))
}

/// Newest first, older than `before`.
pub fn levels(read: &mut Read, before: Option<CompetitionLevelId>, limit: i64) -> Result<Vec<CompetitionLevel>> {
    store::levels(read, before, limit)
}

/// Changes a level for leads to come; what was assigned keeps the maximum of its moment.
pub fn change_level(actor: Actor, id: CompetitionLevelId, change: LevelChange) -> impl Unit<CompetitionLevel> {
    Lane::MONEY.unit(move |tx| {
        lock(tx, id)?;
        let mut level = level(tx, id)?;
        let mut changes = Changes::default();
        changes.set("name", &mut level.name, change.name.clone())?;
        changes.set("max_providers", &mut level.max_providers, change.max_providers)?;
        changes.set("active", &mut level.active, change.active)?;
        let Some(details) = changes.details() else { return Ok(level) };
        if !store::update_level(tx, &level)? {
            return Err(name_taken("competition level"));
        }
        audit::record(tx, actor, Action::CompetitionLevelUpdated, Entity::CompetitionLevel(id), Some(details))?;
        if level.active {
            for niche in store::niches_at_level(tx, id)? {
                demand::grew(tx, niche)?;
            }
        }
        Ok(level)
    })
}

/// Makes a subscription with its meter, and has the niche's unmatched leads tried again.
pub fn create_subscription(actor: Actor, new: NewSubscription) -> impl Unit<Subscription> {
    Lane::MONEY.unit(move |tx| {
        let known = store::parts(tx, &new)?;
        if !known.provider {
            return Err(Error::NotFound("provider"));
        }
        let unknown = [
            ("niche_id", known.niche, "there is no such niche"),
            ("competition_level_id", known.level, "there is no such competition level"),
        ];
        let errors: Vec<Invalid> = unknown
            .into_iter()
            .filter(|(_, known, _)| !known)
            .map(|(field, _, detail)| Invalid::field(field, "unknown", detail))
            .collect();
        if !errors.is_empty() {
            return Err(Error::Invalid(errors));
        }
        let now = tx.now();
        let subscription = Subscription {
            id: SubscriptionId::new(now),
            provider_id: new.provider_id,
            niche_id: new.niche_id,
            competition_level_id: new.competition_level_id,
            price: new.price,
            daily_cap: new.daily_cap,
            monthly_budget: new.monthly_budget,
            postal_prefixes: new.postal_prefixes.clone(),
            active: true,
            created_at: now,
        };
        store::insert_subscription(tx, &subscription)?;
        let details = serde_json::json!({
            "provider_id": new.provider_id, "niche_id": new.niche_id,
            "competition_level_id": new.competition_level_id, "price": new.price, "daily_cap": new.daily_cap,
            "monthly_budget": new.monthly_budget, "postal_prefixes": new.postal_prefixes,
        });
        let entity = Entity::Subscription(subscription.id);
        audit::record(tx, actor, Action::SubscriptionCreated, entity, Some(details))?;
        demand::grew(tx, new.niche_id)?;
        Ok(subscription)
    })
}

pub fn subscription(read: &mut Read, id: SubscriptionId) -> Result<Subscription> {
    store::subscription(read, id)?.ok_or(Error::NotFound("subscription"))
}

/// Where the subscription bought at this moment, whatever it does now; `None`: everywhere.
pub fn area_at(read: &mut Read, id: SubscriptionId, at: Timestamp) -> Result<Option<Prefixes>> {
    store::area_at(read, id, at)
}

/// Newest first, older than `before`; all, or one provider's.
pub fn subscriptions(
    read: &mut Read,
    of: Option<ProviderId>,
    before: Option<SubscriptionId>,
    limit: i64,
) -> Result<Vec<Subscription>> {
    if let Some(provider) = of
        && !store::provider_exists(read, provider)?
    {
        return Err(Error::NotFound("provider"));
    }
    store::subscriptions(read, of, before, limit)
}

/// Changes a subscription for leads to come; what was assigned keeps its price. While it is active, the niche's
/// unmatched leads are tried again.
pub fn change_subscription(actor: Actor, id: SubscriptionId, change: SubscriptionChange) -> impl Unit<Subscription> {
    Lane::MONEY.unit(move |tx| {
        lock(tx, id)?;
        let mut subscription = subscription(tx, id)?;
        let mut changes = Changes::default();
        changes.set("price", &mut subscription.price, change.price)?;
        changes.set("daily_cap", &mut subscription.daily_cap, change.daily_cap)?;
        changes.set("monthly_budget", &mut subscription.monthly_budget, change.monthly_budget)?;
        changes.set("active", &mut subscription.active, change.active)?;
        let area = subscription.postal_prefixes.clone();
        changes.set("postal_prefixes", &mut subscription.postal_prefixes, change.postal_prefixes.clone())?;
        let Some(details) = changes.details() else { return Ok(subscription) };
        store::update_subscription(tx, &subscription)?;
        if subscription.postal_prefixes != area {
            store::note_area(tx, &subscription)?;
        }
        audit::record(tx, actor, Action::SubscriptionUpdated, Entity::Subscription(id), Some(details))?;
        if subscription.active {
            demand::grew(tx, subscription.niche_id)?;
        }
        Ok(subscription)
    })
}

/// A sale was paid back: its place under the daily cap, and its price under the monthly budget, are free again while their
/// day and month last.
pub fn give_back(tx: &mut Tx, id: SubscriptionId, sold_at: Timestamp, price: Money) -> Result<()> {
    store::give_back(tx, id, sold_at, price)
}

/// Counts sales on the meters of their subscriptions, all or none. A meter that says something else by now has the unit run
/// again.
pub fn count_sales(tx: &mut Tx, sales: &[Metered]) -> Result<()> {
    store::count_sales(tx, sales)
}

/// Has a meter that said nothing of its day and month say them.
pub fn settle(tx: &mut Tx, metered: &Metered) -> Result<()> {
    store::settle(tx, metered)
}

/// One change of a thing at a time, so that two that touch different fields are both kept.
fn lock(tx: &mut Tx, id: impl Id) -> Result<()> {
    let (_, key) = id.uuid().as_u64_pair();
    tx.lock(&[key.cast_signed()])
}

fn name_taken(noun: &'static str) -> Error {
    Error::conflict("name_taken", format!("there is a {noun} of this name"))
}
