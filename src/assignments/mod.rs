//! Who was sold which lead, and where each sale stands. Owns `lead_assignments` (and `assignment_counts`, which the database
//! keeps) and `lead_events`, which tell of them to those who watch. What a provider decides is the inbox's, what becomes of
//! a reject is that of returns: each of them records what it does, and this room keeps it.
//!
//! Invariants: an assignment is decided once, `active → accepted` or `active → rejected` (`→ refunded` by a return or an
//! erasure), unless who decided takes it back at once; it is first seen once; whoever watches is told in the unit of the
//! change. One conditional UPDATE decides: the second of two waits for the first, and then finds nothing to change.

pub mod events;
mod rejection;
mod search;
mod search_bits;
mod status;
mod store;

pub use rejection::{LENGTH as REASON_LENGTH, Rejection, RejectionCode};
pub use search::{LENGTH as SEARCH_LENGTH, Search, Searchable, search_text, search_text_of};
pub use search_bits::SearchBits;
pub use status::{LeadRef, Status};
pub use store::{Counts, Decided, Decision, Holder, NewAssignment, Sale, SaleState, Sold, Subscribed, Undecided, Used};

use std::time::Duration;

use crate::clock::Timestamp;
use crate::db::{Read, Tx};
use crate::error::{Error, Result};
use crate::id::{AssignmentId, Id, LeadId, NicheId, ProviderId};
use crate::period::Period;

/// What a provider's assignments are narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub status: Option<Status>,
    pub niche: Option<NicheId>,
    /// Of `assigned_at`.
    pub period: Option<Period>,
    pub search: Option<Search>,
    pub viewed: Option<bool>,
}

/// Gives leads to providers, in the caller's unit; charging and recording it is the caller's.
pub fn assign(tx: &mut Tx, assignments: &[NewAssignment]) -> Result<()> {
    store::insert(tx, assignments)?;
    let all: Vec<_> = assignments.iter().map(|new| (new.provider, new.id)).collect();
    events::assigned(tx, &all)
}

/// The provider sees the lead; `None` where it did before, or it is not there.
pub fn mark_viewed(tx: &mut Tx, provider: ProviderId, lead: LeadRef) -> Result<Option<AssignmentId>> {
    store::mark_viewed(tx, provider, lead)
}

/// Accepts a lead; `None` where it is not active any more, or not there.
pub fn accept(tx: &mut Tx, provider: ProviderId, lead: LeadRef) -> Result<Option<Decided>> {
    let accepted = store::accept(tx, provider, lead)?;
    tell(tx, provider, accepted)
}

/// Rejects a lead; `None` where it is not active any more, was assigned `window` ago or earlier, or is not there.
pub fn reject(
    tx: &mut Tx,
    provider: ProviderId,
    lead: LeadRef,
    rejection: &Rejection,
    window: Duration,
) -> Result<Option<Decided>> {
    let rejected = store::reject(tx, provider, lead, rejection, window)?;
    tell(tx, provider, rejected)
}

/// A rejected assignment is refunded from now on; `None` where it is none (any more). Paying it back is the caller's.
pub fn refund(tx: &mut Tx, provider: ProviderId, assignment: AssignmentId) -> Result<Option<Decided>> {
    let refunded = store::refund_rejected(tx, provider, assignment)?;
    tell(tx, provider, refunded)
}

fn tell(tx: &mut Tx, provider: ProviderId, decided: Option<Decided>) -> Result<Option<Decided>> {
    if let Some(decided) = &decided {
        events::changed(tx, provider, decided.assignment_id)?;
    }
    Ok(decided)
}

/// The decision that stands on a lead, where one does.
///
/// # Errors
/// `NotFound` where there is no such lead, or it is another's.
pub fn decision(read: &mut Read, provider: ProviderId, lead: LeadRef) -> Result<Decision> {
    store::decision(read, provider, lead)?.ok_or_else(|| not_yours(provider, lead))
}

/// Makes a lead active again; false where it is not this decision any more, or was taken at `since` or earlier.
pub fn undo(tx: &mut Tx, provider: ProviderId, decision: &Decision, since: Timestamp) -> Result<bool> {
    let is_undone = store::undo(tx, provider, decision, since)?;
    if is_undone {
        events::changed(tx, provider, decision.assignment_id)?;
    }
    Ok(is_undone)
}

/// No erasure of the lead begins before the unit ends, so that of an erasure and what this unit does one sees the other.
pub fn hold(tx: &mut Tx, lead: LeadId) -> Result<()> {
    let (_, key) = lead.uuid().as_u64_pair();
    tx.lock(&[key.cast_signed()])
}

/// Whether the lead's person was erased. Holds the lead, so that what this unit writes about the person is there for an
/// erasure to find.
pub fn is_erased(tx: &mut Tx, lead: LeadId) -> Result<bool> {
    hold(tx, lead)?;
    store::is_erased(tx, lead)
}

/// The person of the lead sent something else: those who hold it find it by this text from now on. Who they are.
pub fn reword(tx: &mut Tx, lead: LeadId, search_text: &str) -> Result<Vec<Holder>> {
    let holders = store::holders(tx, lead)?;
    store::set_search_text(tx, lead, search_text)?;
    for holder in &holders {
        events::changed(tx, holder.provider_id, holder.assignment_id)?;
    }
    Ok(holders)
}

/// The person of the lead wants no more of it: whoever was ever sold it is told. Who they are.
pub fn withdrawn(tx: &mut Tx, lead: LeadId) -> Result<Vec<Holder>> {
    let holders = store::ever_holders(tx, lead)?;
    events::withdrawn(tx, &holders)?;
    Ok(holders)
}

/// Has those who hold a corrected lead find it by this text; nothing of it changed for them.
pub fn reword_silently(tx: &mut Tx, lead: LeadId, search_text: &str) -> Result<()> {
    store::set_search_text(tx, lead, search_text)
}

/// Writes what a search looks through anew.
pub fn renew_search_text(tx: &mut Tx, lead: LeadId, text: &str) -> Result<()> {
    store::renew_search_text(tx, lead, text)
}

/// Forgets the person of a lead: what can be searched, and what providers wrote when they rejected it. What was not decided
/// on is refunded from now on; paying that back, telling and recording it is the caller's.
pub fn erase(tx: &mut Tx, lead: LeadId) -> Result<Vec<Undecided>> {
    let undecided = store::refund_undecided(tx, lead)?;
    store::forget(tx, lead)?;
    events::lead_changed(tx, lead)?;
    Ok(undecided)
}

/// Where the provider's assignment stands.
///
/// # Errors
/// `NotFound` where there is none, or it is another's.
pub fn sale_state(read: &mut Read, provider: ProviderId, lead: LeadRef) -> Result<SaleState> {
    store::sale_state(read, provider, lead)?.ok_or_else(|| not_yours(provider, lead))
}

/// What was sold with this assignment; `None` where there is none.
pub fn sale(read: &mut Read, assignment: AssignmentId) -> Result<Option<Sale>> {
    store::sale(read, assignment)
}

/// What the subscription was assigned in this time and did not get its money back for.
pub fn used(read: &mut Read, of: Subscribed, period: Period) -> Result<Used> {
    store::used(read, of, period)
}

/// Everybody who was ever sold the lead.
pub fn of_lead(read: &mut Read, lead: LeadId) -> Result<Vec<Sold>> {
    store::of_lead(read, lead)
}

/// Which of the provider's active leads this one is, from 1, newest first; `None` past the first thousand.
pub fn position(
    read: &mut Read,
    provider: ProviderId,
    assigned_at: Timestamp,
    assignment: AssignmentId,
) -> Result<Option<i64>> {
    let newer = store::newer_active(read, provider, assigned_at, assignment)?;
    Ok((newer < 1000).then_some(newer + 1))
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

/// Whether it is nobody's or another's is not told, but it is noted.
pub fn not_yours(provider: ProviderId, lead: LeadRef) -> Error {
    tracing::info!(target: "denied", %provider, lead = %lead.0, "no lead of this provider");
    Error::NotFound("lead")
}
