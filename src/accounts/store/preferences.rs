//! What a provider wants to be told, as its row has it.

use serde_json::{Value, json};

use crate::db::{Read, Tx, params, row};
use crate::error::Result;
use crate::id::ProviderId;

row! {
    /// What a provider is told by mail.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Preferences {
        /// A new assignment.
        pub notify_on_new_lead: bool,
        /// Someone else changed one of its leads, return decisions apart.
        pub notify_on_lead_status_change: bool,
        /// A return was approved or denied.
        pub notify_on_bad_lead_decision: bool,
        /// `HH:MM` by the provider's clock: from here on mails of new leads wait …
        pub quiet_from: Option<String>,
        /// … until here. Both or neither.
        pub quiet_until: Option<String>,
    }
}

/// Which mails a provider is to get from now on; what is `None` stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Notify {
    pub on_new_lead: Option<bool>,
    pub on_lead_status_change: Option<bool>,
    pub on_bad_lead_decision: Option<bool>,
}

pub fn preferences(read: &mut Read, provider: ProviderId) -> Result<Preferences> {
    read.one(
        "SELECT notify_on_new_lead, notify_on_lead_status_change, notify_on_bad_lead_decision, quiet_from,
                quiet_until
           FROM providers WHERE id = $1",
        params![provider],
    )
}

/// What had another value. One statement a column: what changed is decided where it changes.
pub fn set_notify(tx: &mut Tx, provider: ProviderId, notify: Notify) -> Result<Vec<(&'static str, Value)>> {
    let columns = [
        (
            "notify_on_new_lead",
            "UPDATE providers SET notify_on_new_lead = $2 WHERE id = $1 AND notify_on_new_lead <> $2",
            notify.on_new_lead,
        ),
        (
            "notify_on_lead_status_change",
            "UPDATE providers SET notify_on_lead_status_change = $2
              WHERE id = $1 AND notify_on_lead_status_change <> $2",
            notify.on_lead_status_change,
        ),
        (
            "notify_on_bad_lead_decision",
            "UPDATE providers SET notify_on_bad_lead_decision = $2 WHERE id = $1 AND notify_on_bad_lead_decision <> $2",
            notify.on_bad_lead_decision,
        ),
    ];
    let mut changed = Vec::new();
    for (name, sql, value) in columns {
        if let Some(value) = value
            && tx.execute(sql, params![provider, value])? > 0
        {
            changed.push((name, json!(value)));
        }
    }
    Ok(changed)
}

/// What it is, held against every other change until the unit ends.
pub fn hold_preferences(tx: &mut Tx, provider: ProviderId) -> Result<Preferences> {
    tx.execute("UPDATE providers SET quiet_from = quiet_from WHERE id = $1", params![provider])?;
    preferences(tx, provider)
}

pub fn set_quiet(tx: &mut Tx, provider: ProviderId, from: Option<&str>, until: Option<&str>) -> Result<()> {
    let sql = "UPDATE providers SET quiet_from = $2, quiet_until = $3 WHERE id = $1";
    tx.execute(sql, params![provider, from, until]).map(drop)
}
