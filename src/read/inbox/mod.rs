//! A provider's inbox: a page of it, one entry, and what a page of the portal shows of some of them.

mod by_id;
mod ending;
mod entry;
mod line;
mod named;
mod page;

pub use by_id::MAX_IDS_PER_QUERY;
pub use ending::{Ending, ask_ending};
pub use entry::{Glance, Item, Page, Position};
pub use named::{Named, named};

use crate::assignments::Filter;
use crate::db::Read;
use crate::error::Result;
use crate::id::{AssignmentId, ProviderId};
use crate::read::meant::meant;
use crate::returns;

/// A page of the provider's inbox, at most `limit` entries (1 to 101), newest first.
pub fn inbox(read: &mut Read, provider: ProviderId, filter: &Filter, at: Position, limit: i64) -> Result<Page> {
    let filter = meant(read, filter)?;
    page::page::<false>(read, provider, &filter, at, limit)
}

/// The same with a [`Glance`] at each entry.
pub fn glanced_inbox(read: &mut Read, provider: ProviderId, filter: &Filter, at: Position, limit: i64) -> Result<Page> {
    let filter = meant(read, filter)?;
    page::page::<true>(read, provider, &filter, at, limit)
}

/// How many leads the provider has with this filter.
pub fn count(read: &mut Read, provider: ProviderId, filter: &Filter) -> Result<i64> {
    let filter = meant(read, filter)?;
    page::count(read, provider, &filter)
}

/// One entry, as the inbox shows it; and how many returns are left to its provider.
pub fn item(read: &mut Read, provider: ProviderId, assignment: AssignmentId) -> Result<Option<(Item, Option<i64>)>> {
    let Some((item, limited)) = page::item(read, provider, assignment)? else { return Ok(None) };
    let returns_left = if limited { returns::left(read, provider)? } else { None };
    Ok(Some((item, returns_left)))
}

pub(super) fn statements() -> Vec<(String, String)> {
    let made = [("named", named::text()), ("ending", ending::TEXT.to_owned())];
    made.map(|(name, sql)| (name.to_owned(), sql)).into_iter().chain(page::statements()).collect()
}
