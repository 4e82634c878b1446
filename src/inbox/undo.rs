//! A decision taken back by who took it: for two minutes, and as long as nothing was built on it.

use std::time::Duration;

use serde_json::json;

use super::{LeadRef, ReturnState, Returned, Status, events, not_yours, store};
use crate::audit::{self, Action, Actor, Entity};
use crate::clock::Timestamp;
use crate::db::{Read, Tx};
use crate::error::{Error, Result};
use crate::id::{Id, LeadId, ProviderId};
use crate::outbox::{self, Template};

pub use store::Decision;

/// How long after a decision it can be taken back; the end is exclusive.
pub const UNDO_WINDOW: Duration = Duration::from_mins(2);

/// Until just before this moment a decision can be taken back; `None`: it can't be. What is over is the caller's to see.
pub fn undo_until(
    status: Status,
    decided_at: Option<Timestamp>,
    returned: Option<&Returned>,
    erased_at: Option<Timestamp>,
) -> Option<Timestamp> {
    let decided_at =
        decided_at.filter(|_| matches!(status, Status::Accepted | Status::Rejected) && erased_at.is_none());
    let settled = returned.is_some_and(|r| r.state != ReturnState::Pending || r.appealed_at.is_some());
    decided_at.filter(|_| !settled).map(|at| at.plus(UNDO_WINDOW))
}

/// The decision that stands, and holds it against an erasure of the lead until the unit ends.
///
/// # Errors
/// `NotFound`.
pub fn decision(tx: &mut Tx, provider: ProviderId, lead: LeadRef) -> Result<Decision> {
    let decision = store::decision(tx, provider, lead)?.ok_or_else(|| not_yours(provider, lead))?;
    hold(tx, decision.lead_id)?;
    Ok(decision)
}

/// Of an erasure and an undo one sees what the other did: else an undecided lead of nobody could be left.
pub fn hold(tx: &mut Tx, lead: LeadId) -> Result<()> {
    let (_, key) = lead.uuid().as_u64_pair();
    tx.lock(&[key.cast_signed()])
}

/// Whether the lead's person was erased. No erasure of it begins before the unit ends, so that what this unit writes about the
/// person is there for it to find.
pub fn is_erased(tx: &mut Tx, lead: LeadId) -> Result<bool> {
    hold(tx, lead)?;
    store::is_erased(tx, lead)
}

/// Takes the decision back: the lead is active again. Its return is to be withdrawn before; `withdrawn`: there was one.
///
/// # Errors
/// `Conflict`: `nothing_to_undo`, `undo_window_closed`, `already_decided` where the return was decided meanwhile,
/// `lead_erased`.
pub fn undo(tx: &mut Tx, provider: ProviderId, decision: &Decision, withdrawn: bool) -> Result<()> {
    let since = tx.now().minus(UNDO_WINDOW);
    let (action, template) = match decision.status {
        Status::Accepted => (Action::LeadAcceptUndone, Template::AdminLeadAccepted),
        Status::Rejected => (Action::LeadRejectUndone, Template::AdminProviderRejectedLead),
        Status::Active | Status::Refunded => return Err(why_not(tx, provider, decision, since)?),
    };
    if !store::undo(tx, provider, decision, since)? {
        return Err(why_not(tx, provider, decision, since)?);
    }
    let (assignment, details) = (decision.assignment_id, withdrawn.then(|| json!({ "return": "withdrawn" })));
    audit::record(tx, Actor::Provider(provider), action, Entity::Assignment(assignment), details)?;
    events::changed(tx, provider, assignment)?;
    outbox::withdraw(tx, template, assignment.uuid(), decision.undone)
}

fn why_not(read: &mut Read, provider: ProviderId, seen: &Decision, since: Timestamp) -> Result<Error> {
    let lead = LeadRef(seen.assignment_id.uuid());
    let decision = store::decision(read, provider, lead)?.ok_or_else(|| not_yours(provider, lead))?;
    let settled = decision.return_appealed_at.is_some()
        || decision.return_state.is_some_and(|state| state != ReturnState::Pending);
    let (code, detail) = match decision.status {
        Status::Active => ("nothing_to_undo", "this lead is undecided"),
        _ if settled => ("already_decided", "the return of this lead has been decided already"),
        _ if decision.erased_at.is_some() => ("lead_erased", "this lead was erased"),
        _ if decision.decided_at.is_some_and(|at| at <= since) => {
            ("undo_window_closed", "the two minutes in which this decision could be taken back are over")
        }
        // Another decision came between the statements.
        _ => return Ok(Error::Raced),
    };
    Ok(Error::Conflict { code, detail: detail.into(), lead_status: Some(decision.status.as_str()) })
}
