//! Leads that are as old as those of their niche may get are erased: the oldest first, some at a time, and how far that went is
//! kept, so that nothing is looked at twice.

use std::time::Duration;

use serde_json::json;
use uuid::Uuid;

use super::erasure::{self, Why};
use super::locks::lock_key;
use super::store::{self, Retention};
use crate::audit::{self, Action, Actor, Entity};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Result;
use crate::id::{LeadId, NicheId};

const DAY: Duration = Duration::from_hours(24);
/// A clock that went further ahead since the last look is not believed: what is erased does not come back.
const BELIEVED: Duration = Duration::from_hours(31 * 24);
/// Leads that one unit looks at, and how many it erases.
const AT_ONCE: i64 = 500;
const ERASED_AT_ONCE: usize = 20;

/// Erases the next leads of a niche that are kept for so many days; whether there may be more.
pub(super) fn expire_some(tx: &mut Tx, niche: NicheId, keep_days: i64) -> Result<bool> {
    tx.lock(&[lock_key("retention", niche.0.as_bytes(), "")])?;
    let now = tx.now();
    let known = store::retention(tx, niche)?.unwrap_or(Retention { through: LeadId(Uuid::nil()), as_of: now });
    if known.as_of.plus(BELIEVED) < now {
        tracing::warn!(%niche, "nothing is erased by age: the clock says {now}, and said {} when it was last looked", known.as_of);
        // A house that was closed for long catches up, a day with each look.
        store::keep_retention(tx, niche, Retention { as_of: known.as_of.plus(DAY), ..known })?;
        return Ok(false);
    }
    let days = u32::try_from(keep_days).unwrap_or(u32::MAX);
    let oldest: Timestamp = now.minus(DAY.saturating_mul(days));
    let mut leads = store::aged_after(tx, known.through, AT_ONCE)?;
    let old = leads.iter().take_while(|lead| lead.received_at < oldest).count();
    leads.truncate(old);
    let (mut through, mut erased, mut leads_of_it) = (known.through, 0, 0);
    for lead in &leads {
        if lead.niche_id == niche && lead.erased_at.is_none() {
            if leads_of_it == ERASED_AT_ONCE {
                break;
            }
            leads_of_it += 1;
            erased += erasure::erase_family(tx, Actor::System, lead.id, Why::Age)?;
        }
        through = lead.id;
    }
    store::keep_retention(tx, niche, Retention { through, as_of: now })?;
    if erased > 0 {
        let details = json!({ "leads": erased, "older_than_days": keep_days });
        audit::record(tx, Actor::System, Action::NicheLeadsExpired, Entity::Niche(niche), Some(details))?;
    }
    Ok(!leads.is_empty())
}
