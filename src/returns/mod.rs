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
mod bulk;
mod mails;
mod policy;
mod store;

pub use api::{MAX_RAW, routes};
pub use appeal::{Appeal, LENGTH as APPEAL_LENGTH, appeal};
pub use attempts::{Attempt, AttemptKind, AttemptResult, MOST as MOST_ATTEMPTS, NewAttempt, attempt, attempts};
pub use bulk::{Bulk, Done, MOST as MOST_AT_ONCE, Outcome, bulk};
pub use policy::{Policy, PolicyChange, change_policy, policy};
pub use store::{Case, Contact, Decisions, UnderReview, Waiting};

use serde_json::json;

use crate::accounts::{Admin, Provider};
use crate::audit::{self, Action, Actor, Entity};
use crate::billing;
use crate::clock::Timestamp;
use crate::db::{Lane, Read, Tx};
use crate::error::{Error, Result};
use crate::id::{AssignmentId, Id, LeadId, ProviderId};
use crate::inbox::{self, LeadRef, Rejection, ReturnRule, ReturnState, Returned, Status};
use crate::period::{Period, Windows};

/// What came of a reject.
#[derive(Debug, Clone)]
pub struct Rejected {
    pub assignment_id: AssignmentId,
    pub rejected_at: Timestamp,
    /// `Refunded` where the return was approved at once.
    pub status: Status,
    /// `None` where the provider has used its allowance up.
    pub returned: Option<Returned>,
    /// After this one; `None`: there is no limit.
    pub returns_left: Option<i64>,
}

/// What a reject goes by.
#[derive(Debug, Clone)]
pub struct Terms {
    /// How long after its assignment a lead may be rejected, by when it was assigned.
    pub windows: Windows,
    /// Whether the operator gets a mail.
    pub tells_operator: bool,
}

/// A decision about a return.
#[derive(Debug, Clone, Copy)]
struct Decision<'a> {
    state: ReturnState,
    by: Option<Admin>,
    rule: Option<ReturnRule>,
    note: Option<&'a str>,
}

/// Rejects a lead as [`inbox::reject`] does, and opens a return of it, unless the provider's allowance is used up. Where
/// the operator's policy says so and a rule can prove it, the return is approved at once.
pub fn reject(
    tx: &mut Tx,
    provider: &Provider,
    lead: LeadRef,
    rejection: &Rejection,
    terms: &Terms,
) -> Result<Rejected> {
    let policy = store::policy(tx)?;
    if policy.limits() {
        // Of two that would both take the last one, the second counts after the first. (As it is, both also count in one
        // row of the provider's tallies, and wait for each other there.)
        lock(tx, provider.id)?;
    }
    let window = terms.windows.at(inbox::standing(tx, provider.id, lead)?.assigned_at);
    let rejected = inbox::reject(tx, provider.id, lead, rejection, window)?;
    let left = if policy.limits() { inbox::returns_left(tx, provider.id)? } else { None };
    let (assignment, rejected_at) = (rejected.assignment_id, rejected.decided_at);
    if terms.tells_operator {
        let told = store::told(tx, assignment)?;
        mails::ProviderRejectedLead::of(provider, told, rejected, rejection).send(tx)?;
    }
    let returned = if left == Some(0) { None } else { Some(open(tx, &policy, provider.id, &rejected)?) };
    let approved = returned.as_ref().is_some_and(|returned| returned.state == ReturnState::Approved);
    Ok(Rejected {
        assignment_id: assignment,
        rejected_at,
        status: if approved { Status::Refunded } else { Status::Rejected },
        returned,
        returns_left: left.map(|left| (left - 1).max(0)),
    })
}

/// What was taken back.
#[derive(Debug, Clone, Copy)]
pub struct Undone {
    pub assignment_id: AssignmentId,
    /// `Accepted` or `Rejected`: what the lead was.
    pub decision: Status,
    pub undone_at: Timestamp,
}

/// Takes the provider's own accept or reject back, within [`inbox::UNDO_WINDOW`]: the lead is active again, and a return
/// that nobody has decided on goes with its reject.
///
/// # Errors
/// `NotFound`; `Conflict` as [`inbox::undo`].
pub fn undo(tx: &mut Tx, provider: ProviderId, lead: LeadRef) -> Result<Undone> {
    let decision = inbox::decision(tx, provider, lead)?;
    let (assignment, rejected) = (decision.assignment_id, decision.status == Status::Rejected);
    // The return first, as who decides on it takes them.
    let withdrawn = rejected && store::withdraw(tx, provider, assignment)?;
    inbox::undo(tx, provider, &decision, withdrawn)?;
    Ok(Undone { assignment_id: assignment, decision: decision.status, undone_at: tx.now() })
}

/// The lane for a reject of this provider: where it may pay something back at once, that of money.
pub fn lane(read: &mut Read, provider: ProviderId) -> Result<Lane> {
    Ok(if store::policy(read)?.decides() { Lane::MONEY } else { Lane::of(provider.uuid()) })
}

/// What stands where somebody's words about an erased person stood, or would have come to stand.
const ERASED: &str = "[erased]";

/// Approves a return that is pending: the lead is refunded, and the provider gets its price back. The first decision
/// stands.
///
/// # Errors
/// `NotFound` where there is no return of this assignment; `Conflict` `already_decided`.
pub fn approve(tx: &mut Tx, by: Admin, assignment: AssignmentId, note: Option<&str>) -> Result<Case> {
    decide(tx, assignment, &Decision { state: ReturnState::Approved, by: Some(by), rule: None, note })
}

/// Denies a return that is pending: the lead stays rejected.
///
/// # Errors
/// As [`approve`].
pub fn deny(tx: &mut Tx, by: Admin, assignment: AssignmentId, note: Option<&str>) -> Result<Case> {
    decide(tx, assignment, &Decision { state: ReturnState::Denied, by: Some(by), rule: None, note })
}

/// A return as the operator sees it.
///
/// # Errors
/// `NotFound`.
pub fn case(read: &mut Read, assignment: AssignmentId) -> Result<Case> {
    store::case(read, assignment)?.ok_or(Error::NotFound("return"))
}

/// Whom the lead of a return is about, and how the provider tried to reach them.
pub fn evidence(read: &mut Read, case: &Case) -> Result<(Contact, Vec<Attempt>)> {
    let contact = store::contact(read, case.assignment_id)?;
    Ok((contact, store::attempts(read, case.provider_id, case.assignment_id, None, MOST_ATTEMPTS)?))
}

/// Returns, newest first: those after the one of `before`, at most `limit`.
pub fn cases(
    read: &mut Read,
    state: Option<ReturnState>,
    before: Option<AssignmentId>,
    limit: i64,
) -> Result<Vec<Case>> {
    store::cases(read, state, before, limit)
}

/// Returns that wait for a decision, the oldest first, at most `limit`.
pub fn waiting(read: &mut Read, limit: i64) -> Result<Vec<Case>> {
    store::waiting(read, limit)
}

/// How many returns wait for a decision, and since when: 1,001 stands for more than a thousand.
pub fn waiting_in_all(read: &mut Read) -> Result<Waiting> {
    store::waiting_in_all(read, 1001)
}

/// What this provider has under review.
pub fn under_review(read: &mut Read, provider: ProviderId) -> Result<UnderReview> {
    store::under_review(read, provider)
}

/// How many of this provider's returns were decided within the period, and how.
pub fn decisions(read: &mut Read, provider: ProviderId, period: &Period) -> Result<Decisions> {
    store::decisions(read, provider, period)
}

/// Forgets what providers and operators wrote about the lead's person. What is pending can still be decided.
pub fn erase(tx: &mut Tx, lead: LeadId) -> Result<()> {
    store::forget(tx, lead)
}

/// The text of every statement that runs while somebody waits, named: for tests of their plans.
pub fn statements() -> Vec<(String, String)> {
    store::statements()
}

fn open(tx: &mut Tx, policy: &Policy, provider: ProviderId, rejected: &inbox::Decided) -> Result<Returned> {
    let assignment = rejected.assignment_id;
    store::open(tx, provider, assignment, rejected.decided_at)?;
    let Some(rule) = policy::proof(tx, policy, assignment)? else {
        let pending = ReturnState::Pending;
        return Ok(Returned { state: pending, decided_at: None, note: None, rule: None, appealed_at: None });
    };
    let approved = Decision { state: ReturnState::Approved, by: None, rule: Some(rule), note: None };
    Ok(decide(tx, assignment, &approved)?.returned())
}

fn decide(tx: &mut Tx, assignment: AssignmentId, decision: &Decision<'_>) -> Result<Case> {
    // The decision counts, its words are not kept where they would be about an erased person.
    let lead = if decision.note.is_some() { store::lead_of(tx, assignment)? } else { None };
    let note = match lead {
        Some(lead) if inbox::is_erased(tx, lead)? => Some(ERASED),
        _ => decision.note,
    };
    let decision = &Decision { note, ..*decision };
    if !store::decide(tx, assignment, decision)? {
        return Err(why_not(tx, assignment)?);
    }
    let actor = decision.by.map_or(Actor::System, Admin::actor);
    let entity = Entity::Assignment(assignment);
    if decision.state == ReturnState::Approved {
        let provider = store::provider_of(tx, assignment)?;
        let refunded = inbox::refund(tx, provider, assignment)?;
        refunded.ok_or_else(|| Error::internal("a return of a lead that is not rejected"))?;
        let paid = billing::refund(tx, provider, assignment)?;
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
    let case = case(tx, assignment)?;
    mails::ReturnDecided::of(&case).send(tx)?;
    Ok(case)
}

/// Why a decision changed nothing.
fn why_not(read: &mut Read, assignment: AssignmentId) -> Result<Error> {
    let case = case(read, assignment)?;
    if case.state == ReturnState::Pending {
        // It came between the two statements.
        return Ok(Error::Raced);
    }
    let detail = format!("this return has been decided already: it is {}", case.state);
    Ok(Error::Conflict { code: "already_decided", detail: detail.into(), lead_status: Some(case.status.as_str()) })
}

/// One at a time of what this id is about.
fn lock(tx: &mut Tx, id: impl Id) -> Result<()> {
    let (_, key) = id.uuid().as_u64_pair();
    tx.lock(&[key.cast_signed()])
}
