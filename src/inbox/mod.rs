//! A provider's assignments: what it was sold, saw, and decided. Owns `lead_assignments` (and `assignment_counts`, which
//! the database keeps) and `lead_events`, which tell of them to those who watch.
//!
//! Invariants: an assignment is decided once, `active → accepted` or `active → rejected` (`→ refunded` by a return or an
//! erasure), unless who decided takes it back at once; it is first seen once; each step is recorded in its own transaction.
//! One conditional UPDATE decides: the second of two waits for the first, and then finds nothing to change.

mod api;
mod corrections;
pub mod events;
mod mails;
mod need;
mod origin;
mod rejection;
mod returned;
mod search;
mod store;
mod undo;

pub use api::{FilterIn, ReturnOut, routes};
pub use corrections::{Correction, Said, correct, corrections, news};
pub use need::{anonymous_need, need, place as place_of};
pub use origin::{origin, told_apart};
pub use rejection::{LENGTH as REASON_LENGTH, Rejection, RejectionCode};
pub use returned::{APPEAL_WINDOW, ReturnRule, ReturnState, Returned};
pub use search::{LENGTH as SEARCH_LENGTH, Search, search_text};
pub use store::{Detail, Ending, FullItem, Glance, Item, MOST_NAMED, Named, Standing};
pub use undo::{Decision, UNDO_WINDOW, decision, hold, is_erased, undo, undo_until};

use std::borrow::Cow;
use std::time::Duration;

use serde_json::json;
use uuid::Uuid;

use crate::audit::{self, Action, Actor, Entity};
use crate::clock::Timestamp;
use crate::db::{Param, Read, Tx, Value, row, text_enum};
use crate::error::{Error, Result};
use crate::id::{AssignmentId, CompetitionLevelId, Id, LeadId, NicheId, ProviderId, SubscriptionId};
use crate::money::Money;
use crate::outbox;
use crate::period::Period;

use returned::ALLOWANCE_SPAN;
use search::search_text_of;

text_enum! {
    /// Where an assignment stands.
    pub enum Status {
        Active = "active",
        Accepted = "accepted",
        Rejected = "rejected",
        Refunded = "refunded",
    }
}

/// How a provider names a lead it holds: by the lead's id, or by its assignment's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LeadRef(pub Uuid);

impl Id for LeadRef {
    fn from_uuid(id: Uuid) -> Self {
        Self(id)
    }

    fn uuid(self) -> Uuid {
        self.0
    }
}

impl Param for LeadRef {
    fn value(&self) -> Value<'_> {
        Value::Uuid(self.0)
    }
}

/// A lead that is sold to a provider; the price and the rest are frozen as they are now.
#[derive(Debug, Clone)]
pub struct NewAssignment {
    pub id: AssignmentId,
    pub lead: LeadId,
    pub provider: ProviderId,
    pub niche: NicheId,
    pub competition_level: CompetitionLevelId,
    pub subscription: SubscriptionId,
    pub price: Money,
    /// The level's maximum now.
    pub max_providers: i64,
    /// Of the lead: [`search_text`].
    pub search_text: String,
}

/// What an inbox is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub status: Option<Status>,
    pub niche: Option<NicheId>,
    /// Of `assigned_at`.
    pub period: Option<Period>,
    pub search: Option<Search>,
    pub viewed: Option<bool>,
}

/// Where a page begins, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    First,
    /// So many entries are skipped.
    Offset(i64),
    /// After this entry.
    After(Timestamp, AssignmentId),
}

/// A page of an inbox.
#[derive(Debug, Clone)]
pub struct Page {
    /// How many there are with this filter, on all pages, at the same moment.
    pub total: i64,
    pub items: Vec<Item>,
    /// See [`returns_left`].
    pub returns_left: Option<i64>,
}

/// One lead as its provider sees it.
#[derive(Debug, Clone)]
pub struct Shown {
    pub lead: Detail,
    /// What its person sent later, newest first.
    pub corrections: Vec<Correction>,
    /// See [`returns_left`].
    pub returns_left: Option<i64>,
}

row! {
    /// How many assignments a provider has.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Counts {
        pub active: i64,
        pub accepted: i64,
        pub rejected: i64,
        pub refunded: i64,
        pub unviewed: i64,
    }
}

row! {
    /// A decision that was taken.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Decided {
        pub assignment_id: AssignmentId,
        pub decided_at: Timestamp,
        /// How many decisions on it were taken back before.
        pub undone: i64,
    }
}

row! {
    /// An assignment that nobody had decided on when its lead was erased.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Undecided {
        pub assignment_id: AssignmentId,
        pub provider_id: ProviderId,
        pub price_charged: Money,
        pub niche_name: String,
    }
}

/// Gives leads to providers, in the caller's unit; charging and recording it is the caller's.
pub fn assign(tx: &mut Tx, assignments: &[NewAssignment]) -> Result<()> {
    assignments.chunks(store::ROWS_A_STATEMENT).try_for_each(|some| store::insert(tx, some))?;
    let all: Vec<_> = assignments.iter().map(|new| (new.provider, new.id)).collect();
    events::assigned(tx, &all)
}

/// A page of the provider's inbox, at most `limit` entries (1 to 101), newest first.
pub fn list(read: &mut Read, provider: ProviderId, filter: &Filter, at: Position, limit: i64) -> Result<Page> {
    let filter = meant(read, filter)?;
    store::page(read, provider, &filter, at, limit)
}

/// What a page shows of these leads beyond the list: at most 25, in no order.
pub fn glances(read: &mut Read, provider: ProviderId, assignments: &[AssignmentId]) -> Result<Vec<Glance>> {
    store::glances(read, provider, assignments)
}

/// Whom and what these leads are about: at most 25, in no order.
pub fn named(read: &mut Read, provider: ProviderId, assignments: &[AssignmentId]) -> Result<Vec<Named>> {
    store::named(read, provider, assignments)
}

/// Which of the provider's active leads this one is, from 1, newest first; `None` past the first thousand.
pub fn place(read: &mut Read, provider: ProviderId, lead: &Detail) -> Result<Option<i64>> {
    let ahead = store::ahead(read, provider, lead.assigned_at, lead.assignment_id)?;
    Ok((ahead < 1000).then_some(ahead + 1))
}

/// The two active leads assigned within the period whose return windows end soonest, with how many there are.
pub fn ending(read: &mut Read, provider: ProviderId, assigned: Period) -> Result<Vec<Ending>> {
    store::ending(read, provider, assigned)
}

/// How many leads the provider has with this filter.
pub fn count(read: &mut Read, provider: ProviderId, filter: &Filter) -> Result<i64> {
    let filter = meant(read, filter)?;
    store::count(read, provider, &filter)
}

/// How many of them are erased.
pub fn count_erased(read: &mut Read, provider: ProviderId, filter: &Filter) -> Result<i64> {
    store::count_erased(read, provider, filter)
}

/// Leads with all that goes into a file, as their persons have corrected it, newest first: those after `after`, at most
/// `limit`.
pub fn full_items(
    read: &mut Read,
    provider: ProviderId,
    filter: &Filter,
    after: Option<(Timestamp, AssignmentId)>,
    limit: i64,
) -> Result<Vec<FullItem>> {
    let filter = meant(read, filter)?;
    let mut items = store::full_items(read, provider, &filter, after, limit)?;
    for item in items.iter_mut().filter(|item| item.corrected) {
        corrections::amend(read, provider, item)?;
    }
    Ok(items)
}

/// What is searched for with this text; `None` where it is too short or too long. A phone number may be written as in any
/// country that leads come from.
pub fn search(read: &mut Read, text: &str) -> Result<Option<Search>> {
    let Some(search) = Search::new(text) else { return Ok(None) };
    if !search.may_be_a_number() {
        return Ok(Some(search));
    }
    let countries = store::countries(read)?;
    Ok(Some(search.in_countries(countries.iter().map(String::as_str))))
}

fn meant<'a>(read: &mut Read, filter: &'a Filter) -> Result<Cow<'a, Filter>> {
    let Some(asked) = filter.search.as_ref().filter(|search| search.may_be_a_number()) else {
        return Ok(Cow::Borrowed(filter));
    };
    Ok(Cow::Owned(Filter { search: search(read, asked.text())?, ..filter.clone() }))
}

/// One lead as its provider sees it. Changes nothing.
///
/// # Errors
/// `NotFound` where there is none, or it is another's.
pub fn detail(read: &mut Read, provider: ProviderId, lead: LeadRef) -> Result<Shown> {
    let lead = store::detail(read, provider, lead)?.ok_or_else(|| not_yours(provider, lead))?;
    let returns_left = if lead.returns_limited { returns_left(read, provider)? } else { None };
    Ok(Shown { corrections: corrections(read, provider, &lead)?, lead, returns_left })
}

/// How many returns the provider may still open now; `None`: as many as it rejects.
pub fn returns_left(read: &mut Read, provider: ProviderId) -> Result<Option<i64>> {
    let since = read.now().minus(ALLOWANCE_SPAN);
    Ok(store::allowance(read, provider, since)?.and_then(|allowance| allowance.left()))
}

/// Where the provider's assignment stands.
///
/// # Errors
/// As [`detail`].
pub fn standing(read: &mut Read, provider: ProviderId, lead: LeadRef) -> Result<Standing> {
    store::standing(read, provider, lead)?.ok_or_else(|| not_yours(provider, lead))
}

/// The provider opens the lead: the first time is kept, and recorded, once.
pub fn open(tx: &mut Tx, provider: ProviderId, lead: LeadRef) -> Result<Shown> {
    if let Some(assignment) = store::mark_viewed(tx, provider, lead)? {
        audit::record(tx, Actor::Provider(provider), Action::LeadViewed, Entity::Assignment(assignment), None)?;
    }
    detail(tx, provider, lead)
}

/// Accepts a lead that is still active, whatever its age. The first decision stands. `tell`: the operator wants to know.
///
/// # Errors
/// `NotFound`; `Conflict` `already_resolved`, or `lead_erased` where an erasure came before any decision.
pub fn accept(tx: &mut Tx, provider: ProviderId, lead: LeadRef, tell: bool) -> Result<Decided> {
    let Some(accepted) = store::accept(tx, provider, lead)? else {
        return Err(why_not(tx, provider, lead, None)?);
    };
    let entity = Entity::Assignment(accepted.assignment_id);
    audit::record(tx, Actor::Provider(provider), Action::LeadAccepted, entity, None)?;
    events::changed(tx, provider, accepted.assignment_id)?;
    if tell {
        mails::accepted(tx, &accepted)?;
    }
    Ok(accepted)
}

/// Rejects a lead that is still active and was assigned less than `window` ago.
///
/// # Errors
/// As [`accept`], and `Conflict` `return_window_closed`.
pub fn reject(
    tx: &mut Tx,
    provider: ProviderId,
    lead: LeadRef,
    rejection: &Rejection,
    window: Duration,
) -> Result<Decided> {
    let Some(rejected) = store::reject(tx, provider, lead, rejection, window)? else {
        return Err(why_not(tx, provider, lead, Some(window))?);
    };
    let entity = Entity::Assignment(rejected.assignment_id);
    // The reason is the provider's words and may speak of the person: it goes with an erasure, this entry stays.
    let details = json!({ "rejection_code": rejection.code });
    audit::record(tx, Actor::Provider(provider), Action::LeadRejected, entity, Some(details))?;
    events::changed(tx, provider, rejected.assignment_id)?;
    Ok(rejected)
}

/// Writes what a search looks through anew.
pub fn renew_search_text(tx: &mut Tx, lead: LeadId, text: &str) -> Result<()> {
    store::renew_search_text(tx, lead, text)
}

/// Forgets the person of a lead: what can be searched, and what providers wrote about it. What was not decided on is
/// refunded from now on; paying that back and recording it is the caller's.
pub fn erase(tx: &mut Tx, lead: LeadId) -> Result<Vec<Undecided>> {
    let undecided = store::refund_undecided(tx, lead)?;
    store::forget(tx, lead)?;
    outbox::forget(tx, lead)?;
    mails::erased(tx, lead, &undecided)?;
    events::lead_changed(tx, lead)?;
    Ok(undecided)
}

/// A return was approved: a rejected assignment is refunded from now on. `None` where it is none (any more). Paying it back
/// and recording it is the caller's.
pub fn refund(tx: &mut Tx, provider: ProviderId, assignment: AssignmentId) -> Result<Option<Decided>> {
    let refunded = store::refund_rejected(tx, provider, assignment)?;
    if refunded.is_some() {
        events::changed(tx, provider, assignment)?;
    }
    Ok(refunded)
}

/// How many assignments the provider has, by state.
pub fn counts(read: &mut Read, provider: ProviderId) -> Result<Counts> {
    store::counts(read, provider)
}

/// What became of all assignments there are: how many were assigned, viewed, accepted, rejected, refunded.
pub fn tallies(read: &mut Read) -> Result<Vec<(String, i64)>> {
    store::tallies(read)
}

/// The text of every statement that runs while a provider waits, named: for tests and benches of their plans.
pub fn statements() -> Vec<(String, String)> {
    store::statements()
}

/// Why a decision changed nothing. `window`: how long after its assignment it was possible; `None`: for ever.
fn why_not(read: &mut Read, provider: ProviderId, lead: LeadRef, window: Option<Duration>) -> Result<Error> {
    let standing = standing(read, provider, lead)?;
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
    Ok(Error::Conflict { code, detail: detail.into(), lead_status: Some(standing.status.as_str()) })
}

/// Whether it is nobody's or another's is not told, but it is noted.
fn not_yours(provider: ProviderId, lead: LeadRef) -> Error {
    tracing::info!(target: "denied", %provider, lead = %lead.0, "no lead of this provider");
    Error::NotFound("lead")
}
