//! After an erasure: what was overwritten goes out of the database's files too, as far as its engine can do that.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::{on_a_thread, postgres};
use crate::config::DatabaseUrl;
use crate::error::{Error, Result};

/// How long others are kept waiting for a moment in which nobody reads.
const MOMENT: Duration = Duration::from_millis(250);

/// How long PostgreSQL may take to go through the tables.
const LONG: Duration = Duration::from_mins(10);

/// SQLite zeroes what is deleted (`secure_delete`); here its log, which has the pages as they were, is emptied.
/// PostgreSQL removes the rows' old versions from `tables`; its own log it keeps as long as its settings say.
///
/// # Errors
/// `Unavailable` where somebody is reading what was before; later it will do.
pub async fn scrub(url: &DatabaseUrl, tables: &'static [&'static str]) -> Result<()> {
    let url = url.clone();
    on_a_thread("db-scrub", move || match url {
        DatabaseUrl::Sqlite(path) => empty_log(&path),
        DatabaseUrl::Postgres(url) => vacuum(&url, tables),
    })
    .await
}

fn empty_log(path: &Path) -> Result<()> {
    let failed = |error: rusqlite::Error| Error::Unavailable(format!("cannot empty SQLite's log: {error}").into());
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).map_err(failed)?;
    db.busy_timeout(MOMENT).map_err(failed)?;
    let busy: bool = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).map_err(failed)?;
    if busy { Err(Error::Unavailable("SQLite's log is being read".into())) } else { Ok(()) }
}

fn vacuum(url: &str, tables: &'static [&'static str]) -> Result<()> {
    let statement = format!("VACUUM {}", tables.join(", "));
    let done = postgres::apart(url, LONG, async |client| client.batch_execute(&statement).await)?;
    done.map_err(|error| Error::Unavailable(format!("cannot vacuum: {}", postgres::said(&error)).into()))
}
