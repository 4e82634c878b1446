//! What a database is, before anything is done to it: looking makes nothing and changes nothing.

use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension};
use tokio_postgres::{Client, SimpleQueryMessage};

use super::history::sqlite_version;
use super::thread::on_a_thread;
use super::tx::{Read, Tx};
use super::{postgres, sqlite};
use crate::clock::Timestamp;
use crate::config::DatabaseUrl;
use crate::error::{Error, Result};
use crate::params;
use crate::period::Windows;

/// A house that is there, as far as it is known without migrating it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct House {
    pub schema: i32,
    pub currency: String,
    /// Where its files are on record; nothing where it is older than that.
    pub files: Option<String>,
}

/// The house in a database; `None` where there is no database, or an empty one.
///
/// # Errors
/// `Unavailable` where it cannot be read.
pub async fn look(url: &DatabaseUrl) -> Result<Option<House>> {
    let url = url.clone();
    on_a_thread("db-look", move || match url {
        DatabaseUrl::Sqlite(path) if !path.exists() => Ok(None),
        DatabaseUrl::Sqlite(path) => in_file(&path).map_err(|error| sqlite::unusable(&path, &error)),
        DatabaseUrl::Postgres(url) => {
            let found = postgres::apart(&url, postgres::LONGEST, async |client| in_postgres(client).await)?;
            found.map_err(|error| Error::Unavailable(format!("PostgreSQL: {}", postgres::said(&error)).into()))
        }
    })
    .await
}

/// Without a prepared statement: who is in between is looked at later.
async fn in_postgres(client: &Client) -> std::result::Result<Option<House>, tokio_postgres::Error> {
    let there =
        "SELECT 1 WHERE to_regclass('refinery_schema_history') IS NOT NULL AND to_regclass('house') IS NOT NULL";
    if !client.simple_query(there).await?.iter().any(|message| matches!(message, SimpleQueryMessage::Row(_))) {
        return Ok(None);
    }
    // As JSON, since the column may not be there.
    let house =
        "SELECT to_jsonb(house) ->> 'files', currency, (SELECT max(version) FROM refinery_schema_history) FROM house";
    Ok(client.simple_query(house).await?.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(House {
            files: row.get(0).map(str::to_owned),
            currency: row.get(1).unwrap_or_default().to_owned(),
            schema: row.get(2).and_then(|version| version.parse().ok()).unwrap_or(0),
        }),
        _ => None,
    }))
}

fn in_file(path: &std::path::Path) -> rusqlite::Result<Option<House>> {
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    let schema = sqlite_version(&db)?;
    if schema == 0 {
        return Ok(None);
    }
    let has = "SELECT count(*) FROM pragma_table_info('house') WHERE name = 'files'";
    let files = if db.query_row(has, [], |row| row.get::<_, i64>(0))? == 0 { "NULL" } else { "files" };
    let house = format!("SELECT {files}, currency FROM house");
    db.query_row(&house, [], |row| Ok(House { schema, files: row.get(0)?, currency: row.get(1)? })).optional()
}

/// Puts on record where the files are; where they were before, if that is elsewhere.
pub fn keep_files(tx: &mut Tx, place: &str) -> Result<Option<String>> {
    let (before,): (Option<String>,) = tx.one("SELECT files FROM house WHERE id = 1", &[])?;
    if before.as_deref() != Some(place) {
        tx.execute("UPDATE house SET files = $1 WHERE id = 1", params![place])?;
    }
    Ok(before.filter(|before| before != place))
}

/// How long leads may be rejected, as it is on record; `None` where nobody has served yet.
pub fn return_windows(read: &mut Read) -> Result<Option<Windows>> {
    let rows: Vec<(Timestamp, i64)> = read.all("SELECT since, micros FROM return_windows ORDER BY since", params![])?;
    let window = |micros| Duration::from_micros(u64::try_from(micros).unwrap_or(0));
    Ok(Windows::of(rows.into_iter().map(|(since, micros)| (since, window(micros))).collect()))
}

/// Puts on record how long leads may be rejected that are assigned from here on. The first that is put there holds for all
/// leads before it too.
pub fn keep_return_window(tx: &mut Tx, window: Duration) -> Result<Windows> {
    let known = return_windows(tx)?;
    let since = match known {
        Some(known) if known.last() == window => return Ok(known),
        Some(_) => tx.now(),
        None => Timestamp::MIN,
    };
    let micros = i64::try_from(window.as_micros()).map_err(Error::internal)?;
    let sql = "INSERT INTO return_windows (since, micros) VALUES ($1, $2)
               ON CONFLICT (since) DO UPDATE SET micros = excluded.micros";
    tx.execute(sql, params![since, micros])?;
    Ok(return_windows(tx)?.unwrap_or_else(|| Windows::always(window)))
}

/// What this database's cursors, links and demo passwords are made with.
pub fn secret(read: &mut Read) -> Result<[u8; 32]> {
    let (secret,) = read.one("SELECT secret FROM house WHERE id = 1", &[])?;
    Ok(secret)
}

/// By which rules everything that texts are compared by was made, at least.
pub fn key_rules(read: &mut Read) -> Result<i64> {
    let (rules,) = read.one("SELECT keys FROM house WHERE id = 1", &[])?;
    Ok(rules)
}

pub fn note_key_rules(tx: &mut Tx, rules: i64) -> Result<()> {
    tx.execute("UPDATE house SET keys = $1 WHERE id = 1", params![rules]).map(drop)
}

/// Up to when the storage's list of erasures was gone through.
pub fn erased_through(read: &mut Read) -> Result<Option<Timestamp>> {
    let (at,): (Option<Timestamp>,) = read.one("SELECT erased_through FROM house WHERE id = 1", &[])?;
    Ok(at)
}

pub fn note_erased_through(tx: &mut Tx, at: Timestamp) -> Result<()> {
    tx.execute("UPDATE house SET erased_through = $1 WHERE id = 1", params![at]).map(drop)
}

/// Refuses a house that lives elsewhere by now.
///
/// # Errors
/// `Conflict` `moved`.
pub(super) fn refuse_moved(read: &mut Read) -> Result<()> {
    let (to,): (Option<String>,) = read.one("SELECT moved_to FROM house WHERE id = 1", &[])?;
    let Some(to) = to else { return Ok(()) };
    let detail = format!("this house was moved to {to}: name that in DATABASE_URL; here nothing may happen any more");
    Err(Error::conflict("moved", detail))
}
