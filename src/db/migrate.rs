//! Brings the schema up to date, safe from several nodes at once, and furnishes the house.
//!
//! Each migration is one transaction together with its line in the history, so a run that is killed goes on where it
//! was. The same numbers and names stand in `migrations/sqlite` and `migrations/postgres`.

use std::path::Path;
use std::time::{Duration, Instant};

use refinery::{Migration, Runner, SchemaVersion, Target};
use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use tokio_postgres::Client;

use super::database::Db;
use super::history::{postgres_version, sqlite_version};
use super::options::Options;
use super::sqlite::{files, unusable, unusable_since};
use super::thread::{on_a_thread, pause};
use super::tx::Tx;
use super::unit::Lane;
use super::{house, postgres};
use crate::clock::Clock;
use crate::config::DatabaseUrl;
use crate::error::{Error, Result};
use crate::money::Currency;
use crate::params;

macro_rules! migrations {
    ($($name:literal = $file:literal),* $(,)?) => {
        const SQLITE: &[(&str, &str)] = &[$(($name, include_str!(concat!("../../migrations/sqlite/", $file)))),*];
        const POSTGRES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../../migrations/postgres/", $file)))),*];
    };
}

migrations! {
    "V1__accounts" = "0001_accounts.sql",
    "V2__catalog" = "0002_catalog.sql",
    "V3__intake" = "0003_intake.sql",
    "V4__inbox" = "0004_inbox.sql",
    "V5__distribution" = "0005_distribution.sql",
    "V6__billing" = "0006_billing.sql",
    "V7__audit" = "0007_audit.sql",
    "V8__queue" = "0008_queue.sql",
    "V9__outbox" = "0009_outbox.sql",
    "V10__returns" = "0010_returns.sql",
    "V11__exports" = "0011_exports.sql",
    "V12__export_room" = "0012_export_room.sql",
    "V13__undo" = "0013_undo.sql",
    "V14__events" = "0014_events.sql",
    "V15__portal" = "0015_portal.sql",
    "V16__erased_through" = "0016_erased_through.sql",
    "V17__house" = "0017_house.sql",
    "V18__lead_flags" = "0018_lead_flags.sql",
    "V19__samples" = "0019_samples.sql",
    "V20__corrections" = "0020_corrections.sql",
    "V21__remade_exports" = "0021_remade_exports.sql",
    "V22__reachable" = "0022_reachable.sql",
    "V23__terms" = "0023_terms.sql",
    "V24__return_windows" = "0024_return_windows.sql",
    "V25__searched" = "0025_searched.sql",
}

/// How long another node may take to migrate before this one gives up.
const PATIENCE: Duration = Duration::from_mins(5);

/// The number that means "migrating" among the advisory locks of a PostgreSQL database.
const LOCK: i64 = 0x6c65_6164_686f;

/// The versions a run went from and to; alike where there was nothing to do. 0: an empty database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    pub from: SchemaVersion,
    pub to: SchemaVersion,
    /// In how many decimals the house keeps its money.
    pub minor_digits: u8,
}

/// In hundredths, until the house says otherwise.
const MINOR_DIGITS: u8 = 2;

/// Migrates to the newest schema, and writes the house's one row where it is missing.
///
/// A schema newer than this program, and a house that keeps another currency, are refused with `Conflict`.
pub async fn up(url: &DatabaseUrl, clock: &Clock, currency: &str) -> Result<Report> {
    let place = url.clone();
    let report = on_a_thread("db-migrate", move || match place {
        DatabaseUrl::Sqlite(path) => sqlite(&path),
        DatabaseUrl::Postgres(url) => {
            postgres::locked(&url, postgres::LONGEST, (LOCK, PATIENCE), async |client| over_postgres(client).await)
        }
    })
    .await?;
    let db = Db::open(url, clock, Options { readers: 1, background: 1, lanes: 0, ..Options::of(url) }).await?;
    let currency = Currency::read(currency).map_err(Error::internal)?;
    let furnished = db.write(Lane::MONEY, move |tx| furnish(tx, currency)).await;
    db.close().await;
    furnished.map(|minor_digits| Report { minor_digits, ..report })
}

/// Writes the house's row where it is missing; in how many decimals its money is kept.
fn furnish(tx: &mut Tx, currency: Currency) -> Result<u8> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|error| Error::internal(error.to_string()))?;
    let (code, digits) = (currency.code(), currency.digits());
    tx.execute(
        "INSERT INTO house (id, currency, minor_digits, secret, created_at) VALUES (1, $1, $2, $3, $4)
         ON CONFLICT (id) DO NOTHING",
        params![code, i64::from(digits), secret, tx.now()],
    )?;
    house::refuse_moved(tx)?;
    let (found, kept): (String, i64) = tx.one("SELECT currency, minor_digits FROM house WHERE id = 1", &[])?;
    if found != code {
        let detail = format!(
            "this database keeps its money in {found}, and CURRENCY says {code}: it was fixed at the first migration"
        );
        return Err(Error::conflict("other_currency", detail));
    }
    if kept == i64::from(digits) {
        return Ok(digits);
    }
    let money = "SELECT 1 WHERE EXISTS (SELECT 1 FROM ledger_entries) OR EXISTS (SELECT 1 FROM subscriptions)";
    if tx.optional::<(i64,)>(money, &[])?.is_none() {
        tx.execute("UPDATE house SET minor_digits = $1 WHERE id = 1", params![i64::from(digits)])?;
        return Ok(digits);
    }
    // What 100 of them mean is on record in many places, and was agreed with people.
    tracing::warn!("this house was begun when all money had {kept} decimals, and goes on so; {code} has {digits}");
    u8::try_from(kept).map_err(Error::internal)
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

fn refuse_newer(found: SchemaVersion, newest: SchemaVersion) -> Result<()> {
    if found <= newest {
        return Ok(());
    }
    let detail = format!("the database has schema {found}, this leadhouse knows {newest}: take a newer leadhouse");
    Err(Error::conflict("newer_schema", detail))
}

/// SQLite knows no lock from one transaction to the next. Of two at once one fails a migration that the other made in
/// the meantime; that it is in the history by then tells it from a failure.
fn sqlite(path: &Path) -> Result<Report> {
    let failing = |error: rusqlite::Error| unusable(path, &error);
    let mut db = open(path).map_err(failing)?;
    let (migrations, newest) = runners(SQLITE)?;
    let from = sqlite_version(&db).map_err(failing)?;
    refuse_newer(from, newest)?;
    let mut at = from;
    while at < newest {
        let done = runner(&migrations, at + 1).run(&mut db);
        let now = sqlite_version(&db).map_err(failing)?;
        if now <= at {
            done.map_err(|error| unusable_since(path, &error).unwrap_or_else(|| failed(error)))?;
        }
        refuse_newer(now, newest)?;
        at = now.max(at + 1);
    }
    // Off while migrating, since a table is rebuilt by dropping it.
    let broken = db.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get::<_, i64>(0));
    let broken = broken.map_err(failing)?;
    if broken > 0 {
        return Err(Error::internal(format!("after the migration {broken} rows refer to rows that are not there")));
    }
    settle_log(&db).map_err(failing)?;
    Ok(Report { from, to: at, minor_digits: MINOR_DIGITS })
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

async fn over_postgres(client: &mut Client) -> Result<Report> {
    let (migrations, newest) = runners(POSTGRES)?;
    let from = postgres_version(client).await.map_err(failed)?;
    refuse_newer(from, newest)?;
    for version in from + 1..=newest {
        runner(&migrations, version).run_async(client).await.map_err(failed)?;
    }
    Ok(Report { from, to: newest, minor_digits: MINOR_DIGITS })
}
