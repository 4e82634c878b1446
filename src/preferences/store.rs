//! Every statement on the preferences in `providers`.

use serde_json::{Value, json};

use super::{Change, Preferences};
use crate::db::{Read, Tx, params};
use crate::error::Result;
use crate::id::ProviderId;

pub(super) fn of(read: &mut Read, provider: ProviderId) -> Result<Preferences> {
    read.one(
        "SELECT notify_on_new_lead, notify_on_lead_status_change, notify_on_bad_lead_decision, quiet_from,
                quiet_until
           FROM providers WHERE id = $1",
        params![provider],
    )
}

/// What had another value. One statement a column: what changed is decided where it changes.
pub(super) fn change(tx: &mut Tx, provider: ProviderId, change: &Change) -> Result<Vec<(&'static str, Value)>> {
    let columns = [
        (
            "notify_on_new_lead",
            "UPDATE providers SET notify_on_new_lead = $2 WHERE id = $1 AND notify_on_new_lead <> $2",
            change.notify_on_new_lead,
        ),
        (
            "notify_on_lead_status_change",
            "UPDATE providers SET notify_on_lead_status_change = $2
              WHERE id = $1 AND notify_on_lead_status_change <> $2",
            change.notify_on_lead_status_change,
        ),
        (
            "notify_on_bad_lead_decision",
            "UPDATE providers SET notify_on_bad_lead_decision = $2 WHERE id = $1 AND notify_on_bad_lead_decision <> $2",
            change.notify_on_bad_lead_decision,
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
pub(super) fn locked(tx: &mut Tx, provider: ProviderId) -> Result<Preferences> {
    tx.execute("UPDATE providers SET quiet_from = quiet_from WHERE id = $1", params![provider])?;
    of(tx, provider)
}

pub(super) fn set_quiet(tx: &mut Tx, provider: ProviderId, from: Option<&str>, until: Option<&str>) -> Result<()> {
    let sql = "UPDATE providers SET quiet_from = $2, quiet_until = $3 WHERE id = $1";
    tx.execute(sql, params![provider, from, until]).map(drop)
}
