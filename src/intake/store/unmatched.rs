//! Leads that nobody has taken yet.

use crate::clock::Timestamp;
use crate::db::{Read, Tx, params};
use crate::error::{Error, Result};
use crate::id::{LeadId, NicheId, oldest_uuid};

use super::held::{KEPT, Kept, told_apart};

/// The unmatched leads of a niche received after `since`, oldest first.
pub fn unmatched(read: &mut Read, niche: NicheId, since: Timestamp) -> Result<Vec<(Timestamp, LeadId)>> {
    read.all(
        "SELECT received_at, id FROM leads WHERE niche_id = $1 AND status = 'unmatched' AND received_at > $2 AND erased_at IS NULL
          ORDER BY received_at, id",
        params![niche, since],
    )
}

/// The niches that have unmatched leads received after `since`.
pub fn unmatched_niches(read: &mut Read, since: Timestamp) -> Result<Vec<NicheId>> {
    // By their ids, which grow with time: nobody took many that are older.
    let found = read.all::<(NicheId,)>(
        "SELECT DISTINCT niche_id FROM leads
          WHERE status = 'unmatched' AND id >= $2 AND received_at > $1 AND erased_at IS NULL",
        params![since, LeadId(oldest_uuid(since))],
    )?;
    Ok(found.into_iter().map(|(niche,)| niche).collect())
}

/// The lead, where it is still unmatched and was received after `since`.
pub fn still_unmatched(read: &mut Read, lead: LeadId, since: Timestamp) -> Result<Option<Kept>> {
    let sql = format!("{KEPT} AND status = 'unmatched' AND received_at > $2");
    read.optional(&sql, params![lead, since]).map(told_apart)
}

/// Marks an unmatched lead as taken; [`Error::Raced`] where it isn't unmatched any more.
pub fn set_assigned(tx: &mut Tx, lead: LeadId) -> Result<()> {
    let rows = tx.execute(
        "UPDATE leads SET status = 'assigned' WHERE id = $1 AND status = 'unmatched' AND erased_at IS NULL",
        params![lead],
    )?;
    if rows == 1 { Ok(()) } else { Err(Error::Raced) }
}

pub(super) const WAITING: &str =
    "SELECT count(*) FROM (SELECT 1 FROM leads WHERE status = 'unmatched' AND id >= $1 LIMIT $2) AS few";

/// How many leads received since `oldest` nobody has taken; `most` at most.
pub fn waiting(read: &mut Read, oldest: LeadId, most: i64) -> Result<i64> {
    let (waiting,) = read.one(WAITING, params![oldest, most])?;
    Ok(waiting)
}
