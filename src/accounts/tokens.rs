//! Tokens of the API and one-time sign-in links.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::providers::{forget_after, provider};
use super::secret::{self, Secret};
use super::sessions::hold_session;
use super::store::{self, Owner, Token};
use crate::audit::{self, Action, Actor, Entity};
use crate::clock::Timestamp;
use crate::db::{Lane, Read, Unit};
use crate::error::{Error, Result};
use crate::http::identities::IdentityCache;
use crate::id::{Id, ProviderId, TokenId, UserId};

/// Long enough to be handed to a new colleague by hand, short enough to be forgotten safely.
const SIGN_IN_LINK_LIFE: Duration = Duration::from_hours(24);

/// A mailed one.
const MAILED_LINK_LIFE: Duration = Duration::from_mins(15);

/// A new API token. The secret is in the caller's hands alone.
///
/// # Errors
/// `NotFound` for an unknown provider.
pub fn create_token(by: Actor, owner: Owner, name: String) -> impl Unit<(TokenId, Secret)> {
    Lane::MONEY.unit(move |tx| {
        if let Owner::Provider(id) = owner {
            self::provider(tx, id)?;
        }
        let secret = Secret::generate()?;
        let id = store::insert_token(tx, "api", &secret.hash(), owner, &name, None)?;
        let owner = match owner {
            Owner::Provider(id) => json!({ "provider_id": id }),
            Owner::User(id) => json!({ "user_id": id }),
        };
        audit::record(tx, by, Action::TokenCreated, Entity::Token(id), Some(owner))?;
        Ok((id, secret))
    })
}

/// A new API token of a provider, made by one of its people while the session lasts.
///
/// # Errors
/// As [`hold_session`](super::hold_session).
pub fn create_token_in_session(
    provider: ProviderId,
    (user, session): (UserId, TokenId),
    name: String,
) -> impl Unit<(TokenId, Secret)> {
    let made = create_token(Actor::Provider(provider), Owner::Provider(provider), name);
    Lane::of(provider.uuid()).unit(move |tx| {
        hold_session(tx, user, session)?;
        made.run(tx)
    })
}

/// Whose token this text is, as long as it is good for anything.
pub fn token_owner(read: &mut Read, text: &str) -> Result<Option<Owner>> {
    let Some(hash) = secret::hash_of(text) else { return Ok(None) };
    let Some(bearer) = store::bearer(read, &hash)?.filter(|bearer| !bearer.is_session) else { return Ok(None) };
    Ok(match (bearer.user_id, bearer.provider_id) {
        (Some(user), _) => Some(Owner::User(user)),
        (None, provider) => provider.map(Owner::Provider),
    })
}

/// A secret that signs `user` in once.
pub fn sign_in_link(user: UserId) -> impl Unit<Secret> {
    Lane::MONEY.unit(move |tx| {
        let secret = Secret::generate()?;
        let expires_at = tx.now().plus(SIGN_IN_LINK_LIFE);
        store::insert_token(tx, "sign_in_link", &secret.hash(), Owner::User(user), "", Some(expires_at))?;
        Ok(secret)
    })
}

/// A link for a mail: what is mailed lies about, so it is good for a short time only. With its end.
pub fn mailed_link(user: UserId) -> impl Unit<(Secret, Timestamp)> {
    Lane::MONEY.unit(move |tx| {
        let secret = Secret::generate()?;
        let expires_at = tx.now().plus(MAILED_LINK_LIFE);
        store::insert_token(tx, "sign_in_link", &secret.hash(), Owner::User(user), "", Some(expires_at))?;
        Ok((secret, expires_at))
    })
}

/// Ends an API token. Again: the same, and nothing is recorded.
///
/// # Errors
/// `NotFound` for an id that never was a token's.
pub fn revoke_token(by: Actor, identities: Arc<IdentityCache>, id: TokenId) -> impl Unit<()> {
    Lane::MONEY.unit(move |tx| {
        if store::revoke_token(tx, id)? {
            audit::record(tx, by, Action::TokenRevoked, Entity::Token(id), None)?;
            forget_after(tx, &identities);
            return Ok(());
        }
        if store::token_exists(tx, id)? { Ok(()) } else { Err(Error::NotFound("token")) }
    })
}

/// Ends an API token that acts as this provider. Again: the same, and nothing is recorded.
///
/// # Errors
/// `NotFound` for an id that never was one.
pub fn revoke_token_of(by: Actor, identities: Arc<IdentityCache>, provider: ProviderId, id: TokenId) -> impl Unit<()> {
    Lane::of(provider.uuid()).unit(move |tx| {
        if store::revoke_token_of(tx, provider, id)? {
            audit::record(tx, by, Action::TokenRevoked, Entity::Token(id), None)?;
            forget_after(tx, &identities);
            return Ok(());
        }
        if store::is_token_of(tx, provider, id)? { Ok(()) } else { Err(Error::NotFound("token")) }
    })
}

/// Tokens that act as a provider, its own and those of its people, newest first.
pub fn tokens_of(read: &mut Read, provider: ProviderId, before: Option<TokenId>, limit: i64) -> Result<Vec<Token>> {
    self::provider(read, provider)?;
    store::tokens_of(read, provider, before, limit)
}
