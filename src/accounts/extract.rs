//! The extractors that say who is asking. A call that takes one of them has an identity, the right role, and quota left.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::role::{Role, not_permitted};
use super::secret::{self, SecretHash};
use super::{Admin, Provider, store};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Read;
use crate::error::{Error, Result};
use crate::http::{cookie, csrf};
use crate::id::{Id, TokenId, UserId};

/// The cookie of a person's session.
pub const SESSION: &str = "__Host-lh_session";

/// The provider that this request acts for.
#[derive(Debug, Clone)]
pub struct CurrentProvider(pub Arc<Provider>);

/// The person of the back office who makes this request.
#[derive(Debug, Clone, Copy)]
pub struct CurrentAdmin(pub Admin);

/// A person of a provider, in a browser: whoever looks at the provider's pages.
#[derive(Debug, Clone)]
pub struct ProviderUser {
    pub provider: Arc<Provider>,
    pub user: UserId,
    pub session: TokenId,
}

/// Anybody in a browser, whatever they may: for what anybody may do, as ending the session.
#[derive(Debug, Clone, Copy)]
pub struct SignedIn {
    pub user: UserId,
    pub session: TokenId,
}

/// What a live token or session stands for, as it is remembered.
#[derive(Debug)]
struct Identity {
    who: Who,
    /// Set where it is a session's.
    session: Option<(UserId, TokenId)>,
    expires_at: Option<Timestamp>,
}

#[derive(Debug)]
enum Who {
    Admin(Admin),
    Provider(Arc<Provider>),
    /// A person whose role is not known: may do nothing, but end the session.
    Nobody(UserId),
}

impl Who {
    /// Whom requests are done for.
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Admin(one), Self::Admin(other)) => one == other,
            (Self::Provider(one), Self::Provider(other)) => one.id == other.id,
            (Self::Nobody(one), Self::Nobody(other)) => one == other,
            _ => false,
        }
    }
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
        provider_of(&identity, parts, app).await.map(Self)
    }
}

impl CurrentProvider {
    /// Whether who made this request some time ago may still go on with it. `Err` where that can't be told.
    pub async fn is_still(&self, parts: &Parts, app: &App) -> Result<bool> {
        match identify(parts, app).await.and_then(|identity| active(&identity)) {
            Ok(provider) => Ok(provider.id == self.id),
            Err(error @ (Error::Unavailable(_) | Error::Internal(_))) => Err(error),
            Err(_) => Ok(false),
        }
    }
}

impl FromRequestParts<App> for ProviderUser {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let identity = identify(parts, app).await?;
        let (user, session) = identity.session.ok_or(Error::Unauthenticated)?;
        Ok(Self { provider: provider_of(&identity, parts, app).await?, user, session })
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let identity = identify(parts, app).await?;
        let (user, session) = identity.session.ok_or(Error::Unauthenticated)?;
        Ok(Self { user, session })
    }
}

/// The provider that may do what is asked, and has quota left for it.
async fn provider_of(identity: &Identity, parts: &Parts, app: &App) -> Result<Arc<Provider>> {
    let provider = active(identity)?;
    app.limits.call(parts, provider.id.uuid()).await?;
    Ok(provider)
}

/// The provider that this identity acts for.
fn active(identity: &Identity) -> Result<Arc<Provider>> {
    let provider = match &identity.who {
        Who::Provider(provider) => provider,
        Who::Admin(_) => return Err(Error::forbidden("wrong_role", "This call is for providers.")),
        Who::Nobody(_) => return Err(not_permitted()),
    };
    if !provider.active {
        return Err(Error::forbidden("account_suspended", "This account is suspended; ask the operator."));
    }
    Ok(provider.clone())
}

impl FromRequestParts<App> for CurrentAdmin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let identity = identify(parts, app).await?;
        let admin = match &identity.who {
            Who::Admin(admin) => *admin,
            Who::Provider(_) => return Err(Error::forbidden("wrong_role", "This call is for the back office.")),
            Who::Nobody(_) => return Err(not_permitted()),
        };
        app.limits.call(parts, admin.user.uuid()).await?;
        Ok(Self(admin))
    }
}

/// Whom the request's token or session stands for.
///
/// # Errors
/// `Unauthenticated` for none and for a dead one; `Invalid` where there are several; `Forbidden` where another site had a
/// browser send it; `TooMany` from an address that keeps trying.
async fn identify(parts: &Parts, app: &App) -> Result<Arc<Identity>> {
    let sent = bearer(&parts.headers)?;
    let token = match sent {
        Some(text) => known(text, app).await?.filter(|known| known.session.is_none()),
        None => None,
    };
    let session = match cookie::read(&parts.headers, SESSION) {
        Some(text) => known(text, app).await?.filter(|known| known.session.is_some()),
        None => None,
    };
    match (token, session) {
        (Some(token), Some(session)) if !token.who.is(&session.who) => {
            let detail = "The token and the session are of two identities; send one of them.";
            Err(Error::parameter("Authorization", "two_identities", detail))
        }
        (Some(token), _) => Ok(token),
        // A session makes no dead token good.
        (None, Some(session)) if sent.is_none() => {
            // A page's form has its token looked at, too; a call has nothing behind it but where it comes from.
            if is_page(parts) {
                csrf::not_foreign(&parts.method, &parts.headers)?;
            } else {
                csrf::same_origin(&parts.method, &parts.headers)?;
            }
            Ok(session)
        }
        // A page that is opened without a session is no attempt at one.
        _ if is_page(parts) && !parts.headers.contains_key(header::AUTHORIZATION) => Err(Error::Unauthenticated),
        _ => Err(unknown(parts, app).await),
    }
}

fn is_page(parts: &Parts) -> bool {
    !parts.uri.path().starts_with("/api/")
}

/// Whom this secret stands for, if for anyone now.
async fn known(text: &str, app: &App) -> Result<Option<Arc<Identity>>> {
    let Some(hash) = secret::hash_of(text) else { return Ok(None) };
    if let Some(known) = app.identities.get::<Identity>(&hash) {
        return Ok(alive(known, app));
    }
    let asked = app.identities.epoch();
    let found = app.db.read(move |read| look_up(read, &hash)).await?;
    let Some(identity) = found.map(Arc::new) else { return Ok(None) };
    app.identities.put(asked, hash, identity.clone());
    Ok(alive(identity, app))
}

/// Credentials that are none count by address, so that trying them is slow.
async fn unknown(parts: &Parts, app: &App) -> Error {
    app.limits.stranger(parts).await.err().unwrap_or(Error::Unauthenticated)
}

fn alive(identity: Arc<Identity>, app: &App) -> Option<Arc<Identity>> {
    let now = app.clock.now();
    identity.expires_at.is_none_or(|end| now < end).then_some(identity)
}

fn look_up(read: &mut Read, hash: &SecretHash) -> Result<Option<Identity>> {
    // A session is a person's.
    let bearer = store::bearer(read, hash)?.filter(|bearer| !bearer.is_session || bearer.user_id.is_some());
    let Some(bearer) = bearer else { return Ok(None) };
    // A person who left.
    if bearer.user_active == Some(false) {
        return Ok(None);
    }
    // A token of no person is the provider's own.
    let role = match &bearer.user_role {
        Some(role) => Role::read(role, bearer.provider_id),
        None => bearer.provider_id.map(Role::Provider),
    };
    let who = match (role, bearer.user_id) {
        (Some(Role::Provider(provider)), _) => Who::Provider(Arc::new(super::provider(read, provider)?)),
        (Some(Role::Admin), Some(user)) => Who::Admin(Admin { user }),
        (None, Some(user)) => Who::Nobody(user),
        (_, None) => return Ok(None),
    };
    let session = bearer.user_id.filter(|_| bearer.is_session).map(|user| (user, bearer.id));
    Ok(Some(Identity { who, session, expires_at: bearer.expires_at }))
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
