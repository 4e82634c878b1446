//! Every statement that writes `exports`.

pub(super) mod export;
mod remake;

use super::request::ExportRequest;
use crate::clock::Timestamp;
use crate::db::{Read, Tx, params, row};
use crate::error::Result;
use crate::id::{self, ExportId, Id, ProviderId};
use export::select;

pub use export::{Export, Format, Preset, State};
pub(super) use remake::{asked_once_more, files_since, give_up, kept_now, remake};

/// The day that an export was taken of.
#[derive(Debug, Clone)]
pub struct Day {
    pub name: String,
    pub end: Timestamp,
}

/// Longer than any day, and any difference of clocks.
const DAYS: std::time::Duration = std::time::Duration::from_hours(72);

const OF_PROVIDER: &str = "id = $1 AND provider_id = $2";
const BY_TOKEN: &str = "id = $1 AND token_hash = $2";
const HISTORY: &str = "provider_id = $1 ORDER BY id DESC LIMIT $2";
const HISTORY_BEFORE: &str = "provider_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
const OUTLIVED: &str =
    "SELECT id, file FROM exports WHERE state = 'ready' AND expires_at <= $1 ORDER BY expires_at LIMIT $2";
const KEPT: &str = "SELECT id, file, size_bytes, missing_at FROM exports 
  WHERE provider_id = $1 AND state = 'ready' AND remaking IS NULL";
const IS_KEPT: &str = "SELECT 1 FROM exports WHERE file = $1 AND remaking IS NULL";
const BEGIN_ANEW: &str =
    "UPDATE exports SET state = 'queued', rows_done = 0 WHERE provider_id = $1 AND state = 'running' RETURNING id";
const SEARCHES: &str = "SELECT id, search FROM exports WHERE provider_id = $1 AND search IS NOT NULL";

/// By the ids, which begin with a time: no more is read than a few days.
const COUNTING: &str = "SELECT created_at, quota_until FROM exports
  WHERE provider_id = $1 AND id >= $2 AND quota_day IS NOT NULL AND (created_at >= $3 OR quota_until > $4)";

/// The statements that choose among many exports, each with a name: for looking at its plan.
pub(super) fn statements() -> Vec<(String, String)> {
    let selected = [
        ("export of a provider", OF_PROVIDER),
        ("export by token", BY_TOKEN),
        ("exports", HISTORY),
        ("exports before", HISTORY_BEFORE),
    ];
    let others = [
        ("exports outlived", OUTLIVED),
        ("exports kept", KEPT),
        ("export kept", IS_KEPT),
        ("exports anew", BEGIN_ANEW),
        ("exports with a search", SEARCHES),
        ("exports counting", COUNTING),
    ];
    let selected = selected.map(|(name, which)| (name.to_owned(), select(which)));
    let others = others.map(|(name, sql)| (name.to_owned(), sql.to_owned()));
    selected.into_iter().chain(others).chain(remake::statements()).collect()
}

pub(super) fn insert(
    tx: &mut Tx,
    id: ExportId,
    provider: ProviderId,
    asked: &ExportRequest,
    matching: i64,
    day: Option<&Day>,
) -> Result<()> {
    let period = asked.filter.period;
    let (start, end) = (period.map(|period| period.start), period.map(|period| period.end));
    let filters = &asked.as_sent;
    tx.execute(
        "INSERT INTO exports (id, provider_id, state, format, preset, status, niche_id, date_from, date_to, search, viewed,
                              period_start, period_end, max_rows, matching_rows, quota_day, quota_until, created_at)
         VALUES ($1, $2, 'queued', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        params![
            id,
            provider,
            asked.format,
            asked.preset,
            filters.status,
            filters.niche_id,
            filters.date_from,
            filters.date_to,
            filters.search,
            filters.viewed,
            start,
            end,
            asked.max_rows,
            matching,
            day.map(|day| day.name.as_str()),
            day.map(|day| day.end),
            tx.now()
        ],
    )?;
    Ok(())
}

/// The provider's exports that count in a day that began at `start`: when each was asked for, and when its own day ends.
pub(super) fn counting(
    read: &mut Read,
    provider: ProviderId,
    start: Timestamp,
) -> Result<Vec<(Timestamp, Option<Timestamp>)>> {
    let now = read.now();
    let oldest = ExportId::from_uuid(id::oldest_uuid(now.minus(DAYS)));
    read.all(COUNTING, params![provider, oldest, start, now])
}

pub(super) fn export(read: &mut Read, id: ExportId) -> Result<Option<Export>> {
    read.optional(&select("id = $1"), params![id])
}

/// The provider's own, whatever its state.
pub(super) fn of_provider(read: &mut Read, provider: ProviderId, id: ExportId) -> Result<Option<Export>> {
    read.optional(&select(OF_PROVIDER), params![id, provider])
}

/// By the token of its link, whatever its state.
pub(super) fn by_token(read: &mut Read, id: ExportId, hash: &[u8; 32]) -> Result<Option<Export>> {
    read.optional(&select(BY_TOKEN), params![id, *hash])
}

/// Newest first.
pub(super) fn history(
    read: &mut Read,
    provider: ProviderId,
    before: Option<ExportId>,
    limit: i64,
) -> Result<Vec<Export>> {
    match before {
        None => read.all(&select(HISTORY), params![provider, limit]),
        Some(before) => read.all(&select(HISTORY_BEFORE), params![provider, before, limit]),
    }
}

/// An attempt begins, the first or one more; `false` where there is nothing to be done any more.
pub(super) fn begin(tx: &mut Tx, id: ExportId) -> Result<bool> {
    let begun = tx.execute(
        "UPDATE exports SET state = CASE WHEN remaking IS NULL THEN 'running' ELSE state END,
                remaking = CASE WHEN remaking IS NULL THEN NULL ELSE 'running' END, rows_done = 0, begun = begun + 1
          WHERE id = $1 AND (state IN ('queued', 'running') OR remaking IS NOT NULL)",
        params![id],
    )?;
    Ok(begun > 0)
}

/// How far it is; `false` where it was cancelled or begun anew meanwhile.
pub(super) fn progress(tx: &mut Tx, id: ExportId, begun: i64, rows: i64) -> Result<bool> {
    let running = tx.execute(
        "UPDATE exports SET rows_done = $3 WHERE id = $1 AND begun = $2 AND 'running' IN (state, remaking)",
        params![id, begun, rows],
    )?;
    Ok(running > 0)
}

/// What a file turned out to be.
#[derive(Debug, Clone)]
pub struct Made {
    /// Of which beginning.
    pub begun: i64,
    pub name: String,
    pub row_count: i64,
    pub matching_rows: i64,
    pub size_bytes: i64,
    pub sha256: [u8; 32],
}

pub(super) fn publish(tx: &mut Tx, id: ExportId, made: &Made, expires_at: Timestamp, token: &[u8; 32]) -> Result<bool> {
    let published = tx.execute(
        "UPDATE exports SET state = 'ready', remaking = NULL, file = $2, row_count = $3, rows_done = $3, matching_rows = $4,
                size_bytes = $5, sha256 = $6, expires_at = COALESCE(expires_at, $7), token_hash = $8, ready_at = $9,
                finished_at = $9
          WHERE id = $1 AND begun = $10 AND 'running' IN (state, remaking)",
        params![
            id,
            made.name,
            made.row_count,
            made.matching_rows,
            made.size_bytes,
            made.sha256,
            expires_at,
            *token,
            tx.now(),
            made.begun
        ],
    )?;
    Ok(published > 0)
}

/// Ends what was not ready yet, and has it count no longer. `false` where there was nothing to end.
pub(super) fn end(tx: &mut Tx, id: ExportId, state: State, error: Option<&str>) -> Result<bool> {
    let ended = tx.execute(
        "UPDATE exports SET state = $2, error = $3, quota_day = NULL, quota_until = NULL, finished_at = $4
          WHERE id = $1 AND state IN ('queued', 'running')",
        params![id, state, error, tx.now()],
    )?;
    Ok(ended > 0)
}

row! {
    /// A file that nobody may have any more.
    #[derive(Debug, Clone)]
    pub struct Outlived {
        pub id: ExportId,
        pub file: String,
    }
}

/// Some that are ready and whose time is over.
pub(super) fn outlived(read: &mut Read, limit: i64) -> Result<Vec<Outlived>> {
    read.all(OUTLIVED, params![read.now(), limit])
}

/// From now on there is no file: its time is over, or what it held may not be kept, or it made room for another.
pub(super) fn expire(tx: &mut Tx, id: ExportId) -> Result<bool> {
    let expired: Option<(i64,)> = tx.optional(
        "UPDATE exports SET state = 'expired', file = NULL, missing_at = NULL, remaking = NULL, data_until = NULL,
                expires_at = CASE WHEN expires_at > $2 THEN $2 ELSE expires_at END
          WHERE id = $1 AND state = 'ready' RETURNING size_bytes",
        params![id, tx.now()],
    )?;
    let Some((size,)) = expired else { return Ok(false) };
    take_room(tx, -size)?;
    Ok(true)
}

/// Takes so many bytes of the storage, or gives them back; how many all files take then.
pub(super) fn take_room(tx: &mut Tx, bytes: i64) -> Result<i64> {
    let (taken,) = tx.one("UPDATE export_room SET bytes = bytes + $1 WHERE id = 1 RETURNING bytes", params![bytes])?;
    Ok(taken)
}

/// How many bytes of the storage all files take.
pub(super) fn room_taken(read: &mut Read) -> Result<i64> {
    let (taken,) = read.one("SELECT bytes FROM export_room WHERE id = 1", &[])?;
    Ok(taken)
}

row! {
    /// A file that is in the storage, or should be.
    #[derive(Debug, Clone)]
    pub struct Kept {
        pub id: ExportId,
        pub file: String,
        pub size_bytes: i64,
        pub missing_at: Option<Timestamp>,
    }
}

/// The provider's files, oldest first.
pub(super) fn kept(read: &mut Read, provider: ProviderId) -> Result<Vec<Kept>> {
    let mut kept: Vec<Kept> = read.all(KEPT, params![provider])?;
    kept.sort_by_key(|file| file.id.uuid());
    Ok(kept)
}

pub(super) fn all_kept(read: &mut Read) -> Result<Vec<Kept>> {
    // In the order of the index that holds those that are ready, and not the many that were.
    read.all(
        "SELECT id, file, size_bytes, missing_at FROM exports WHERE state = 'ready' AND remaking IS NULL
          ORDER BY expires_at",
        params![],
    )
}

/// Whether the storage has this file of a ready export; the first moment in which it had not stays.
pub(super) fn note_missing(tx: &mut Tx, id: ExportId, file: &str, missing: bool) -> Result<()> {
    let since = missing.then(|| tx.now());
    let unless = if missing { "missing_at IS NULL" } else { "missing_at IS NOT NULL" };
    tx.execute(
        &format!("UPDATE exports SET missing_at = $3 WHERE id = $1 AND file = $2 AND state = 'ready' AND remaking IS NULL AND {unless}"),
        params![id, file, since],
    )?;
    Ok(())
}

/// Whether this file belongs to an export that is ready.
pub(super) fn is_kept(read: &mut Read, file: &str) -> Result<bool> {
    let found: Option<(i64,)> = read.optional(IS_KEPT, params![file])?;
    Ok(found.is_some())
}

/// What is being made of the provider's leads right now is not to be published: it is queued again.
pub(super) fn begin_anew(tx: &mut Tx, provider: ProviderId) -> Result<Vec<(ExportId,)>> {
    tx.all(BEGIN_ANEW, params![provider])
}

row! {
    #[derive(Debug)]
    pub struct Searched {
        pub id: ExportId,
        pub search: String,
    }
}

pub(super) fn searches(read: &mut Read, provider: ProviderId) -> Result<Vec<Searched>> {
    read.all(SEARCHES, params![provider])
}

pub(super) fn forget_search(tx: &mut Tx, id: ExportId) -> Result<()> {
    tx.execute("UPDATE exports SET search = NULL WHERE id = $1", params![id])?;
    Ok(())
}
