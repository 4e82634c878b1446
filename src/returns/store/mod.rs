//! Every statement that writes `returns`, and what reads them alone.

mod attempts;
mod policy;

pub use attempts::{Attempt, AttemptKind, AttemptResult};
pub(super) use attempts::{attempts, count_attempts, insert_attempt};
pub use policy::Policy;
pub(super) use policy::{Subject, allowance, had_before, policy, subject, update_policy};

use super::returned::{ReturnRule, ReturnState, Returned};
use crate::accounts::Admin;
use crate::clock::Timestamp;
use crate::db::{Read, Tx, params, row};
use crate::error::Result;
use crate::id::{AssignmentId, Id, ProviderId};
use crate::period::Period;

/// A decision about a return.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decision<'a> {
    pub state: ReturnState,
    pub by: Option<Admin>,
    pub rule: Option<ReturnRule>,
    pub note: Option<&'a str>,
}

/// One at a time of what this id is about.
pub(super) fn lock(tx: &mut Tx, id: impl Id) -> Result<()> {
    let (_, key) = id.uuid().as_u64_pair();
    tx.lock(&[key.cast_signed()])
}

row! {
    /// A return as it is kept.
    #[derive(Debug, Clone)]
    pub struct Return {
        pub assignment_id: AssignmentId,
        pub provider_id: ProviderId,
        pub state: ReturnState,
        pub opened_at: Timestamp,
        pub decided_at: Option<Timestamp>,
        pub rule: Option<ReturnRule>,
        pub note: Option<String>,
        pub appealed_at: Option<Timestamp>,
    }
}

row! {
    /// How many returns of a provider were decided within a period, and how.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Decisions {
        pub approved: i64,
        pub denied: i64,
    }
}

impl Return {
    /// What its provider sees of it.
    pub fn returned(&self) -> Returned {
        Returned {
            state: self.state,
            decided_at: self.decided_at,
            note: self.note.clone(),
            rule: self.rule,
            appealed_at: self.appealed_at,
        }
    }
}

const KEPT: &str = "SELECT assignment_id, provider_id, state, opened_at, decided_at, rule, note, appealed_at
                      FROM returns WHERE assignment_id = $1";

const DECISIONS: &str = "
    SELECT (SELECT count(*) FROM returns WHERE provider_id = $1 AND state = 'approved'
                                           AND decided_at >= $2 AND decided_at < $3) AS approved,
           (SELECT count(*) FROM returns WHERE provider_id = $1 AND state = 'denied'
                                           AND decided_at >= $2 AND decided_at < $3) AS denied";

// Two nodes' clocks differ: a time that would come out of order is kept as the same moment as the one it follows.

const DECIDE: &str = "
    UPDATE returns
       SET state = $2, decided_by = $4, rule = $5, note = $6,
           decided_at = CASE WHEN appealed_at > $3 THEN appealed_at WHEN opened_at > $3 THEN opened_at ELSE $3 END
     WHERE assignment_id = $1 AND state = 'pending'";

const APPEAL: &str = "
    UPDATE returns
       SET state = 'pending', first_denied_at = decided_at, first_denial_note = note, decided_at = NULL,
           decided_by = NULL, note = NULL, appeal_text = $4,
           appealed_at = CASE WHEN decided_at > $3 THEN decided_at ELSE $3 END
     WHERE assignment_id = $1 AND provider_id = $2 AND state = 'denied' AND appealed_at IS NULL AND decided_at > $5";

const WITHDRAW: &str = "
    DELETE FROM returns
     WHERE assignment_id = $1 AND provider_id = $2 AND state = 'pending' AND first_denied_at IS NULL";

const FORGET: &str = "
    UPDATE returns
       SET note = CASE WHEN note IS NULL THEN NULL ELSE '[erased]' END,
           appeal_text = CASE WHEN appeal_text IS NULL THEN NULL ELSE '[erased]' END,
           first_denial_note = CASE WHEN first_denial_note IS NULL THEN NULL ELSE '[erased]' END
     WHERE assignment_id = $1";

pub(super) fn statements() -> Vec<(String, String)> {
    let single = [
        ("return", KEPT),
        ("decide", DECIDE),
        ("appeal", APPEAL),
        ("withdraw", WITHDRAW),
        ("forget", FORGET),
        ("decisions", DECISIONS),
    ];
    let single = single.into_iter().map(|(name, sql)| (name.to_owned(), sql.to_owned()));
    single.chain(policy::statements()).chain(attempts::statements()).collect()
}

pub(super) fn open(tx: &mut Tx, provider: ProviderId, assignment: AssignmentId, at: Timestamp) -> Result<()> {
    tx.execute_later(
        "INSERT INTO returns (assignment_id, provider_id, state, opened_at) VALUES ($1, $2, 'pending', $3)",
        params![assignment, provider, at],
    )
}

/// False where it is not pending (any more), or is not there.
pub(super) fn decide(tx: &mut Tx, assignment: AssignmentId, decision: &Decision<'_>) -> Result<bool> {
    let now = tx.now();
    let by = decision.by.map(|admin| admin.user);
    let rows = tx.execute(DECIDE, params![assignment, decision.state, now, by, decision.rule, decision.note])?;
    Ok(rows == 1)
}

/// False where it is not a denial, was appealed before, or was decided at `since` or earlier.
pub(super) fn appeal(
    tx: &mut Tx,
    provider: ProviderId,
    assignment: AssignmentId,
    text: &str,
    since: Timestamp,
) -> Result<bool> {
    let now = tx.now();
    Ok(tx.execute(APPEAL, params![assignment, provider, now, text, since])? == 1)
}

/// False where there is none, or it was decided, be it once.
pub(super) fn withdraw(tx: &mut Tx, provider: ProviderId, assignment: AssignmentId) -> Result<bool> {
    Ok(tx.execute(WITHDRAW, params![assignment, provider])? == 1)
}

/// Takes what was written about the lead's person out of its return and its attempts.
pub(super) fn forget(tx: &mut Tx, assignment: AssignmentId) -> Result<()> {
    tx.execute(FORGET, params![assignment])?;
    attempts::forget(tx, assignment)
}

pub(super) fn kept(read: &mut Read, assignment: AssignmentId) -> Result<Option<Return>> {
    read.optional(KEPT, params![assignment])
}

pub(super) fn decisions(read: &mut Read, provider: ProviderId, period: &Period) -> Result<Decisions> {
    read.one(DECISIONS, params![provider, period.start, period.end])
}
