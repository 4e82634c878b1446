//! The statements on exports whose files are made again.

use super::export::{Export, select};
use crate::clock::Timestamp;
use crate::db::{Read, Tx, params, row};
use crate::error::Result;
use crate::id::{ExportId, ProviderId};

/// Of whom a file may hold the lead.
const FILES_SINCE: &str = "provider_id = $1 AND state = 'ready' AND ready_at >= $2";

const KEPT_NOW: &str =
    "SELECT file, size_bytes, remaking IS NOT NULL AS again FROM exports WHERE id = $1 AND state = 'ready'";

/// The first time its file was ready is how far its data go.
const REMAKE: &str = "
    UPDATE exports
       SET remaking = 'queued', data_until = COALESCE(data_until, ready_at), size_bytes = 0, rows_done = 0,
           begun = begun + 1, missing_at = NULL
     WHERE id = $1 AND state = 'ready' AND file = $2 AND size_bytes = $3";

row! {
    /// The file of an export that is ready.
    #[derive(Debug, Clone)]
    pub struct KeptNow {
        pub file: String,
        pub size_bytes: i64,
        /// Given up already, to be made again.
        pub again: bool,
    }
}

pub(super) fn statements() -> Vec<(String, String)> {
    vec![
        ("exports since".to_owned(), select(FILES_SINCE)),
        ("export kept now".to_owned(), KEPT_NOW.to_owned()),
        ("export remade".to_owned(), REMAKE.to_owned()),
    ]
}

/// The provider's exports whose files may hold a lead of this time.
pub fn files_since(read: &mut Read, provider: ProviderId, assigned_at: Timestamp) -> Result<Vec<Export>> {
    read.all(&select(FILES_SINCE), params![provider, assigned_at])
}

pub fn kept_now(read: &mut Read, id: ExportId) -> Result<Option<KeptNow>> {
    read.optional(KEPT_NOW, params![id])
}

/// Nobody gets this file any more, and one is to be made in its place. `false` where it is another one meanwhile.
pub fn remake(tx: &mut Tx, id: ExportId, kept: &KeptNow) -> Result<bool> {
    Ok(tx.execute(REMAKE, params![id, kept.file, kept.size_bytes])? == 1)
}

/// The export is over, and what it would have been made of again stays on record: it may be asked for once more.
pub fn give_up(tx: &mut Tx, id: ExportId) -> Result<()> {
    let sql = "UPDATE exports SET quota_day = NULL, quota_until = NULL, data_until = ready_at WHERE id = $1";
    tx.execute(sql, params![id]).map(drop)
}

/// It is asked for once more: `false` where it was before, or nothing was given up.
pub fn asked_once_more(tx: &mut Tx, id: ExportId) -> Result<bool> {
    let rows = tx.execute(
        "UPDATE exports SET data_until = NULL WHERE id = $1 AND state = 'expired' AND data_until IS NOT NULL",
        params![id],
    )?;
    Ok(rows == 1)
}
