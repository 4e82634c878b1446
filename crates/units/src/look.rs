//! What a database is, before anything is done to it: looking makes nothing and changes nothing.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension};
use tokio_postgres::{Client, SimpleQueryMessage};

use super::history::sqlite_version;
use super::schema::Schema;
use super::thread::on_a_thread;
use super::url::DatabaseUrl;
use super::{postgres, sqlite};
use ground::error::{Error, Result};

/// What was found in a program's database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Existing {
    /// The newest migration that it has had.
    pub version: i32,
    /// The columns that were asked for.
    pub row: Vec<Option<String>>,
}

/// The one row of `sql`, whose columns are texts, from a database that is there, whatever version it has; `None` where there
/// is no database, an empty one, or no row.
///
/// # Errors
/// `Unavailable` where it cannot be read.
pub async fn look(url: &DatabaseUrl, schema: &'static Schema, sql: &'static str) -> Result<Option<Existing>> {
    let url = url.clone();
    on_a_thread("db-look", move || match url {
        DatabaseUrl::Sqlite(path) if !path.exists() => Ok(None),
        DatabaseUrl::Sqlite(path) => in_file(&path, sql).map_err(|error| sqlite::unusable(&path, &error)),
        DatabaseUrl::Postgres(url) => {
            let found =
                postgres::apart(&url, postgres::LONGEST, async |client| in_postgres(client, schema, sql).await)?;
            found.map_err(|error| Error::Unavailable(format!("PostgreSQL: {}", postgres::said(&error)).into()))
        }
    })
    .await
}

/// Without a prepared statement: who is in between is looked at later.
async fn in_postgres(client: &Client, schema: &Schema, sql: &str) -> Result<Option<Existing>, tokio_postgres::Error> {
    let there = format!(
        "SELECT 1 WHERE to_regclass('refinery_schema_history') IS NOT NULL AND to_regclass('{}') IS NOT NULL",
        schema.mark
    );
    if first(client, &there).await?.is_none() {
        return Ok(None);
    }
    let version = first(client, "SELECT max(version) FROM refinery_schema_history").await?;
    let version = version.and_then(|row| row.into_iter().next().flatten()?.parse().ok()).unwrap_or(0);
    Ok(first(client, sql).await?.map(|row| Existing { version, row }))
}

/// The cells of the first row, as texts.
async fn first(client: &Client, sql: &str) -> Result<Option<Vec<Option<String>>>, tokio_postgres::Error> {
    Ok(client.simple_query(sql).await?.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some((0..row.len()).map(|at| row.get(at).map(str::to_owned)).collect()),
        _ => None,
    }))
}

fn in_file(path: &Path, sql: &str) -> rusqlite::Result<Option<Existing>> {
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    let version = sqlite_version(&db)?;
    if version == 0 {
        return Ok(None);
    }
    let mut statement = db.prepare(sql)?;
    let columns = statement.column_count();
    statement
        .query_row([], |row| {
            let row = (0..columns).map(|at| row.get(at)).collect::<rusqlite::Result<_>>()?;
            Ok(Existing { version, row })
        })
        .optional()
}
