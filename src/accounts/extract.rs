//! The extractors that say who is asking. A call that takes one of them has an identity, the right role, and quota left.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::secret::{self, SecretHash};
use super::{Admin, Provider, store};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Read;
use crate::error::{Error, Result};
use crate::id::Id;

/// The provider that this request acts for.
#[derive(Debug, Clone)]
pub struct CurrentProvider(pub Arc<Provider>);

/// The person of the back office who makes this request.
#[derive(Debug, Clone, Copy)]
pub struct CurrentAdmin(pub Admin);

/// What a live token stands for, as it is remembered.
#[derive(Debug)]
struct Identity {
    who: Who,
    expires_at: Option<Timestamp>,
}

#[derive(Debug)]
enum Who {
    Admin(Admin),
    Provider(Arc<Provider>),
}

impl Deref for CurrentProvider {
    type Target = Provider;

    fn deref(&self) -> &Provider {
        &self.0
    }
}

impl FromRequestParts<App> for CurrentProvider {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let identity = identify(parts, app).await?;
        let Who::Provider(provider) = &identity.who else {
            return Err(Error::forbidden("wrong_role", "This call is for providers."));
        };
        if !provider.active {
            return Err(Error::forbidden("account_suspended", "This account is suspended; ask the operator."));
        }
        app.limit(parts, provider.id.uuid())?;
        Ok(Self(provider.clone()))
    }
}

impl FromRequestParts<App> for CurrentAdmin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let identity = identify(parts, app).await?;
        let Who::Admin(admin) = identity.who else {
            return Err(Error::forbidden("wrong_role", "This call is for the back office."));
        };
        app.limit(parts, admin.user.uuid())?;
        Ok(Self(admin))
    }
}

/// Whom the request's token stands for.
///
/// # Errors
/// `Unauthenticated` for none and for a dead one; `Invalid` where there are several; `TooMany` from an address that keeps
/// trying.
async fn identify(parts: &Parts, app: &App) -> Result<Arc<Identity>> {
    let Some(hash) = bearer(&parts.headers)?.and_then(secret::hash_of) else {
        return Err(unknown(parts, app));
    };
    if let Some(known) = app.identities.get::<Identity>(&hash) {
        return alive(known, app).ok_or_else(|| unknown(parts, app));
    }
    let asked = app.identities.epoch();
    let found = app.db.read(move |read| look_up(read, &hash)).await?;
    let Some(identity) = found.map(Arc::new) else {
        return Err(unknown(parts, app));
    };
    app.identities.put(asked, hash, identity.clone());
    alive(identity, app).ok_or_else(|| unknown(parts, app))
}

/// Credentials that are none count by address, so that trying them is slow.
fn unknown(parts: &Parts, app: &App) -> Error {
    app.limit_stranger(parts).err().unwrap_or(Error::Unauthenticated)
}

fn alive(identity: Arc<Identity>, app: &App) -> Option<Arc<Identity>> {
    let now = app.clock.now();
    identity.expires_at.is_none_or(|end| now < end).then_some(identity)
}

fn look_up(read: &mut Read, hash: &SecretHash) -> Result<Option<Identity>> {
    let Some(bearer) = store::bearer(read, hash)? else { return Ok(None) };
    let who = match (bearer.user_id, bearer.provider_id) {
        // A person who left.
        (Some(_), _) if bearer.user_active == Some(false) => return Ok(None),
        (_, Some(provider)) => Who::Provider(Arc::new(super::provider(read, provider)?)),
        (Some(user), None) => Who::Admin(Admin { user }),
        (None, None) => return Ok(None),
    };
    Ok(Some(Identity { who, expires_at: bearer.expires_at }))
}

/// The text after `Bearer`. A second header is refused: which of them counts would be anyone's guess.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let first = values.next();
    if values.next().is_some() {
        return Err(Error::parameter("Authorization", "duplicate_header", "Send one Authorization header."));
    }
    let text = first.and_then(|value| value.to_str().ok());
    let token = text.and_then(|text| text.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    Ok(token.map(|(_, token)| token.trim()))
}
