//! Rejected leads under review: a provider's way to its money back. Owns `returns`, `contact_attempts` and
//! `return_policy`.
//!
//! Invariants: a return is of a rejected lead, gone with the reject where that is undone, and is decided once, by a person or by a rule; approved, the lead is refunded
//! and its price paid back, once, in the same unit; denied, the lead stays rejected, and the denial may be appealed once,
//! for a week, which has it decided again, for good. Under an allowance no provider opens more returns than it has.

mod admin;
mod api;
mod appeal;
mod attempts;
mod mails;
mod policy;
mod returned;
mod store;

pub use api::{MAX_RAW, ReturnOut, routes, wrong_length};
pub use appeal::{Appeal, LENGTH as APPEAL_LENGTH, appeal};
pub use attempts::{MAX_ATTEMPTS_PER_LEAD, NewAttempt, attempt, attempts, attempts_of};
pub use policy::{PolicyChange, change_policy, policy};
pub use returned::{APPEAL_WINDOW, ReturnRule, ReturnState, Returned};
pub use store::{Attempt, AttemptKind, AttemptResult, Decisions, Policy, Return};

use serde_json::json;

use crate::accounts::Admin;
use crate::assignments::{self, Decided};
use crate::audit::{self, Action, Actor, Entity};
use crate::billing;
use crate::db::{Lane, Read, Tx, Unit};
use crate::error::{Error, Result};
use crate::id::{AssignmentId, ProviderId};
use crate::period::Period;

use returned::ALLOWANCE_SPAN;
use store::{Decision, lock};

/// What became of a return whose reject is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawal {
    /// There is none.
    Nothing,
    /// It is gone.
    Done,
    /// It stays: it was decided, be it once.
    Decided,
}

/// What stands where somebody's words about an erased person stood, or would have come to stand.
const ERASED: &str = "[erased]";

/// The policy for a reject of this provider, held: of two rejects that would both take the last of an allowance, the second
/// counts after the first.
pub fn policy_for(tx: &mut Tx, provider: ProviderId) -> Result<Policy> {
    let policy = store::policy(tx)?;
    if policy.limits() {
        // As it is, both also count in one row of the provider's tallies, and wait for each other there.
        lock(tx, provider)?;
    }
    Ok(policy)
}

/// Opens a return of a lead that was just rejected, unless the provider's allowance is used up; approves it where a rule of
/// the policy proves it right. How many are left to the provider after it; `None`: there is no limit.
pub fn open(
    tx: &mut Tx,
    policy: &Policy,
    provider: ProviderId,
    rejected: &Decided,
) -> Result<(Option<Returned>, Option<i64>)> {
    let left = if policy.limits() { left(tx, provider)? } else { None };
    if left == Some(0) {
        return Ok((None, left));
    }
    let left = left.map(|left| left - 1);
    let assignment = rejected.assignment_id;
    store::open(tx, provider, assignment, rejected.decided_at)?;
    let Some(rule) = policy::proof(tx, policy, assignment)? else {
        let pending = ReturnState::Pending;
        let opened = Returned { state: pending, decided_at: None, note: None, rule: None, appealed_at: None };
        return Ok((Some(opened), left));
    };
    let approved = Decision { state: ReturnState::Approved, by: None, rule: Some(rule), note: None };
    Ok((Some(decide(tx, assignment, &approved)?), left))
}

/// The reject of this lead is being taken back, and its return with it, if nobody has decided on that.
pub fn withdraw(tx: &mut Tx, provider: ProviderId, assignment: AssignmentId) -> Result<Withdrawal> {
    if store::withdraw(tx, provider, assignment)? {
        return Ok(Withdrawal::Done);
    }
    // None can come meanwhile: it would come with a reject.
    Ok(if store::kept(tx, assignment)?.is_some() { Withdrawal::Decided } else { Withdrawal::Nothing })
}

/// How many returns the provider may still open now; `None`: as many as it rejects.
pub fn left(read: &mut Read, provider: ProviderId) -> Result<Option<i64>> {
    let since = read.now().minus(ALLOWANCE_SPAN);
    Ok(store::allowance(read, provider, since)?.and_then(|allowance| allowance.left()))
}

/// Approves a return that is pending: the lead is refunded, and the provider gets its price back. The first decision
/// stands.
///
/// # Errors
/// `NotFound` where there is no return of this assignment; `Conflict` `already_decided`.
pub fn approve(by: Admin, assignment: AssignmentId, note: Option<String>) -> impl Unit<Returned> {
    Lane::MONEY.unit(move |tx| {
        decide(
            tx,
            assignment,
            &Decision { state: ReturnState::Approved, by: Some(by), rule: None, note: note.as_deref() },
        )
    })
}

/// Denies a return that is pending: the lead stays rejected.
///
/// # Errors
/// As [`approve`].
pub fn deny(by: Admin, assignment: AssignmentId, note: Option<String>) -> impl Unit<Returned> {
    Lane::MONEY.unit(move |tx| {
        decide(
            tx,
            assignment,
            &Decision { state: ReturnState::Denied, by: Some(by), rule: None, note: note.as_deref() },
        )
    })
}

/// A return as it stands.
///
/// # Errors
/// `NotFound`.
pub fn kept(read: &mut Read, assignment: AssignmentId) -> Result<Return> {
    store::kept(read, assignment)?.ok_or(Error::NotFound("return"))
}

/// How many of this provider's returns were decided within the period, and how.
pub fn decisions(read: &mut Read, provider: ProviderId, period: &Period) -> Result<Decisions> {
    store::decisions(read, provider, period)
}

/// Forgets what providers and operators wrote about a lead's person: in the returns of all its assignments, and in the
/// attempts to reach them. What is pending can still be decided.
pub fn erase(tx: &mut Tx, assignments: &[AssignmentId]) -> Result<()> {
    assignments.iter().try_for_each(|assignment| store::forget(tx, *assignment))
}

/// The text of every statement that runs while somebody waits, named: for tests of their plans.
pub fn statements() -> Vec<(String, String)> {
    store::statements()
}

fn decide(tx: &mut Tx, assignment: AssignmentId, decision: &Decision<'_>) -> Result<Returned> {
    let sold = assignments::sale(tx, assignment)?.ok_or(Error::NotFound("return"))?;
    // The decision counts, its words are not kept where they would be about an erased person.
    let is_erased = decision.note.is_some() && assignments::is_erased(tx, sold.lead_id)?;
    let note = if is_erased { Some(ERASED) } else { decision.note };
    let decision = &Decision { note, ..*decision };
    if !store::decide(tx, assignment, decision)? {
        return Err(why_not(tx, assignment)?);
    }
    let decided = kept(tx, assignment)?;
    let actor = decision.by.map_or(Actor::System, Admin::actor);
    let entity = Entity::Assignment(assignment);
    if decision.state == ReturnState::Approved {
        let refunded = assignments::refund(tx, decided.provider_id, assignment)?;
        refunded.ok_or_else(|| Error::internal("a return of a lead that is not rejected"))?;
        let paid = billing::refund(tx, decided.provider_id, assignment, sold.subscription_id, sold.assigned_at)?;
        let amount = paid.ok_or_else(|| Error::internal("a return of what was paid back before"))?.amount;
        // A note may speak of the person: it goes with an erasure, this entry stays.
        let details = match decision.rule {
            Some(rule) => json!({ "amount": amount, "reason": "return_approved", "rule": rule }),
            None => json!({ "amount": amount, "reason": "return_approved" }),
        };
        audit::record(tx, actor, Action::LeadRefunded, entity, Some(details))?;
    } else {
        audit::record(tx, actor, Action::LeadReturnDenied, entity, None)?;
    }
    mails::decided(tx, &sold, &decided)?;
    Ok(decided.returned())
}

/// Why a decision changed nothing.
fn why_not(read: &mut Read, assignment: AssignmentId) -> Result<Error> {
    let state = kept(read, assignment)?.state;
    if state == ReturnState::Pending {
        // It came between the two statements.
        return Ok(Error::Raced);
    }
    let detail = format!("this return has been decided already: it is {state}");
    let state = assignments::sale(read, assignment)?.map(|sold| sold.status.as_str());
    Ok(Error::Conflict { code: "already_decided", detail: detail.into(), state })
}
