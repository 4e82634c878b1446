//! Providers: who buys leads.

use std::sync::Arc;

use serde_json::json;

use super::store::{self, NewProvider, Notify, Preferences, Provider, ProviderChange};
use crate::audit::{self, Action, Actor, Entity};
use crate::billing;
use crate::catalog;
use crate::db::{Lane, Read, Tx, Unit};
use crate::error::{Error, Result};
use crate::http::identities::IdentityCache;
use crate::id::ProviderId;
use crate::money::Money;
use crate::outbox;

/// Of a provider that named none.
pub const DEFAULT_TIMEZONE: &str = "UTC";

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
pub(super) fn forget_after(tx: &mut Tx, identities: &Arc<IdentityCache>) {
    let identities = identities.clone();
    tx.after_commit(move || identities.forget_all());
}
