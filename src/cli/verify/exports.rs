//! Exports: each in the state that its times and its record tell, and no more of them than the day allows.

use uuid::Uuid;

use super::invariant::{Invariant, Violating, Violation};
use crate::db::{Db, Read, params, row};
use crate::error::Result;
use crate::exports;
use crate::files::Files;
use crate::id::{ExportId, Id};

/// What is true of every file that can be fetched.
const WHOLE: &str = "the file of an export is in the storage, as it was recorded";

row! {
    struct Kept {
        id: ExportId,
        file: String,
        size_bytes: i64,
        sha256: [u8; 32],
    }
}

/// What is said of a file that is not there.
pub(super) const MISSING: &str = "is missing";

/// Every file that can be fetched, where there is no storage at all.
pub(super) async fn all_missing(db: &Db) -> Result<Vec<Violation>> {
    let kept = db.background(kept).await?.into_iter();
    let missing = |kept: Kept| Violation {
        invariant: WHOLE,
        subject: kept.id.uuid(),
        detail: format!("{} {MISSING}", kept.file),
    };
    Ok(kept.map(missing).collect())
}

/// Gives up the files that are missing: their exports are expired, and can be asked for again. How many it were.
pub(super) async fn expire(db: &Db, missing: &[Violation]) -> Result<usize> {
    let mut given_up = 0;
    for one in missing {
        let id = ExportId(one.subject);
        let file = one.detail.trim_end_matches(MISSING).trim_end().to_owned();
        given_up += usize::from(db.run(exports::give_up_lost(id, file)).await?);
    }
    Ok(given_up)
}

/// Reads every file that can be fetched, to its end.
pub async fn files(db: &Db, files: &Files) -> Result<Vec<Violation>> {
    let mut found = Vec::new();
    for kept in db.background(kept).await? {
        let size = u64::try_from(kept.size_bytes).unwrap_or(0);
        let detail = match files.digest(&kept.file).await? {
            Some(there) if there == (size, kept.sha256) => continue,
            Some((there, _)) => format!("{} has {there} bytes that are not the {size} recorded", kept.file),
            None => format!("{} {MISSING}", kept.file),
        };
        // It may have been given up in the meantime.
        if db.read(move |read| is_ready(read, kept.id)).await? {
            found.push(Violation { invariant: WHOLE, subject: kept.id.uuid(), detail });
        }
    }
    Ok(found)
}

fn kept(read: &mut Read) -> Result<Vec<Kept>> {
    read.all(
        "SELECT id, file, size_bytes, sha256 FROM exports
      WHERE state = 'ready' AND remaking IS NULL ORDER BY id",
        &[],
    )
}

fn is_ready(read: &mut Read, id: ExportId) -> Result<bool> {
    let found: Option<(i64,)> =
        read.optional("SELECT 1 FROM exports WHERE id = $1 AND state = 'ready' AND remaking IS NULL", params![id])?;
    Ok(found.is_some())
}

fn space(read: &mut Read) -> Result<Violating> {
    let found: Option<(i64, i64)> = read.optional(
        "SELECT r.bytes, e.bytes FROM export_room AS r,
                (SELECT CAST(COALESCE(SUM(size_bytes), 0) AS bigint) AS bytes FROM exports WHERE state = 'ready') AS e
          WHERE r.bytes <> e.bytes",
        &[],
    )?;
    let wrong = found.map(|(kept, sum)| (Uuid::nil(), format!("is {kept} bytes on record, and {sum} of the files")));
    Ok(wrong.into_iter().collect())
}

pub const INVARIANTS: [Invariant; 7] = [
    Invariant::sql(
        "an export has a file exactly when it is ready",
        "SELECT id, 'is ' || state || CASE WHEN file IS NULL THEN ' without a file' ELSE ' with a file' END FROM exports
          WHERE (state = 'ready') <> (file IS NOT NULL)
             OR (state IN ('ready', 'expired')) <> (ready_at IS NOT NULL AND expires_at IS NOT NULL AND row_count IS NOT NULL
                                                   AND size_bytes IS NOT NULL AND sha256 IS NOT NULL)
             OR (state = 'failed') <> (error IS NOT NULL)",
    ),
    Invariant::sql(
        "a file has the rows that matched, as far as they fit the limit",
        "SELECT id, 'has ' || CAST(row_count AS text) || ' rows of ' || CAST(matching_rows AS text) FROM exports
          WHERE row_count <> CASE WHEN matching_rows < max_rows THEN matching_rows ELSE max_rows END",
    ),
    Invariant::sql(
        "an export counts to the end of its day, or not at all",
        "SELECT id, 'does not' FROM exports
          WHERE (quota_day IS NULL AND quota_until IS NOT NULL) OR quota_until <= created_at",
    ),
    Invariant::sql(
        "what is to be made again is promised",
        "SELECT id, 'waits, and no file is being made' FROM exports
          WHERE remaking IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM jobs WHERE kind = 'exports.build' AND state IN ('queued', 'running'))",
    ),
    Invariant::sql(
        "no file that can be fetched is older than the erasure of somebody in it",
        "SELECT DISTINCT e.id, 'was made before a lead of it was erased'
           FROM leads l
           JOIN lead_assignments a ON a.lead_id = l.id
           JOIN exports e ON e.provider_id = a.provider_id AND e.state = 'ready' AND e.remaking IS NULL
          WHERE l.erased_at IS NOT NULL AND l.erased_at > e.ready_at AND a.assigned_at <= e.ready_at
            AND e.niche_id IS NULL AND e.search IS NULL AND e.period_start IS NULL",
    ),
    Invariant::code("the room that files take is the sum of their sizes", space),
    Invariant::sql(
        "every export's request and end are in the audit",
        "SELECT id, 'entries ' || action || ' less what became of it: ' || CAST(SUM(n) AS text)
           FROM (SELECT entity_id AS id, action, 1 AS n FROM audit_entries
                  WHERE action IN ('lead.export_requested', 'lead.export_completed', 'lead.export_failed')
                 UNION ALL SELECT id, 'lead.export_requested', -1 FROM exports
                 UNION ALL SELECT id, 'lead.export_completed', -1 FROM exports WHERE ready_at IS NOT NULL
                 UNION ALL SELECT id, 'lead.export_failed', -1 FROM exports WHERE state = 'failed') AS t
          GROUP BY id, action HAVING SUM(n) <> 0",
    ),
];
