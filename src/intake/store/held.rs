//! Leads that are there, and may be offered: those that wait for the operator, and those that nobody has taken.

use crate::clock::Timestamp;
use crate::db::{Json, Read, Tx, params, row};
use crate::error::{Error, Result};
use crate::id::{self, LeadId, NicheId, SourceId};
use crate::intake::origin;
use crate::intake::status::Status;

row! {
    /// What of a lead its next distribution needs.
    #[derive(Debug, Clone)]
    pub struct Kept {
        pub source_id: SourceId,
        pub niche_id: NicheId,
        pub contact_name: Option<String>,
        pub contact_email: Option<String>,
        pub contact_phone: Option<String>,
        pub postal_code: Option<String>,
        pub form_data: Option<Json>,
        pub attribution: Option<Json>,
        pub external_id: Option<String>,
    }
}

pub(super) const KEPT: &str = "SELECT source_id, niche_id, contact_name, contact_email, contact_phone, postal_code,
    form_data, attribution, external_id FROM leads WHERE id = $1 AND erased_at IS NULL";

/// Where it came from is no answer.
pub(super) fn told_apart(mut kept: Option<Kept>) -> Option<Kept> {
    if let Some(kept) = &mut kept {
        origin::told_apart(&mut kept.form_data, &mut kept.attribution);
    }
    kept
}

/// The lead, where it waits for the operator.
pub fn held(read: &mut Read, lead: LeadId) -> Result<Option<Kept>> {
    read.optional(&format!("{KEPT} AND status = 'held'"), params![lead]).map(told_apart)
}

/// The same, where it was received after `since`.
pub fn held_since(read: &mut Read, lead: LeadId, since: Timestamp) -> Result<Option<Kept>> {
    read.optional(&format!("{KEPT} AND status = 'held' AND received_at > $2"), params![lead, since]).map(told_apart)
}

pub(super) const HELD_OF: &str = "SELECT received_at, id FROM leads
  WHERE status = 'held' AND id >= $1 AND niche_id = $2 AND received_at > $3 AND erased_at IS NULL ORDER BY id";

/// The leads of a niche that were received after `since` and wait.
pub fn held_of(read: &mut Read, niche: NicheId, since: Timestamp) -> Result<Vec<(Timestamp, LeadId)>> {
    // By their ids, which begin with the time, so that those of all the years before are not looked at.
    read.all(HELD_OF, params![LeadId(id::oldest_uuid(since)), niche, since])
}

/// Where a lead stands, and since when it is erased.
pub fn standing(read: &mut Read, lead: LeadId) -> Result<Option<(Status, Option<Timestamp>)>> {
    read.optional("SELECT status, erased_at FROM leads WHERE id = $1", params![lead])
}

/// Marks a held lead as decided on; [`Error::Raced`] where it isn't held any more.
pub fn end_hold(tx: &mut Tx, lead: LeadId, status: Status, duplicate_of: Option<LeadId>) -> Result<()> {
    let rows = tx.execute(
        "UPDATE leads SET status = $2, duplicate_of = $3 WHERE id = $1 AND status = 'held'",
        params![lead, status, duplicate_of],
    )?;
    if rows == 1 { Ok(()) } else { Err(Error::Raced) }
}

pub(super) const HELD: &str = "SELECT count(*) FROM (SELECT 1 FROM leads WHERE status = 'held' LIMIT $1) AS few";

/// How many leads wait; `most` at most.
pub fn waiting_for_the_operator(read: &mut Read, most: i64) -> Result<i64> {
    let (waiting,) = read.one(HELD, params![most])?;
    Ok(waiting)
}
