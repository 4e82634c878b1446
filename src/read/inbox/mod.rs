//! A provider's inbox: a page of it, one entry, and what a page of the portal shows of some of them.

mod by_id;
mod ending;
mod glance;
mod named;
mod page;

pub use by_id::MOST as MOST_NAMED;
pub use ending::{Ending, ending};
pub use glance::{Glance, glances};
pub use named::{Named, named};

use crate::assignments::{Filter, Status};
use crate::clock::Timestamp;
use crate::db::Read;
use crate::error::Result;
use crate::id::{AssignmentId, LeadId, NicheId, ProviderId};
use crate::money::Money;
use crate::returns::{self, Returned};

/// One assignment in a list.
#[derive(Debug, Clone)]
pub struct Item {
    pub assignment_id: AssignmentId,
    pub lead_id: LeadId,
    pub niche_id: NicheId,
    pub niche_name: String,
    pub status: Status,
    pub price_charged: Money,
    pub assigned_at: Timestamp,
    pub viewed_at: Option<Timestamp>,
    pub accepted_at: Option<Timestamp>,
    pub rejected_at: Option<Timestamp>,
    pub rejection_reason: Option<String>,
    pub rejection_code: Option<String>,
    pub contact_email: Option<String>,
    pub contact_phone: Option<String>,
    pub contact_name: Option<String>,
    pub postal_code: Option<String>,
    pub erased_at: Option<Timestamp>,
    pub returned: Option<Returned>,
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
    /// How many returns the provider may still open; `None`: there is no limit.
    pub returns_left: Option<i64>,
}

/// A page of the provider's inbox, at most `limit` entries (1 to 101), newest first.
pub fn inbox(read: &mut Read, provider: ProviderId, filter: &Filter, at: Position, limit: i64) -> Result<Page> {
    let filter = super::meant(read, filter)?;
    page::page(read, provider, &filter, at, limit)
}

/// How many leads the provider has with this filter.
pub fn count(read: &mut Read, provider: ProviderId, filter: &Filter) -> Result<i64> {
    let filter = super::meant(read, filter)?;
    page::count(read, provider, &filter)
}

/// One entry, as the inbox shows it; and how many returns are left to its provider.
pub fn item(read: &mut Read, provider: ProviderId, assignment: AssignmentId) -> Result<Option<(Item, Option<i64>)>> {
    let Some((item, limited)) = page::item(read, provider, assignment)? else { return Ok(None) };
    let returns_left = if limited { returns::left(read, provider)? } else { None };
    Ok(Some((item, returns_left)))
}

pub(super) fn statements() -> Vec<(String, String)> {
    let made = [("named", named::text()), ("glances", glance::text()), ("ending", ending::TEXT.to_owned())];
    made.map(|(name, sql)| (name.to_owned(), sql)).into_iter().chain(page::statements()).collect()
}
