//! What a provider wants to be told: by which rules it changes, and its doors. Owns no table: `accounts` keeps it with the
//! provider, `outbox` goes by it.
//!
//! Invariants: a change touches only what it names, so two at once are both kept; mails that wait go by the preferences of
//! now.

mod api;
mod pages;

pub use api::routes;

use serde_json::{Value, json};

use crate::accounts::{self, Notify, Preferences};
use crate::audit::{self, Action, Actor, Entity};
use crate::db::{Lane, Read, Tx, Unit};
use crate::error::{Error, Result};
use crate::id::{Id, ProviderId};
use crate::outbox;

/// What is to change; the rest stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    pub notify_on_new_lead: Option<bool>,
    pub notify_on_lead_status_change: Option<bool>,
    pub notify_on_bad_lead_decision: Option<bool>,
    /// `Some(None)`: no quiet hours.
    pub quiet_from: Option<Option<String>>,
    pub quiet_until: Option<Option<String>>,
}

pub fn of(read: &mut Read, provider: ProviderId) -> Result<Preferences> {
    accounts::preferences(read, provider)
}

/// Changes what differs, and records what it was; nothing does: nothing is recorded.
///
/// # Errors
/// `Invalid` where quiet hours would have one end only, or last no time.
pub fn change(provider: ProviderId, change: Change) -> impl Unit<Preferences> {
    Lane::of(provider.uuid()).unit(move |tx| {
        let notify = Notify {
            on_new_lead: change.notify_on_new_lead,
            on_lead_status_change: change.notify_on_lead_status_change,
            on_bad_lead_decision: change.notify_on_bad_lead_decision,
        };
        let mut changed = accounts::set_notify(tx, provider, notify)?;
        changed.extend(quiet_hours(tx, provider, &change)?);
        if !changed.is_empty() {
            let details: serde_json::Map<_, _> =
                changed.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            let (actor, entity) = (Actor::Provider(provider), Entity::Provider(provider));
            audit::record(tx, actor, Action::PreferencesUpdated, entity, Some(details.into()))?;
            outbox::decide_anew(tx, provider)?;
        }
        of(tx, provider)
    })
}

/// Both ends in one statement, so that two changes at once never leave one of each.
fn quiet_hours(tx: &mut Tx, provider: ProviderId, change: &Change) -> Result<Vec<(&'static str, Value)>> {
    if change.quiet_from.is_none() && change.quiet_until.is_none() {
        return Ok(Vec::new());
    }
    let before = accounts::hold_preferences(tx, provider)?;
    let from = change.quiet_from.clone().unwrap_or_else(|| before.quiet_from.clone());
    let until = change.quiet_until.clone().unwrap_or_else(|| before.quiet_until.clone());
    let missing = |name| Err(Error::field(name, "required", "quiet hours have two ends: quiet_from and quiet_until"));
    match (&from, &until) {
        (Some(_), None) => return missing("quiet_until"),
        (None, Some(_)) => return missing("quiet_from"),
        (Some(from), Some(until)) if from == until => {
            return Err(Error::field("quiet_until", "same_as_quiet_from", "quiet hours last less than a day"));
        }
        _ => {}
    }
    if (&from, &until) == (&before.quiet_from, &before.quiet_until) {
        return Ok(Vec::new());
    }
    accounts::set_quiet(tx, provider, from.as_deref(), until.as_deref())?;
    Ok(vec![("quiet_from", json!(from)), ("quiet_until", json!(until))])
}
