//! Brings the schema up to date, safe from several nodes at once.
//!
//! Each migration is one transaction together with its line in the history, so a run that is killed goes on where it
//! was.

use std::path::Path;
use std::time::{Duration, Instant};

use refinery::{Migration, Runner, SchemaVersion, Target};
use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use tokio_postgres::Client;

use super::history::{postgres_version, sqlite_version};
use super::postgres;
use super::schema::Schema;
use super::sqlite::{files, unusable, unusable_since};
use super::thread::{on_a_thread, on_a_thread_while_awaited, pause};

use super::url::DatabaseUrl;
use ground::error::{Error, Result};

/// How long another node may take to migrate before this one gives up.
const PATIENCE: Duration = Duration::from_mins(5);

/// The number that means "migrating" among the advisory locks of a PostgreSQL database.
const LOCK: i64 = 0x6c65_6164_686f;

const THREAD: &str = "db-migrate";

/// The versions a run went from and to; alike where there was nothing to do. 0: an empty database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// Before.
    pub from: SchemaVersion,
    /// Now.
    pub to: SchemaVersion,
}

/// Migrates to the newest version of `schema`, which makes the database where there is none. Dropped before its end it gives
/// up: PostgreSQL is told to stop what it does for it, so that no backend goes on waiting for another node's migration.
///
/// # Errors
/// `Conflict` where the database is newer than the program; `Internal` where a migration fails.
pub async fn up(url: &DatabaseUrl, schema: &'static Schema) -> Result<Report> {
    match url.clone() {
        DatabaseUrl::Sqlite(path) => on_a_thread(THREAD, move || sqlite(&path, schema)).await,
        DatabaseUrl::Postgres(url) => {
            on_a_thread_while_awaited(THREAD, move |given_up| {
                let work = async |client: &mut Client| over_postgres(client, schema).await;
                postgres::locked(&url, postgres::LONGEST, (LOCK, PATIENCE), given_up, work)
            })
            .await
        }
    }
}

fn runners(migrations: &[(&str, &str)]) -> Result<(Vec<Migration>, SchemaVersion)> {
    let parsed = migrations.iter().map(|(name, sql)| Migration::unapplied(name, sql).map_err(failed));
    let parsed = parsed.collect::<Result<Vec<_>>>()?;
    let newest = parsed.iter().map(Migration::version).max().unwrap_or(0);
    Ok((parsed, newest))
}

/// One migration and its line in the history are one transaction only where refinery "groups" them.
fn runner(migrations: &[Migration], version: SchemaVersion) -> Runner {
    Runner::new(migrations).set_grouped(true).set_target(Target::Version(version))
}

fn failed(error: impl std::error::Error) -> Error {
    let source = error.source().map_or_else(String::new, |source| format!(": {source}"));
    Error::internal(format!("migration failed: {error}{source}"))
}

fn refuse_newer(schema: &Schema, found: SchemaVersion, newest: SchemaVersion) -> Result<()> {
    if found <= newest {
        return Ok(());
    }
    let program = schema.program;
    let detail = format!("the database has schema {found}, this {program} knows {newest}: take a newer {program}");
    Err(Error::conflict("newer_schema", detail))
}

/// SQLite knows no lock from one transaction to the next. Of two at once one fails a migration that the other made in
/// the meantime; that it is in the history by then tells it from a failure.
fn sqlite(path: &Path, schema: &Schema) -> Result<Report> {
    let failing = |error: rusqlite::Error| unusable(path, &error);
    let mut db = open(path).map_err(failing)?;
    let (migrations, newest) = runners(schema.sqlite)?;
    let from = sqlite_version(&db).map_err(failing)?;
    refuse_newer(schema, from, newest)?;
    let mut at = from;
    while at < newest {
        let done = runner(&migrations, at + 1).run(&mut db);
        let now = sqlite_version(&db).map_err(failing)?;
        if now <= at {
            done.map_err(|error| unusable_since(path, &error).unwrap_or_else(|| failed(error)))?;
        }
        refuse_newer(schema, now, newest)?;
        at = now.max(at + 1);
    }
    check_references(&db, at).map_err(failing)??;
    settle_log(&db).map_err(failing)?;
    Ok(Report { from, to: at })
}

/// References are not looked at while migrating, since a table is rebuilt by dropping it: they are once for each version of
/// the schema. The file keeps which version it was, so that a start does not read all tables, and one that was killed before
/// it had looked does not go on without.
fn check_references(db: &Connection, version: SchemaVersion) -> rusqlite::Result<Result<()>> {
    let checked: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if checked == i64::from(version) {
        return Ok(Ok(()));
    }
    let broken: i64 = db.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))?;
    if broken > 0 {
        let why = format!("after the migration {broken} rows refer to rows that are not there");
        return Ok(Err(Error::internal(why)));
    }
    db.pragma_update(None, "user_version", version)?;
    Ok(Ok(()))
}

/// Writes what is in the log into the database, as far as nobody is at work with it. After a crash the log may hold what the
/// kernel took and the disk never got, because an fsync had failed: as it was read it would be taken for good, and be
/// gone at the next power cut together with all that came after. Written anew, it is on the disk or the start fails.
fn settle_log(db: &Connection) -> rusqlite::Result<()> {
    db.busy_timeout(Duration::ZERO)?;
    match db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())) {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Ok(()),
        done => done,
    }
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    files::keep_private(path);
    let mut db = Connection::open(path)?;
    db.busy_timeout(PATIENCE)?;
    db.set_transaction_behavior(TransactionBehavior::Immediate);
    db.execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF;")?;
    // The one change for which SQLite does not wait by itself.
    let until = Instant::now() + PATIENCE;
    loop {
        match db.execute_batch("PRAGMA journal_mode = WAL") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && Instant::now() < until => {
                pause(0);
            }
            done => return done.map(|()| db),
        }
    }
}

async fn over_postgres(client: &mut Client, schema: &Schema) -> Result<Report> {
    let (migrations, newest) = runners(schema.postgres)?;
    let from = postgres_version(client).await.map_err(failed)?;
    refuse_newer(schema, from, newest)?;
    for version in from + 1..=newest {
        runner(&migrations, version).run_async(client).await.map_err(failed)?;
    }
    Ok(Report { from, to: newest })
}
