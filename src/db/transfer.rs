//! A SQLite house carried over into an empty PostgreSQL database: every table there is, in one transaction.

use std::path::Path;

use rusqlite::Connection;

use super::history::HISTORY;
use super::loading::settle;
use super::postgres;
use super::sqlite::files::{exclusively, sqlite_failed};
use super::table::{Same, Table};
use super::thread::{Progress, on_a_thread};
use crate::config::DatabaseUrl;
use crate::error::Result;

/// What was carried over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carried {
    pub tables: usize,
    pub rows: u64,
}

/// What must be the same on both sides.
const SAME: [Same; 4] = [
    (
        "the ledger's sums",
        "SELECT count(*) || ' ' || COALESCE(sum(amount), 0) || ' ' || COALESCE(sum(balance_after), 0) FROM ledger_entries",
        "SELECT count(*) || ' ' || COALESCE(sum(amount), 0) || ' ' || COALESCE(sum(balance_after), 0) FROM ledger_entries",
    ),
    (
        "the balances' sum",
        "SELECT COALESCE(sum(balance), 0) || ' ' || COALESCE(sum(entries), 0) FROM provider_accounts",
        "SELECT COALESCE(sum(balance), 0) || ' ' || COALESCE(sum(entries), 0) FROM provider_accounts",
    ),
    (
        "the audit's head",
        "SELECT COALESCE((SELECT lower(hex(id)) || ' ' || action || ' ' || created_at FROM audit_entries
                           ORDER BY id DESC LIMIT 1), '')",
        "SELECT COALESCE((SELECT replace(id::text, '-', '') || ' ' || action || ' ' || (extract(epoch FROM created_at) * 1000000)::bigint
                            FROM audit_entries ORDER BY id DESC LIMIT 1), '')",
    ),
    (
        "the house's currency and secret",
        "SELECT currency || ' ' || lower(hex(secret)) FROM house",
        "SELECT currency || ' ' || encode(secret, 'hex') FROM house",
    ),
];

/// Carries the house at `from` over into the database at `to`, which is migrated and holds nothing. All of it or nothing:
/// it is one transaction, at whose end counts, the ledger's sums, the audit's head and the secret are compared. `from` is
/// held against everybody meanwhile, and stays as it is, but for a note of where it went: nobody goes on with it.
///
/// # Errors
/// `Conflict` where another process uses either side, `to` holds something, or the two are not alike at the end.
/// `Unavailable` where one of them cannot be read or written.
pub async fn over(from: &Path, to: &str, progress: Progress) -> Result<Carried> {
    let (from, url) = (from.to_owned(), to.to_owned());
    on_a_thread("db-move", move || {
        let house = exclusively(&from)?;
        let tables = tables(&house).map_err(sqlite_failed(&from))?;
        postgres::apart(&url, postgres::LONGEST, async |client| {
            postgres::fill(client, &house, &tables, &SAME, &progress).await
        })??;
        // From here on there are two of it, of which one may live.
        let there = DatabaseUrl::Postgres(url.clone()).to_string();
        house.execute("UPDATE house SET moved_to = $1", [there]).map_err(sqlite_failed(&from))?;
        settle(&url)?;
        Ok(Carried { tables: tables.len(), rows: tables.iter().map(|table| table.rows).sum() })
    })
    .await
}

/// Whether a database is empty or a Leadhouse's, so that migrating it does nobody any harm.
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

/// Every table of the house, whatever migration made it.
fn tables(house: &Connection) -> rusqlite::Result<Vec<Table>> {
    let mut statement = house.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> $1
          ORDER BY name",
    )?;
    let names = statement.query_map([HISTORY], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    names.into_iter().map(|name| table(house, name)).collect()
}

fn table(house: &Connection, name: String) -> rusqlite::Result<Table> {
    let mut statement = house.prepare("SELECT name FROM pragma_table_info($1) ORDER BY cid")?;
    let columns = statement.query_map([&name], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let rows: i64 = house.query_row(&format!("SELECT count(*) FROM {name}"), [], |row| row.get(0))?;
    Ok(Table { name, columns, rows: u64::try_from(rows).unwrap_or(0) })
}
