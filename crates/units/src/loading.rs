//! Far more rows than units of work are made for, as a load test needs them: on SQLite they go into a file beside the real one, without journal, indexes and triggers while it is filled, put in its place when it is whole.
//!
//! A run that is killed leaves the database as it was on SQLite; on PostgreSQL the units that were committed stay.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tokio_postgres::Client;

use super::database::Db;
use super::options::Options;
use super::postgres;
use super::sqlite::files::{self, exclusively, remove};
use super::thread::on_a_thread;
use super::url::DatabaseUrl;
use ground::clock::Clock;
use ground::error::{Error, Result};

/// A database that is being filled. Nobody else may use it meanwhile: on SQLite nobody can.
pub struct Loading {
    db: Db,
    place: Place,
}

enum Place {
    Sqlite {
        target: PathBuf,
        beside: PathBuf,
        /// Makes again what was dropped.
        dropped: Vec<String>,
        /// Keeps others away from the target.
        held: Connection,
    },
    Postgres(String),
}

impl Loading {
    /// Begins with what a migrated database holds. On SQLite, `tables` have no indexes and triggers until `finish`.
    ///
    /// # Errors
    /// `Conflict` `database_in_use` where another process has the SQLite file open.
    pub async fn begin(url: &DatabaseUrl, clock: &Clock, tables: &'static [&'static str]) -> Result<Self> {
        let (place, url, options) = match url {
            DatabaseUrl::Postgres(server) => {
                let options = Options { readers: 1, background: 1, lanes: 0, ..Options::of(url) };
                (Place::Postgres(server.clone()), url.clone(), options)
            }
            DatabaseUrl::Sqlite(target) => {
                let target = target.clone();
                let place = on_a_thread("db-load", move || set_aside(target, tables)).await?;
                let Place::Sqlite { beside, .. } = &place else { return Err(Error::internal("no file")) };
                let url = DatabaseUrl::Sqlite(beside.clone());
                let options = Options { readers: 0, background: 0, loads: true, ..Options::of(&url) };
                (place, url, options)
            }
        };
        Ok(Self { db: Db::open(&url, clock, options).await?, place })
    }

    /// Where to write, by `write_long`. On SQLite there is nobody who reads.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Makes the database whole, durable, and known to the planner.
    pub async fn finish(self) -> Result<()> {
        self.db.close().await;
        match self.place {
            Place::Postgres(url) => on_a_thread("db-settle", move || settle(&url)).await,
            Place::Sqlite { target, beside, dropped, held } => {
                on_a_thread("db-load", move || put_in_place(&target, &beside, &dropped, held)).await
            }
        }
    }
}

/// After a bulk load PostgreSQL learns what is in the tables now, and which pages all can see. It would get there by
/// itself, later.
pub(super) fn settle(url: &str) -> Result<()> {
    let vacuum = async |client: &mut Client| client.batch_execute("VACUUM (ANALYZE)").await;
    let settled = postgres::apart(url, postgres::LONGEST, vacuum)?;
    settled.map_err(|error| Error::internal(format!("after the load: {}", postgres::said(&error))))
}

fn set_aside(target: PathBuf, tables: &[&str]) -> Result<Place> {
    let beside = files::beside(&target, ".loading");
    let held = exclusively(&target)?;
    remove(&beside)?;
    let filled = held
        .execute("VACUUM INTO $1", [beside.to_str()])
        .and_then(|_| Connection::open(&beside))
        .and_then(|db| strip(&db, tables));
    let dropped = filled.map_err(files::sqlite_failed(&beside))?;
    Ok(Place::Sqlite { target, beside, dropped, held })
}

/// Drops indexes and triggers; gives what makes them again, indexes first.
fn strip(db: &Connection, tables: &[&str]) -> rusqlite::Result<Vec<String>> {
    db.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
    let named = "SELECT type, name, sql, tbl_name FROM sqlite_schema
                  WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY type, rowid";
    let mut made = Vec::new();
    let mut dropped = Vec::new();
    {
        let mut statement = db.prepare(named)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if !tables.contains(&row.get_ref(3)?.as_str()?) {
                continue;
            }
            dropped.push(format!("DROP {} \"{}\"", row.get::<_, String>(0)?, row.get::<_, String>(1)?));
            made.push(row.get(2)?);
        }
    }
    db.execute_batch(&dropped.join(";"))?;
    Ok(made)
}

fn put_in_place(target: &Path, beside: &Path, dropped: &[String], held: Connection) -> Result<()> {
    let failed = files::sqlite_failed(beside);
    let restored = Connection::open(beside).and_then(|db| {
        db.execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -131072; PRAGMA threads = 2;",
        )?;
        db.execute_batch(&dropped.join(";"))?;
        db.execute_batch("PRAGMA journal_mode = WAL")?;
        db.close().map_err(|(_, error)| error)
    });
    restored.map_err(&failed)?;
    held.close().map_err(|(_, error)| failed(error))?;
    let renamed = File::open(beside).and_then(|file| file.sync_all()).and_then(|()| fs::rename(beside, target));
    renamed.map_err(files::io_failed(target))?;
    files::sync_folder_of(target)
}
