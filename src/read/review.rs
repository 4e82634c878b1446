//! Returns as the operator sees them, and in sums.

use crate::assignments::Status;
use crate::clock::Timestamp;
use crate::db::sql::Conditions;
use crate::db::{Read, params, row};
use crate::error::{Error, Result};
use crate::id::{AssignmentId, LeadId, NicheId, ProviderId, UserId};
use crate::money::Money;
use crate::returns::{self, Attempt, ReturnRule, ReturnState};

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
    /// The person whom a return's lead is about, as far as the installation knows them.
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
    /// The returns of a provider that are under review, and what they would give back.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct UnderReview {
        pub returns: i64,
        pub amount: Money,
    }
}

row! {
    /// Returns that wait for a decision, of anybody: a bounded number of them, those opened first.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Waiting {
        pub returns: i64,
        pub amount: Money,
        pub oldest: Option<Timestamp>,
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

const CONTACT: &str = "
    SELECT l.contact_name, l.contact_email, l.contact_phone, l.postal_code, l.received_at, l.erased_at, a.assigned_at,
           a.viewed_at
      FROM lead_assignments a JOIN leads l ON l.id = a.lead_id WHERE a.id = $1";

const UNDER_REVIEW: &str = "
    SELECT count(*) AS returns, CAST(COALESCE(SUM(a.price_charged), 0) AS bigint) AS amount
      FROM returns r JOIN lead_assignments a ON a.id = r.assignment_id
     WHERE r.provider_id = $1 AND r.state = 'pending'";

// The price is asked for one by one: PostgreSQL would else read all assignments to join a thousand.
const WAITING_IN_ALL: &str = "
    SELECT count(*) AS returns, CAST(COALESCE(SUM(price), 0) AS bigint) AS amount, MIN(opened_at) AS oldest
      FROM (SELECT r.opened_at, (SELECT a.price_charged FROM lead_assignments a WHERE a.id = r.assignment_id) AS price
              FROM returns r WHERE r.state = 'pending' ORDER BY r.opened_at, r.assignment_id LIMIT $1) AS waiting";

pub(super) fn statements() -> Vec<(String, String)> {
    let mut all: Vec<_> = [("contact", CONTACT), ("under review", UNDER_REVIEW), ("waiting in all", WAITING_IN_ALL)]
        .map(|(name, sql)| (name.to_owned(), sql.to_owned()))
        .into();
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
    all
}

/// A return as the operator sees it.
///
/// # Errors
/// `NotFound`.
pub fn case(read: &mut Read, assignment: AssignmentId) -> Result<Case> {
    let found = read.optional(&format!("{CASE} WHERE r.assignment_id = $1"), params![assignment])?;
    found.ok_or(Error::NotFound("return"))
}

/// Whom the lead of a return is about, and how the provider tried to reach them.
pub fn evidence(read: &mut Read, case: &Case) -> Result<(Contact, Vec<Attempt>)> {
    let contact = read.one(CONTACT, params![case.assignment_id])?;
    Ok((contact, returns::attempts_of(read, case.provider_id, case.assignment_id)?))
}

/// What this provider has under review.
pub fn under_review(read: &mut Read, provider: ProviderId) -> Result<UnderReview> {
    read.one(UNDER_REVIEW, params![provider])
}

/// How many returns wait for a decision, and since when: 1,001 stands for more than a thousand.
pub fn waiting_in_all(read: &mut Read) -> Result<Waiting> {
    read.one(WAITING_IN_ALL, params![1001_i64])
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

/// Returns that wait for a decision, the oldest first, at most `limit`.
pub fn waiting(read: &mut Read, limit: i64) -> Result<Vec<Case>> {
    read.all(&format!("{CASE}{WAITING}"), params![limit])
}

/// Returns, newest first: those after the one of `before`, at most `limit`.
pub fn cases(
    read: &mut Read,
    state: Option<ReturnState>,
    before: Option<AssignmentId>,
    limit: i64,
) -> Result<Vec<Case>> {
    let Cases { only, text } = Cases::of(state.as_ref(), before.as_ref(), &limit);
    read.all(&text, only.params())
}
