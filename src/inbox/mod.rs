//! What a provider decides about a lead it was sold: it opens, accepts or rejects it, one or many at once, and takes back a
//! decision that it has just taken. Its doors are those of the provider's API to its leads.
//!
//! Owns no table: `assignments` keeps where each lead stands, `returns` what becomes of a reject. Invariants: state, audit
//! entry and mail of a decision change in one unit; whoever decides second learns how the first decided.

mod api;
mod bulk;
mod mails;
mod undo;

pub use api::{FilterIn, reject_rules, routes};
pub use bulk::{Bulk, Done, MAX_LEADS_PER_CALL, Outcome, bulk};
pub use undo::{UNDO_WINDOW, Undone, undo, undo_until};

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use crate::accounts::Provider;
use crate::assignments::{self, Decided, LeadRef, Rejection, Status};
use crate::audit::{self, Action, Actor, Entity};
use crate::clock::Timestamp;
use crate::db::{Lane, Read, Tx, Unit};
use crate::error::{Error, Result};
use crate::id::{AssignmentId, Id, ProviderId};
use crate::period::Windows;
use crate::returns::{self, ReturnState, Returned};

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
pub struct RejectRules {
    /// How long after its assignment a lead may be rejected, by when it was assigned.
    pub windows: Windows,
    /// Whether the operator gets a mail.
    pub tells_operator: bool,
    /// Whether the policy may have the price paid back at once: [`refunds_at_once`], asked before.
    pub refunds_at_once: bool,
}

impl RejectRules {
    /// Where money may move, a reject runs with all else that moves it.
    fn lane(&self, provider: ProviderId) -> Lane {
        if self.refunds_at_once { Lane::MONEY } else { Lane::of(provider.uuid()) }
    }
}

/// Whether a reject may be refunded at once.
pub fn refunds_at_once(read: &mut Read) -> Result<bool> {
    Ok(returns::policy(read)?.decides())
}

/// The provider opens the lead: the first time is kept, and recorded, once. A lead that is not there is for who shows it to
/// find out.
pub fn open(provider: ProviderId, lead: LeadRef) -> impl Unit<()> {
    Lane::of(provider.uuid()).unit(move |tx| {
        let Some(assignment) = assignments::mark_viewed(tx, provider, lead)? else { return Ok(()) };
        audit::record(tx, Actor::Provider(provider), Action::LeadViewed, Entity::Assignment(assignment), None)
    })
}

/// Accepts a lead that is still active, whatever its age. The first decision stands. `tell`: the operator wants to know.
///
/// # Errors
/// `NotFound`; `Conflict` `already_resolved`, or `lead_erased` where an erasure came before any decision.
pub fn accept(provider: Arc<Provider>, lead: LeadRef, tell: bool) -> impl Unit<Decided> {
    Lane::of(provider.id.uuid()).unit(move |tx| {
        let Some(accepted) = assignments::accept(tx, provider.id, lead)? else {
            return Err(why_not(tx, provider.id, lead, None)?);
        };
        let entity = Entity::Assignment(accepted.assignment_id);
        audit::record(tx, Actor::Provider(provider.id), Action::LeadAccepted, entity, None)?;
        if tell {
            mails::accepted(tx, &provider, &accepted)?;
        }
        Ok(accepted)
    })
}

/// Rejects a lead that is still active and was assigned less than the window ago, and opens a return of it, unless the
/// provider's allowance is used up. Where the operator's policy says so and a rule can prove it, the return is approved at
/// once.
///
/// # Errors
/// As [`accept`], and `Conflict` `return_window_closed`.
pub fn reject(provider: Arc<Provider>, lead: LeadRef, rejection: Rejection, rules: RejectRules) -> impl Unit<Rejected> {
    rules.lane(provider.id).unit(move |tx| reject_one(tx, &provider, lead, &rejection, &rules))
}

fn reject_one(
    tx: &mut Tx,
    provider: &Provider,
    lead: LeadRef,
    rejection: &Rejection,
    rules: &RejectRules,
) -> Result<Rejected> {
    let policy = returns::policy_for(tx, provider.id)?;
    let window = rules.windows.at(assignments::sale_state(tx, provider.id, lead)?.assigned_at);
    let Some(rejected) = assignments::reject(tx, provider.id, lead, rejection, window)? else {
        return Err(why_not(tx, provider.id, lead, Some(window))?);
    };
    let entity = Entity::Assignment(rejected.assignment_id);
    // The reason is the provider's words and may speak of the person: it goes with an erasure, this entry stays.
    let details = json!({ "rejection_code": rejection.code });
    audit::record(tx, Actor::Provider(provider.id), Action::LeadRejected, entity, Some(details))?;
    if rules.tells_operator {
        mails::rejected(tx, provider, &rejected, rejection)?;
    }
    let (returned, returns_left) = returns::open(tx, &policy, provider.id, &rejected)?;
    let is_approved = returned.as_ref().is_some_and(|returned| returned.state == ReturnState::Approved);
    Ok(Rejected {
        assignment_id: rejected.assignment_id,
        rejected_at: rejected.decided_at,
        status: if is_approved { Status::Refunded } else { Status::Rejected },
        returned,
        returns_left,
    })
}

/// Why a decision changed nothing. `window`: how long after its assignment it was possible; `None`: for ever.
fn why_not(read: &mut Read, provider: ProviderId, lead: LeadRef, window: Option<Duration>) -> Result<Error> {
    let standing = assignments::sale_state(read, provider, lead)?;
    let now = read.now();
    let (code, detail) = match standing.status {
        Status::Active if window.is_some_and(|window| standing.assigned_at.plus(window) <= now) => {
            ("return_window_closed", "the time in which this lead could be rejected is over")
        }
        // It came between the two statements.
        Status::Active => return Ok(Error::Raced),
        Status::Refunded if standing.rejected_at.is_none() => {
            ("lead_erased", "this lead was erased, and its price was refunded")
        }
        _ => ("already_resolved", "this lead has been decided already"),
    };
    Ok(Error::Conflict { code, detail: detail.into(), state: Some(standing.status.as_str()) })
}
