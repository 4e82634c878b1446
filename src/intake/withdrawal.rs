//! Leads whose person wants no more of it: what waits is never offered, and who holds one is told.

use serde_json::json;

use super::locks::lock_key;
use super::{mails, store};
use crate::assignments;
use crate::audit::{self, Action, Actor, Entity, Entry};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Result;
use crate::id::{Id, LeadId, oldest_uuid};
use crate::queue::{self, NewJob};

use super::status::Status;

/// The job that withdraws some leads. Its payload is `{"leads"}`, ids.
pub(super) const WITHDRAW: &str = "intake.withdraw_leads";
/// The job that looks for leads of those who opted out. Its payload is `{"after"}`, a lead's id.
pub(super) const REACH: &str = "intake.reach_suppressed";
/// So many are withdrawn in the unit that asks for it.
const AT_ONCE: usize = 20;
/// What came in while somebody was put on the list may not have known of it: it is looked at once more, so much later.
const IN_FLIGHT: std::time::Duration = std::time::Duration::from_secs(15);

/// Why a lead is withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Its person is on the list of those who opted out.
    Suppressed,
    /// Its person said so of this lead.
    Withdrawn,
}

impl Cause {
    /// What becomes of a lead that nobody has.
    pub(super) fn status(self) -> Status {
        match self {
            Self::Suppressed => Status::Suppressed,
            Self::Withdrawn => Status::Withdrawn,
        }
    }
}

/// Withdraws these leads, the first ones now. `all`: whatever else belongs to somebody who opted out is looked for among all
/// leads; else among the last that came in.
pub(super) fn reach(tx: &mut Tx, actor: Actor, leads: &[LeadId], all: bool) -> Result<()> {
    let (now, later) = leads.split_at_checked(AT_ONCE).unwrap_or((leads, &[]));
    for lead in now {
        withdraw(tx, actor, *lead, Cause::Suppressed)?;
    }
    for some in later.chunks(AT_ONCE) {
        let job = NewJob::now(WITHDRAW, &json!({ "leads": some }), tx);
        queue::enqueue(tx, &job)?;
    }
    if all {
        let job = NewJob::now(REACH, &json!({ "after": LeadId(uuid::Uuid::nil()) }), tx).keyed("all");
        queue::enqueue(tx, &job)?;
    }
    let since: Timestamp = tx.now().minus(IN_FLIGHT);
    let job = NewJob::now(REACH, &json!({ "after": LeadId::from_uuid(oldest_uuid(since)) }), tx).keyed("late");
    queue::enqueue(tx, &NewJob { run_at: tx.now().plus(IN_FLIGHT), ..job })
}

/// Takes a lead out of the market, and tells everybody who was sold it; false where that was done before, or there is nothing to
/// take.
pub(super) fn withdraw(tx: &mut Tx, actor: Actor, lead: LeadId, cause: Cause) -> Result<bool> {
    tx.lock(&[lock_key("lead", lead.0.as_bytes(), "")])?;
    assignments::hold(tx, lead)?;
    if !store::withdraw(tx, lead, cause.status())? {
        return Ok(false);
    }
    let holders = assignments::withdrawn(tx, lead)?;
    let by = cause.status();
    let mut entries = vec![Entry {
        actor,
        action: Action::LeadWithdrawn,
        entity: Entity::Lead(lead),
        details: Some(json!({ "cause": by, "providers": holders.len() })),
    }];
    entries.extend(holders.iter().map(|holder| Entry {
        actor,
        action: Action::LeadWithdrawn,
        entity: Entity::Assignment(holder.assignment_id),
        details: Some(json!({ "lead_id": lead, "cause": by })),
    }));
    audit::record_all(tx, &entries)?;
    mails::withdrawn(tx, lead, &holders)?;
    Ok(true)
}
