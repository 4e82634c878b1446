//! A decision taken back by who took it: for two minutes, and as long as nothing was built on it.

use std::time::Duration;

use serde_json::json;

use crate::assignments::{self, Decision, LeadRef, Status};
use crate::audit::{self, Action, Actor, Entity};
use crate::clock::Timestamp;
use crate::db::{Lane, Read, Unit};
use crate::error::{Error, Result};
use crate::id::{AssignmentId, Id, ProviderId};
use crate::outbox::{self, Template};
use crate::returns::{self, ReturnState, Returned, Withdrawal};

/// How long after a decision it can be taken back; the end is exclusive.
pub const UNDO_WINDOW: Duration = Duration::from_mins(2);

/// What was taken back.
#[derive(Debug, Clone, Copy)]
pub struct Undone {
    pub assignment_id: AssignmentId,
    /// `Accepted` or `Rejected`: what the lead was.
    pub decision: Status,
    pub undone_at: Timestamp,
}

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

/// What stands against an undo, whenever the decision was taken.
#[derive(Debug, Clone, Copy)]
struct Built {
    /// The return was decided.
    settled: bool,
    erased: bool,
}

/// Takes the provider's own accept or reject back: the lead is active again, and a return that nobody has decided on goes
/// with its reject.
///
/// # Errors
/// `NotFound`; `Conflict`: `nothing_to_undo`, `undo_window_closed`, `already_decided` where the return was decided
/// meanwhile, `lead_erased`.
pub fn undo(provider: ProviderId, lead: LeadRef) -> impl Unit<Undone> {
    Lane::of(provider.uuid()).unit(move |tx| {
        let decision = assignments::decision(tx, provider, lead)?;
        let Decision { assignment_id: assignment, lead_id, status, undone, .. } = decision;
        // Of an erasure and an undo one sees what the other did: else an undecided lead of nobody could be left.
        let erased = assignments::is_erased(tx, lead_id)?;
        // The return first, as who decides on it takes them.
        let withdrawal = match status {
            Status::Rejected | Status::Refunded => returns::withdraw(tx, provider, assignment)?,
            Status::Active | Status::Accepted => Withdrawal::Nothing,
        };
        let built = Built { settled: withdrawal == Withdrawal::Decided, erased };
        let (action, template) = match status {
            Status::Accepted => (Action::LeadAcceptUndone, Template::AdminLeadAccepted),
            Status::Rejected => (Action::LeadRejectUndone, Template::AdminProviderRejectedLead),
            Status::Active | Status::Refunded => return Err(why_not(tx, provider, &decision, built)?),
        };
        let since = tx.now().minus(UNDO_WINDOW);
        if built.settled || built.erased || !assignments::undo(tx, provider, &decision, since)? {
            return Err(why_not(tx, provider, &decision, built)?);
        }
        let details = (withdrawal == Withdrawal::Done).then(|| json!({ "return": "withdrawn" }));
        audit::record(tx, Actor::Provider(provider), action, Entity::Assignment(assignment), details)?;
        outbox::withdraw(tx, template, assignment.uuid(), undone)?;
        Ok(Undone { assignment_id: assignment, decision: status, undone_at: tx.now() })
    })
}

fn why_not(read: &mut Read, provider: ProviderId, seen: &Decision, built: Built) -> Result<Error> {
    let since = read.now().minus(UNDO_WINDOW);
    let decision = assignments::decision(read, provider, LeadRef(seen.assignment_id.uuid()))?;
    let (code, detail) = match decision.status {
        Status::Active => ("nothing_to_undo", "this lead is undecided"),
        _ if built.settled => ("already_decided", "the return of this lead has been decided already"),
        _ if built.erased => ("lead_erased", "this lead was erased"),
        _ if decision.decided_at.is_some_and(|at| at <= since) => {
            ("undo_window_closed", "the two minutes in which this decision could be taken back are over")
        }
        // Another decision came between the statements.
        _ => return Ok(Error::Raced),
    };
    Ok(Error::Conflict { code, detail: detail.into(), state: Some(decision.status.as_str()) })
}
