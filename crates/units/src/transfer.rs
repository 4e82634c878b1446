//! A SQLite database carried over into an empty PostgreSQL database: every table there is, in one transaction.

use std::path::Path;

use rusqlite::Connection;

use super::history::HISTORY;
use super::loading::settle;
pub use super::plan::{Alike, Plan};
use super::postgres;
use super::sqlite::files::{exclusively, sqlite_failed};
use super::table::Table;
pub use super::thread::Progress;
use super::thread::on_a_thread;
use super::url::DatabaseUrl;
use ground::error::Result;

/// What was carried over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transferred {
    /// How many.
    pub tables: usize,
    /// In all of them.
    pub rows: u64,
}

/// Carries the database at `from` over into the one at `to`, which is migrated and holds nothing. All of it or nothing: it
/// is one transaction, at whose end the numbers of rows and what the plan names are compared. `from` is
/// held against everybody meanwhile, and stays as it is, but for a note of where it went: nobody goes on with it.
///
/// # Errors
/// `Conflict` where another process uses either side, `to` holds something, or the two are not alike at the end.
/// `Unavailable` where one of them cannot be read or written.
pub async fn over(from: &Path, to: &str, plan: &'static Plan, progress: Progress) -> Result<Transferred> {
    let (from, url) = (from.to_owned(), to.to_owned());
    on_a_thread("db-move", move || {
        let source = exclusively(&from)?;
        let tables = tables(&source).map_err(sqlite_failed(&from))?;
        postgres::apart(&url, postgres::LONGEST, async |client| {
            postgres::fill(client, &source, &tables, plan, &progress).await
        })??;
        // From here on there are two of it, of which one may live.
        let there = DatabaseUrl::Postgres(url.clone()).to_string();
        source.execute(plan.moved, [there]).map_err(sqlite_failed(&from))?;
        settle(&url)?;
        Ok(Transferred { tables: tables.len(), rows: tables.iter().map(|table| table.rows).sum() })
    })
    .await
}

/// Whether a database is empty or was migrated before, so that migrating it does nobody any harm.
///
/// # Errors
/// `Conflict` where it holds something else.
pub async fn refuse_others(to: &str) -> Result<()> {
    let url = to.to_owned();
    on_a_thread("db-move", move || {
        postgres::apart(&url, postgres::LONGEST, async |client| postgres::is_ours_to_fill(client).await)?
    })
    .await
}

/// Every table there is, whatever migration made it.
fn tables(source: &Connection) -> rusqlite::Result<Vec<Table>> {
    let mut statement = source.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> $1
          ORDER BY name",
    )?;
    let names = statement.query_map([HISTORY], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    names.into_iter().map(|name| table(source, name)).collect()
}

fn table(source: &Connection, name: String) -> rusqlite::Result<Table> {
    let mut statement = source.prepare("SELECT name FROM pragma_table_info($1) ORDER BY cid")?;
    let columns = statement.query_map([&name], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let rows: i64 = source.query_row(&format!("SELECT count(*) FROM {name}"), [], |row| row.get(0))?;
    Ok(Table { name, columns, rows: u64::try_from(rows).unwrap_or(0) })
}
