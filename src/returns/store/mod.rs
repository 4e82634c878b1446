//! Every statement that writes `returns`, and what reads them.

mod attempts;
mod policy;
mod tally;

pub(super) use attempts::{attempts, count_attempts, insert_attempt};
pub(super) use policy::{Subject, had_before, policy, subject, update_policy};
pub use tally::{Decisions, UnderReview, Waiting};
pub(super) use tally::{decisions, under_review, waiting_in_all};

use super::Decision;
use crate::clock::Timestamp;
use crate::db::sql::Conditions;
use crate::db::{Read, Tx, params, row};
use crate::error::Result;
use crate::id::{AssignmentId, LeadId, NicheId, ProviderId, UserId};
use crate::inbox::{ReturnRule, ReturnState, Returned, Status};
use crate::money::Money;

row! {
    /// A return as the operator sees it.
    #[derive(Debug, Clone)]
    pub struct Case {
        pub assignment_id: AssignmentId,
        pub lead_id: LeadId,
        pub provider_id: ProviderId,
        pub provider_name: String,
        pub niche_id: NicheId,
        pub niche_name: String,
        pub state: ReturnState,
        /// The assignment's.
        pub status: Status,
        pub rejection_reason: String,
        pub rejection_code: String,
        pub rejected_at: Timestamp,
        pub price_charged: Money,
        pub opened_at: Timestamp,
        pub decided_at: Option<Timestamp>,
        pub decided_by: Option<UserId>,
        pub rule: Option<ReturnRule>,
        pub note: Option<String>,
        pub appealed_at: Option<Timestamp>,
        pub appeal_text: Option<String>,
        pub first_denied_at: Option<Timestamp>,
        pub first_denial_note: Option<String>,
    }
}

row! {
    /// The person whom a return's lead is about, as far as the house knows them.
    #[derive(Debug, Clone)]
    pub struct Contact {
        pub contact_name: Option<String>,
        pub contact_email: Option<String>,
        pub contact_phone: Option<String>,
        pub postal_code: Option<String>,
        pub received_at: Timestamp,
        pub erased_at: Option<Timestamp>,
        pub assigned_at: Timestamp,
        pub viewed_at: Option<Timestamp>,
    }
}

row! {
    /// What the operator is told of a rejected lead.
    #[derive(Debug)]
    pub(super) struct Told {
        pub lead_id: LeadId,
        pub niche_name: String,
    }
}

impl Case {
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

const CASE: &str = "SELECT r.assignment_id, a.lead_id, r.provider_id, p.name AS provider_name, a.niche_id,
           n.name AS niche_name, r.state, a.status, a.rejection_reason, a.rejection_code, a.rejected_at,
           a.price_charged, r.opened_at, r.decided_at, r.decided_by, r.rule, r.note, r.appealed_at, r.appeal_text,
           r.first_denied_at, r.first_denial_note
      FROM returns r
      JOIN lead_assignments a ON a.id = r.assignment_id
      JOIN providers p ON p.id = r.provider_id
      JOIN niches n ON n.id = a.niche_id";

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
     WHERE assignment_id IN (SELECT id FROM lead_assignments WHERE lead_id = $1)";

const CONTACT: &str = "
    SELECT l.contact_name, l.contact_email, l.contact_phone, l.postal_code, l.received_at, l.erased_at, a.assigned_at,
           a.viewed_at
      FROM lead_assignments a JOIN leads l ON l.id = a.lead_id WHERE a.id = $1";

const LEAD_OF: &str = "SELECT lead_id FROM lead_assignments WHERE id = $1";

const TOLD: &str = "
    SELECT a.lead_id, n.name AS niche_name FROM lead_assignments a JOIN niches n ON n.id = a.niche_id WHERE a.id = $1";

pub(super) fn statements() -> Vec<(String, String)> {
    let single = [
        ("decide", DECIDE),
        ("appeal", APPEAL),
        ("withdraw", WITHDRAW),
        ("forget", FORGET),
        ("contact", CONTACT),
        ("told", TOLD),
        ("lead of", LEAD_OF),
    ];
    let mut all: Vec<_> = single.into_iter().map(|(name, sql)| (name.to_owned(), sql.to_owned())).collect();
    all.push(("case".to_owned(), format!("{CASE} WHERE r.assignment_id = $1")));
    all.push(("waiting".to_owned(), format!("{CASE}{WAITING}")));
    let id = AssignmentId::new(Timestamp::default());
    for state in [None, Some(ReturnState::Pending)] {
        for before in [None, Some(id)] {
            let of = if state.is_some() { "in a state" } else { "all" };
            let name = format!("returns {of}{}", if before.is_some() { " after" } else { "" });
            all.push((name, Cases::of(state.as_ref(), before.as_ref(), &26).text));
        }
    }
    all.extend(policy::statements());
    all.extend(attempts::statements());
    all.extend(tally::statements());
    all
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

/// Takes what was written about the lead's person out of its returns and attempts.
pub(super) fn forget(tx: &mut Tx, lead: LeadId) -> Result<()> {
    tx.execute(FORGET, params![lead])?;
    attempts::forget(tx, lead)
}

pub(super) fn case(read: &mut Read, assignment: AssignmentId) -> Result<Option<Case>> {
    read.optional(&format!("{CASE} WHERE r.assignment_id = $1"), params![assignment])
}

/// `None` where there is no such assignment.
pub(super) fn lead_of(read: &mut Read, assignment: AssignmentId) -> Result<Option<LeadId>> {
    let found: Option<(LeadId,)> = read.optional(LEAD_OF, params![assignment])?;
    Ok(found.map(|(lead,)| lead))
}

pub(super) fn provider_of(read: &mut Read, assignment: AssignmentId) -> Result<ProviderId> {
    let (provider,): (ProviderId,) =
        read.one("SELECT provider_id FROM returns WHERE assignment_id = $1", params![assignment])?;
    Ok(provider)
}

/// Of what lead the operator is told.
pub(super) fn told(read: &mut Read, assignment: AssignmentId) -> Result<Told> {
    read.one(TOLD, params![assignment])
}

pub(super) fn contact(read: &mut Read, assignment: AssignmentId) -> Result<Contact> {
    read.one(CONTACT, params![assignment])
}

/// A page of returns, ready to run.
struct Cases<'a> {
    only: Conditions<'a>,
    text: String,
}

impl<'a> Cases<'a> {
    fn of(state: Option<&'a ReturnState>, before: Option<&'a AssignmentId>, limit: &'a i64) -> Self {
        let mut only = Conditions::default();
        if let Some(state) = state {
            only.and("r.state =", state);
        }
        if let Some(before) = before {
            let before = only.bind(before);
            only.and_text(&format!(
                "(r.opened_at, r.assignment_id) < (SELECT opened_at, assignment_id FROM returns WHERE assignment_id = ${before})"
            ));
        }
        let limit = only.bind(limit);
        let text = format!("{CASE}{} ORDER BY r.opened_at DESC, r.assignment_id DESC LIMIT ${limit}", only.sql());
        Self { only, text }
    }
}

const WAITING: &str = " WHERE r.state = 'pending' ORDER BY r.opened_at, r.assignment_id LIMIT $1";

/// Pending returns, the one opened first before all.
pub(super) fn waiting(read: &mut Read, limit: i64) -> Result<Vec<Case>> {
    read.all(&format!("{CASE}{WAITING}"), params![limit])
}

/// In the order in which they were opened, the last first; those opened before the one of `before`.
pub(super) fn cases(
    read: &mut Read,
    state: Option<ReturnState>,
    before: Option<AssignmentId>,
    limit: i64,
) -> Result<Vec<Case>> {
    let Cases { only, text } = Cases::of(state.as_ref(), before.as_ref(), &limit);
    read.all(&text, only.params())
}
