//! How a provider tried to reach a lead's person: evidence that stands beside a return.

use std::time::Duration;

use super::store::{self, Attempt, AttemptKind, AttemptResult, lock};
use crate::assignments::{self, LeadRef};
use crate::audit::{self, Action, Actor, Entity};
use crate::clock::Timestamp;
use crate::db::{Lane, Read, Unit};
use crate::error::{Error, Result};
use crate::id::{AssignmentId, AttemptId, Id, ProviderId};

/// How many there may be of one lead.
pub const MAX_ATTEMPTS_PER_LEAD: i64 = 50;

/// What a provider says it did.
#[derive(Debug, Clone)]
pub struct NewAttempt {
    pub kind: AttemptKind,
    pub at: Timestamp,
    pub result: AttemptResult,
    pub note: Option<String>,
}

/// So far the caller's clock may be ahead of ours.
const CLOCK_TOLERANCE: Duration = Duration::from_mins(2);

/// Keeps an attempt, whatever the lead's state.
///
/// # Errors
/// `NotFound`; `Invalid` where it was before the lead came or is yet to be; `Conflict` `too_many_attempts`, and `lead_erased`
/// where it has a note about somebody who was erased.
pub fn attempt(provider: ProviderId, lead: LeadRef, new: NewAttempt) -> impl Unit<Attempt> {
    Lane::of(provider.uuid()).unit(move |tx| {
        let standing = assignments::sale_state(tx, provider, lead)?;
        let now = tx.now();
        // Clocks differ: what is a little ahead of ours is now.
        let at = if new.at > now && new.at <= now.plus(CLOCK_TOLERANCE) { now } else { new.at };
        if at < standing.assigned_at || at > now {
            let detail = format!("at must be between the lead's assignment ({}) and now ({now})", standing.assigned_at);
            return Err(Error::field("at", "out_of_range", detail));
        }
        let assignment = standing.assignment_id;
        if new.note.is_some() && assignments::is_erased(tx, standing.lead_id)? {
            let detail =
                "this lead was erased, and nothing is written about its person any more: send the attempt without a note";
            let state = Some(standing.status.as_str());
            return Err(Error::Conflict { code: "lead_erased", detail: detail.into(), state });
        }
        lock(tx, assignment)?;
        if store::count_attempts(tx, assignment)? >= MAX_ATTEMPTS_PER_LEAD {
            let detail = format!("there are {MAX_ATTEMPTS_PER_LEAD} attempts of this lead, which is the most that are kept");
            let state = Some(standing.status.as_str());
            return Err(Error::Conflict { code: "too_many_attempts", detail: detail.into(), state });
        }
        let attempt = Attempt {
            id: AttemptId::new(now),
            kind: new.kind,
            at,
            result: new.result,
            note: new.note.clone(),
            created_at: now,
        };
        store::insert_attempt(tx, provider, assignment, &attempt)?;
        // A note may speak of the person: it goes with an erasure, this entry stays.
        let details = serde_json::json!({ "attempt_id": attempt.id, "kind": new.kind, "at": at, "result": new.result });
        let entity = Entity::Assignment(assignment);
        audit::record(tx, Actor::Provider(provider), Action::LeadContactAttempted, entity, Some(details))?;
        Ok(attempt)
    })
}

/// The attempts of a lead, the last recorded first: those before `before`, at most `limit`.
pub fn attempts(
    read: &mut Read,
    provider: ProviderId,
    lead: LeadRef,
    before: Option<AttemptId>,
    limit: i64,
) -> Result<Vec<Attempt>> {
    let assignment = assignments::sale_state(read, provider, lead)?.assignment_id;
    store::attempts(read, provider, assignment, before, limit)
}

/// All attempts of an assignment, the last recorded first.
pub fn attempts_of(read: &mut Read, provider: ProviderId, assignment: AssignmentId) -> Result<Vec<Attempt>> {
    store::attempts(read, provider, assignment, None, MAX_ATTEMPTS_PER_LEAD)
}
