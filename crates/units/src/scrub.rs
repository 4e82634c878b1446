//! After an erasure: what was overwritten goes out of the database's files too, free pages and free space in pages included.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::database::Db;
use super::engine::Engine;
use super::postgres;
pub use super::scrubbed::{Scrub, Scrubbed};
use super::thread::on_a_thread;
use super::tx::Read;
use super::url::DatabaseUrl;
use crate::params;
use ground::error::{Error, Result};

/// How long others are kept waiting for a moment in which nobody reads.
const MOMENT: Duration = Duration::from_millis(250);

/// How long the rewriting waits for its turn among those who write.
const TURN: Duration = Duration::from_secs(5);

/// Between two looks at who still reads what was before.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// SQLite zeroes what is deleted (`secure_delete`), but where it distributes rows over pages anew, pieces of them stay between
/// those that are left: here it is written anew (VACUUM), and its log is emptied. PostgreSQL rewrites the tables: VACUUM alone
/// leaves the bytes in the free space of pages. Its own log it keeps as long as its settings say.
pub async fn scrub(url: &DatabaseUrl, what: Scrub) -> Result<Scrubbed> {
    let url = url.clone();
    on_a_thread("db-scrub", move || match url {
        DatabaseUrl::Sqlite(path) => anew(&path, what.most),
        DatabaseUrl::Postgres(url) => postgres::rewrite(&url, &what),
    })
    .await
}

/// Waits until nobody can see any more what was before this moment; nothing is held meanwhile. `Some`: who can, after
/// `patience`.
pub async fn unseen(db: &Db, patience: Duration) -> Result<Option<String>> {
    if db.engine() == Engine::Sqlite {
        // Its log can't be emptied while somebody reads what was before.
        return Ok(None);
    }
    let mark = db.read(snapshot_end).await?;
    let until = tokio::time::Instant::now() + patience;
    let mut look = tokio::time::interval(LOOK_EVERY);
    loop {
        look.tick().await;
        let asked = mark.clone();
        let seen_by = db.read(move |read| seen_by(read, &asked)).await?;
        if seen_by.is_none() || tokio::time::Instant::now() >= until {
            return Ok(seen_by);
        }
    }
}

/// Every transaction that is over began before the one of this number, which is yet to come.
fn snapshot_end(read: &mut Read) -> Result<String> {
    let (mark,): (String,) = read.one(postgres::SNAPSHOT_END, &[])?;
    Ok(mark)
}

/// Who can still see what was deleted before `mark`.
fn seen_by(read: &mut Read, mark: &str) -> Result<Option<String>> {
    let found: Option<(String,)> = read.optional(postgres::SEEN_BY, params![mark])?;
    Ok(found.map(|(who,)| who))
}

/// The log first: it has the pages as they were, and while somebody reads those, writing the database anew only makes it
/// longer.
fn anew(path: &Path, most: Option<u64>) -> Result<Scrubbed> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).map_err(|error| failed(&error))?;
    if !empty_log(&db)? {
        return Ok(Scrubbed::Busy("whoever reads SQLite's log".to_owned()));
    }
    let size = std::fs::metadata(path).map_or(0, |file| file.len());
    if most.is_some_and(|most| size > most) {
        return Ok(Scrubbed::Large(vec!["the database".to_owned()]));
    }
    db.busy_timeout(TURN).map_err(|error| failed(&error))?;
    match db.execute_batch("PRAGMA secure_delete = ON; VACUUM") {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
            return Ok(Scrubbed::Busy("whoever writes into the database without a pause".to_owned()));
        }
        vacuumed => vacuumed.map_err(|error| failed(&error))?,
    }
    let emptied = empty_log(&db)?;
    Ok(if emptied { Scrubbed::Done } else { Scrubbed::Busy("whoever reads SQLite's log".to_owned()) })
}

/// `false` where somebody reads what was before.
fn empty_log(db: &Connection) -> Result<bool> {
    db.busy_timeout(MOMENT).map_err(|error| failed(&error))?;
    let busy: bool =
        db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).map_err(|error| failed(&error))?;
    Ok(!busy)
}

fn failed(error: &rusqlite::Error) -> Error {
    Error::Unavailable(format!("SQLite cannot be written anew: {error}").into())
}
