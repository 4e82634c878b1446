//! What a provider wants to be told. Owns the columns `notify_…` of `providers`.
//!
//! Invariant: a change touches only what it names, so two at once are both kept.

mod api;
mod store;

pub use api::routes;

use serde_json::json;

use crate::audit::{self, Action, Actor, Entity};
use crate::db::{Read, Tx, row};
use crate::error::Result;
use crate::id::ProviderId;

row! {
    /// What a provider is told by mail.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Preferences {
        /// A new assignment.
        pub notify_on_new_lead: bool,
        /// Someone else changed one of its leads, return decisions apart.
        pub notify_on_lead_status_change: bool,
        /// A return was approved or denied.
        pub notify_on_bad_lead_decision: bool,
    }
}

/// What is to change; the rest stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Change {
    pub notify_on_new_lead: Option<bool>,
    pub notify_on_lead_status_change: Option<bool>,
    pub notify_on_bad_lead_decision: Option<bool>,
}

pub fn of(read: &mut Read, provider: ProviderId) -> Result<Preferences> {
    store::of(read, provider)
}

/// Changes what differs, and records what it was; nothing does: nothing is recorded.
pub fn change(tx: &mut Tx, provider: ProviderId, change: Change) -> Result<Preferences> {
    let changed = store::change(tx, provider, change)?;
    if !changed.is_empty() {
        let details: serde_json::Map<_, _> =
            changed.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
        let (actor, entity) = (Actor::Provider(provider), Entity::Provider(provider));
        audit::record(tx, actor, Action::PreferencesUpdated, entity, Some(details.into()))?;
    }
    of(tx, provider)
}
