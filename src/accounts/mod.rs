//! Who there is: providers, the people who sign in, and the tokens that stand for either. Owns `providers`, `users` and `tokens`.
//!
//! Invariants: a secret is kept as its SHA-256 only; a provider that is not active gets no entry; a user's e-mail key is
//! unique whatever the spelling; what this process revokes is dead in it before the caller is answered.

mod admin;
mod extract;
pub mod jobs;
mod mails;
pub mod password;
mod restored;
mod secret;
mod sessions;
mod store;
mod tokens;
mod users;

pub use admin::routes;
pub use extract::{CurrentAdmin, CurrentProvider, SignedIn, Visitor};
pub use jobs::request_sign_in_link;
pub use restored::{Distrusted, distrust, revoked_tokens};
pub use secret::Secret;
pub use sessions::{
    Credentials, SESSION_LIFE, Session, change_password, credentials, end_other_sessions, end_session, hold_session,
    link_is_good, revoke_session, sessions_of, sign_in, sign_in_by_link, sign_in_by_password, user,
};
pub use store::{Notify, Preferences, Provider};
pub use tokens::{
    Owner, Token, create_token, create_token_in_session, mailed_link, revoke_token, revoke_token_of, sign_in_link,
    token_owner, tokens_of,
};
pub use users::{NewUser, Role, User, add_user, renew_keys, user_by_email};

use std::sync::Arc;

use jiff::tz::TimeZone;
use serde_json::json;

use crate::audit::{self, Action, Actor, Entity};
use crate::billing;
use crate::catalog;
use crate::db::{Lane, Read, Tx, Unit};
use crate::email::Email;
use crate::error::{Error, Result};
use crate::http::identities::IdentityCache;
use crate::id::{ProviderId, UserId};
use crate::money::Money;
use crate::outbox;
use crate::zone;

/// A person of the back office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admin {
    pub user: UserId,
}

impl Admin {
    pub fn actor(self) -> Actor {
        Actor::Admin(self.user)
    }
}

impl Provider {
    /// The zone of the provider's calendar: days of filters, caps and quotas.
    pub fn zone(&self) -> TimeZone {
        zone::of(&self.timezone)
    }
}

/// Of a provider that named none.
pub const DEFAULT_TIMEZONE: &str = "UTC";

/// What makes a provider. `timezone` is a name that [`zone::get`] knows.
#[derive(Debug, Clone)]
pub struct NewProvider {
    pub name: String,
    pub email: Email,
    pub timezone: String,
}

/// What is to change; the rest stays.
#[derive(Debug, Clone, Default)]
pub struct ProviderChange {
    pub name: Option<String>,
    pub email: Option<Email>,
    pub timezone: Option<String>,
    pub active: Option<bool>,
}

/// A new provider with an empty account.
pub fn create_provider(by: Actor, new: NewProvider) -> impl Unit<Provider> {
    Lane::MONEY.unit(move |tx| {
        let provider = store::insert_provider(tx, &new)?;
        billing::open_account(tx, provider.id)?;
        audit::record(tx, by, Action::ProviderCreated, Entity::Provider(provider.id), None)?;
        Ok(provider)
    })
}

/// Changes what differs; nothing does: nothing is recorded. A suspended provider's identities end with the unit; what waited
/// for what changed, leads and mails, is looked at again.
pub fn update_provider(
    by: Actor,
    identities: Arc<IdentityCache>,
    id: ProviderId,
    change: ProviderChange,
) -> impl Unit<Provider> {
    Lane::MONEY.unit(move |tx| {
        let changed = store::update_provider(tx, id, &change)?;
        if !changed.is_empty() {
            let mut details = json!({ "changed": changed });
            if let (true, Some(active), Some(details)) =
                (changed.contains(&"active"), change.active, details.as_object_mut())
            {
                details.insert("active".to_owned(), json!(active));
            }
            audit::record(tx, by, Action::ProviderUpdated, Entity::Provider(id), Some(details))?;
            forget_after(tx, &identities);
        }
        let provider = provider(tx, id)?;
        let new = |names: &[&str]| names.iter().any(|name| changed.contains(name));
        // Another zone may be in another day or month, of which nothing is used.
        if provider.active && new(&["active", "timezone"]) {
            catalog::demand::grew_by(tx, id)?;
        }
        if new(&["active", "timezone", "email"]) {
            outbox::decide_anew(tx, id)?;
        }
        Ok(provider)
    })
}

/// One provider.
///
/// # Errors
/// `NotFound`.
pub fn provider(read: &mut Read, id: ProviderId) -> Result<Provider> {
    store::provider(read, id)?.ok_or(Error::NotFound("provider"))
}

/// Providers, newest first: those before `before`, at most `limit`.
pub fn providers(read: &mut Read, before: Option<ProviderId>, limit: i64) -> Result<Vec<Provider>> {
    store::providers(read, before, limit)
}

/// What a provider wants to be told.
pub fn preferences(read: &mut Read, id: ProviderId) -> Result<Preferences> {
    store::preferences(read, id)
}

/// The same, held against every other change until the unit ends.
pub fn hold_preferences(tx: &mut Tx, id: ProviderId) -> Result<Preferences> {
    store::hold_preferences(tx, id)
}

/// Has the provider get these mails, or not; what had another value before. Recording it is the caller's.
pub fn set_notify(tx: &mut Tx, id: ProviderId, notify: Notify) -> Result<Vec<(&'static str, serde_json::Value)>> {
    store::set_notify(tx, id, notify)
}

/// The provider's quiet hours from now on, two times of day or none. Recording it is the caller's.
pub fn set_quiet(tx: &mut Tx, id: ProviderId, from: Option<&str>, until: Option<&str>) -> Result<()> {
    store::set_quiet(tx, id, from, until)
}

/// What a provider has to spend.
pub fn balance(read: &mut Read, id: ProviderId) -> Result<Money> {
    billing::balance(read, id)
}

/// Makes this process ask anew who everyone is, once the unit is committed.
fn forget_after(tx: &mut Tx, identities: &Arc<IdentityCache>) {
    let identities = identities.clone();
    tx.after_commit(move || identities.forget_all());
}
