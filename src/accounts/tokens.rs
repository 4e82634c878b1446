//! Tokens of the API and one-time sign-in links.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::secret::{self, Secret};
use super::store;
use crate::audit::{self, Action, Actor, Entity};
use crate::clock::Timestamp;
use crate::db::{Read, Tx, row};
use crate::error::{Error, Result};
use crate::http::identities::IdentityCache;
use crate::id::{ProviderId, TokenId, UserId};

/// Long enough to be handed to a new colleague by hand, short enough to be forgotten safely.
const SIGN_IN_LINK_LIFE: Duration = Duration::from_hours(24);

/// A mailed one.
const MAILED_LINK_LIFE: Duration = Duration::from_mins(15);

/// Whom a token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    Provider(ProviderId),
    User(UserId),
}

row! {
    /// A token as it may be shown: without its secret, which nobody has.
    #[derive(Debug, Clone)]
    pub struct Token {
        pub id: TokenId,
        pub name: String,
        pub user_id: Option<UserId>,
        pub created_at: Timestamp,
        pub expires_at: Option<Timestamp>,
        pub revoked_at: Option<Timestamp>,
    }
}

/// A new API token of an owner that exists. The secret is in the caller's hands alone.
pub fn create_token(tx: &mut Tx, by: Actor, owner: Owner, name: &str) -> Result<(TokenId, Secret)> {
    let secret = Secret::generate()?;
    let id = store::insert_token(tx, "api", &secret.hash(), owner, name, None)?;
    let owner = match owner {
        Owner::Provider(id) => json!({ "provider_id": id }),
        Owner::User(id) => json!({ "user_id": id }),
    };
    audit::record(tx, by, Action::TokenCreated, Entity::Token(id), Some(owner))?;
    Ok((id, secret))
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
pub fn sign_in_link(tx: &mut Tx, user: UserId) -> Result<Secret> {
    let secret = Secret::generate()?;
    let expires_at = tx.now().plus(SIGN_IN_LINK_LIFE);
    store::insert_token(tx, "sign_in_link", &secret.hash(), Owner::User(user), "", Some(expires_at))?;
    Ok(secret)
}

/// A link for a mail: what is mailed lies about, so it is good for a short time only. With its end.
pub fn mailed_link(tx: &mut Tx, user: UserId) -> Result<(Secret, Timestamp)> {
    let secret = Secret::generate()?;
    let expires_at = tx.now().plus(MAILED_LINK_LIFE);
    store::insert_token(tx, "sign_in_link", &secret.hash(), Owner::User(user), "", Some(expires_at))?;
    Ok((secret, expires_at))
}

/// Ends an API token. Again: the same, and nothing is recorded.
///
/// # Errors
/// `NotFound` for an id that never was a token's.
pub fn revoke_token(tx: &mut Tx, by: Actor, identities: &Arc<IdentityCache>, id: TokenId) -> Result<()> {
    if store::revoke_token(tx, id)? {
        audit::record(tx, by, Action::TokenRevoked, Entity::Token(id), None)?;
        super::forget_after(tx, identities);
        return Ok(());
    }
    if store::token_exists(tx, id)? { Ok(()) } else { Err(Error::NotFound("token")) }
}

/// Ends an API token that acts as this provider. Again: the same, and nothing is recorded.
///
/// # Errors
/// `NotFound` for an id that never was one.
pub fn revoke_token_of(
    tx: &mut Tx,
    by: Actor,
    identities: &Arc<IdentityCache>,
    provider: ProviderId,
    id: TokenId,
) -> Result<()> {
    if store::revoke_token_of(tx, provider, id)? {
        audit::record(tx, by, Action::TokenRevoked, Entity::Token(id), None)?;
        super::forget_after(tx, identities);
        return Ok(());
    }
    if store::is_token_of(tx, provider, id)? { Ok(()) } else { Err(Error::NotFound("token")) }
}

/// Tokens that act as a provider, its own and those of its people, newest first.
pub fn tokens_of(read: &mut Read, provider: ProviderId, before: Option<TokenId>, limit: i64) -> Result<Vec<Token>> {
    super::provider(read, provider)?;
    store::tokens_of(read, provider, before, limit)
}
