//! Far more rows than units of work are made for, as a load test needs them: `Tx::insert_all`, and on SQLite a file
//! beside the real one, without journal, indexes and triggers while it is filled, put in its place when it is whole.
//!
//! A run that is killed leaves the database as it was on SQLite; on PostgreSQL the units that were committed stay.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::place::{self, exclusively, remove};
use super::{Db, Options, Tx, Value, migrate, on_a_thread};
use crate::clock::Clock;
use crate::config::DatabaseUrl;
use crate::error::{Error, Result};

/// A row that is written whole, without asking what is there. See [`record!`](crate::record).
pub trait Record {
    const TABLE: &'static str;
    const COLUMNS: &'static [&'static str];

    /// Adds the columns' values, in their order.
    fn values<'a>(&'a self, into: &mut Vec<Value<'a>>);
}

/// Declares a struct whose fields are the columns of a table that [`Tx::insert_all`] fills.
#[macro_export]
macro_rules! record {
    ($(#[$meta:meta])* $vis:vis struct $name:ident in $table:literal {
        $($(#[$field_meta:meta])* $field:ident: $type:ty),* $(,)?
    }) => {
        $(#[$meta])*
        $vis struct $name {
            $($(#[$field_meta])* pub $field: $type),*
        }

        impl $crate::db::Record for $name {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),*];

            fn values<'a>(&'a self, into: &mut Vec<$crate::db::Value<'a>>) {
                into.extend([$($crate::db::Param::value(&self.$field)),*]);
            }
        }
    };
}

/// Records of one table, for the engines.
pub(super) trait Records {
    fn table(&self) -> &'static str;
    fn columns(&self) -> &'static [&'static str];
    fn count(&self) -> usize;
    /// The values of the record at `index`, after what `into` held.
    fn values<'a>(&'a self, index: usize, into: &mut Vec<Value<'a>>);
}

impl<R: Record> Records for &[R] {
    fn table(&self) -> &'static str {
        R::TABLE
    }

    fn columns(&self) -> &'static [&'static str] {
        R::COLUMNS
    }

    fn count(&self) -> usize {
        self.len()
    }

    fn values<'a>(&'a self, index: usize, into: &mut Vec<Value<'a>>) {
        if let Some(record) = self.get(index) {
            record.values(into);
        }
    }
}

impl Tx {
    /// Inserts all of them, as fast as the engine can: COPY on PostgreSQL, one prepared statement on SQLite.
    pub fn insert_all<R: Record>(&mut self, records: &[R]) -> Result<()> {
        if records.is_empty() { Ok(()) } else { self.insert_records(&records) }
    }
}

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
    Postgres(DatabaseUrl),
}

impl Loading {
    /// Begins with what a migrated database holds. On SQLite, `tables` have no indexes and triggers until `finish`.
    ///
    /// # Errors
    /// `Conflict` `database_in_use` where another process has the SQLite file open.
    pub async fn begin(url: &DatabaseUrl, clock: &Clock, tables: &'static [&'static str]) -> Result<Self> {
        let (place, url, options) = match url {
            DatabaseUrl::Postgres(_) => {
                let options = Options { readers: 1, background: 1, lanes: 0, ..Options::of(url) };
                (Place::Postgres(url.clone()), url.clone(), options)
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
            Place::Postgres(url) => migrate::settle(&url).await,
            Place::Sqlite { target, beside, dropped, held } => {
                on_a_thread("db-load", move || put_in_place(&target, &beside, &dropped, held)).await
            }
        }
    }
}

fn set_aside(target: PathBuf, tables: &[&str]) -> Result<Place> {
    let beside = place::beside(&target, ".loading");
    let held = exclusively(&target)?;
    remove(&beside)?;
    let filled = held
        .execute("VACUUM INTO $1", [beside.to_str()])
        .and_then(|_| Connection::open(&beside))
        .and_then(|db| strip(&db, tables));
    let dropped = filled.map_err(place::sqlite_failed(&beside))?;
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
    let failed = place::sqlite_failed(beside);
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
    renamed.map_err(place::io_failed(target))?;
    place::sync_folder_of(target)
}
