//! A SQLite house carried over into an empty PostgreSQL database: every table there is, in one transaction.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::backup::Progress;
use super::place::{exclusively, sqlite_failed};
use super::value::Value;
use super::{migrate, on_a_thread, postgres};
use crate::clock::Timestamp;
use crate::config::DatabaseUrl;
use crate::error::{Error, Result};

/// refinery's own, which each engine's migrations write.
const HISTORY: &str = "refinery_schema_history";

/// What was carried over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carried {
    pub tables: usize,
    pub rows: u64,
}

/// A table of the house, as SQLite has it.
pub(super) struct Table {
    pub name: String,
    pub columns: Vec<String>,
    pub rows: u64,
}

/// What must be the same on both sides: its name, and the statement on each that gives it as one text.
pub(super) const SAME: [(&str, &str, &str); 4] = [
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
    let carried = on_a_thread("db-carry", move || {
        let house = exclusively(&from)?;
        let tables = tables(&house).map_err(sqlite_failed(&from))?;
        postgres::apart(&url, migrate::LONGEST, async |client| {
            postgres::carry(client, &house, &tables, &progress).await
        })??;
        // From here on there are two of it, of which one may live.
        let there = DatabaseUrl::Postgres(url).to_string();
        house.execute("UPDATE house SET moved_to = $1", [there]).map_err(sqlite_failed(&from))?;
        Ok(Carried { tables: tables.len(), rows: tables.iter().map(|table| table.rows).sum() })
    });
    let carried = carried.await?;
    migrate::settle(&DatabaseUrl::Postgres(to.to_owned())).await?;
    Ok(carried)
}

/// Whether a database is empty or a Leadhouse's, so that migrating it does nobody any harm.
///
/// # Errors
/// `Conflict` where it holds something else.
pub async fn refuse_others(to: &str) -> Result<()> {
    let url = to.to_owned();
    on_a_thread("db-carry", move || {
        postgres::apart(&url, migrate::LONGEST, async |client| postgres::is_ours_to_fill(client).await)?
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

/// What kind of value PostgreSQL keeps in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    Bytes,
    Int,
    Json,
    Text,
    Time,
    Uuid,
}

/// A cell of SQLite's as PostgreSQL has it; `None` where it cannot be that.
pub(super) fn value(cell: ValueRef<'_>, kind: Kind) -> Option<Value<'_>> {
    Some(match (cell, kind) {
        (ValueRef::Null, _) => Value::Null,
        (ValueRef::Integer(truth @ (0 | 1)), Kind::Bool) => Value::Bool(truth == 1),
        (ValueRef::Integer(int), Kind::Int) => Value::Int(int),
        (ValueRef::Integer(micros), Kind::Time) => Value::Time(Timestamp::from_micros(micros)?),
        (ValueRef::Text(text), Kind::Text) => Value::Text(std::str::from_utf8(text).ok()?),
        (ValueRef::Text(text), Kind::Json) => Value::Json(std::str::from_utf8(text).ok()?),
        (ValueRef::Blob(bytes), Kind::Bytes) => Value::Bytes(bytes),
        (ValueRef::Blob(bytes), Kind::Uuid) => Value::Uuid(uuid::Uuid::from_slice(bytes).ok()?),
        _ => return None,
    })
}

/// What does not fit, without its content.
pub(super) fn unfit(table: &Table, column: usize) -> Error {
    let column = table.columns.get(column).map_or("?", String::as_str);
    Error::conflict("cannot_move", format!("{}.{column} holds what PostgreSQL cannot keep there", table.name))
}
