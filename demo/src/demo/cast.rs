//! Who is in the demo, before anything happens: made by the rooms' own verbs.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use leadhouse::accounts::{self, NewProvider, NewUser, Role};
use leadhouse::audit::Actor;
use leadhouse::billing;
use leadhouse::catalog::postal::Prefixes;
use leadhouse::catalog::{self, NewNiche, NewSubscription};
use leadhouse::db::{Tx, Unit};
use leadhouse::email;
use leadhouse::error::{Error, Result};
use leadhouse::id::{CompetitionLevelId, NicheId, ProviderId, UserId};
use leadhouse::intake::{self, Format, NewSource, Source};
use leadhouse::money::Money;

use super::trade::{BUSINESSES, Business, LEVELS, SubscriptionTerms, TRADES, Trade};

/// The operator of the demo.
pub const ADMIN: &str = "admin@leadhouse.example";

/// Everybody, and where leads come from.
pub struct Cast {
    pub admin: UserId,
    pub players: Vec<Player>,
    /// By trade.
    pub sources: Vec<Sources>,
}

/// A business as it plays its part.
#[derive(Debug, Clone, Copy)]
pub struct Player {
    pub provider: ProviderId,
    pub deposit: i64,
    pub habits: (u64, u64, u64),
    /// Does not pay in again when its money is used up.
    pub forgetful: bool,
}

/// The form on the web and the one at Google, of one trade.
pub struct Sources {
    pub web: Arc<Source>,
    pub google: Arc<Source>,
}

/// Makes them. `hashes`: of the passwords, by e-mail address.
pub fn assemble(tx: &mut Tx, hashes: &HashMap<&'static str, String>) -> Result<Cast> {
    let person = |email: &str, role| -> Result<NewUser> {
        let parsed = email::parse(email).ok_or_else(|| Error::internal("no e-mail address"))?;
        Ok(NewUser { email: parsed, role, password_hash: hashes.get(email).cloned() })
    };
    let admin = accounts::add_user(Actor::System, person(ADMIN, Role::Admin)?).run(tx)?;
    let by = Actor::Admin(admin);
    let mut levels = HashMap::new();
    for (name, max) in LEVELS {
        levels.insert(name, catalog::create_level(by, name.to_owned(), max).run(tx)?.id);
    }
    let niches = TRADES
        .iter()
        .map(|trade| Ok(catalog::create_niche(by, NewNiche::named(trade.niche)).run(tx)?.id))
        .collect::<Result<Vec<_>>>()?;
    let sources = TRADES.iter().zip(&niches).map(|(trade, niche)| sources(tx, by, trade, *niche));
    let sources = sources.collect::<Result<Vec<_>>>()?;
    let mut players = Vec::new();
    for business in &BUSINESSES {
        let player = player(tx, by, business, &niches, &levels)?;
        accounts::add_user(by, person(business.email, Role::Provider(player.provider))?).run(tx)?;
        players.push(player);
    }
    Ok(Cast { admin, players, sources })
}

fn sources(tx: &mut Tx, by: Actor, trade: &Trade, niche_id: NicheId) -> Result<Sources> {
    let mut make =
        |name: String, format| intake::create_source(by, NewSource::of(name, niche_id, format)).run(tx).map(Arc::new);
    Ok(Sources {
        web: make(format!("{} – web form", trade.niche), Format::Json)?,
        google: make(format!("{} – Google Ads", trade.niche), Format::GoogleAds)?,
    })
}

fn player(
    tx: &mut Tx,
    by: Actor,
    business: &Business,
    niches: &[NicheId],
    levels: &HashMap<&str, CompetitionLevelId>,
) -> Result<Player> {
    let new = NewProvider {
        name: business.name.to_owned(),
        email: email::parse(business.email).ok_or_else(|| Error::internal("no e-mail address"))?,
        timezone: business.timezone.to_owned(),
    };
    let provider = accounts::create_provider(by, new).run(tx)?.id;
    let note = Some("First deposit".to_owned());
    billing::credit(by, provider, Money::from_minor(business.deposit), note).run(tx)?;
    for terms in business.terms {
        let SubscriptionTerms { trade, level, price, daily_cap, monthly_budget, prefixes } = *terms;
        let (Some(niche_id), Some(competition_level_id)) = (niches.get(trade).copied(), levels.get(level).copied())
        else {
            return Err(Error::internal("terms of no trade or level"));
        };
        let prefixes: Vec<String> = prefixes.iter().map(|prefix| (*prefix).to_owned()).collect();
        let new = NewSubscription {
            provider_id: provider,
            niche_id,
            competition_level_id,
            price: Money::from_minor(price),
            daily_cap,
            monthly_budget: monthly_budget.map(Money::from_minor),
            postal_prefixes: if prefixes.is_empty() { None } else { Prefixes::of(&prefixes).ok() },
        };
        catalog::create_subscription(by, new).run(tx)?;
    }
    let Business { deposit, habits, forgetful, .. } = *business;
    Ok(Player { provider, deposit, habits, forgetful })
}

/// How long before the first lead they are all there.
pub const BEFORE: Duration = Duration::from_hours(2);
