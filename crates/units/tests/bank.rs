//! What the crate promises, on SQLite: the same promises are kept on PostgreSQL by the tests of the product that stands on it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected ends"
)]

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;
use units::backup::{Restoring, backup};
use units::{Clock, DatabaseUrl, Db, DbError, Error, Kind, Lane, Options, Result, Schema, Tx, Unit, migrate, params};

const BANK: Schema = Schema {
    program: "bank",
    name: "Bank",
    mark: "bank",
    sqlite: &[(
        "V1__accounts",
        "CREATE TABLE bank (id INTEGER PRIMARY KEY); INSERT INTO bank VALUES (1);
         CREATE TABLE accounts (name TEXT PRIMARY KEY, cents INTEGER NOT NULL CHECK (cents >= 0)) STRICT",
    )],
    postgres: &[],
};

const GROWN: Schema =
    Schema { sqlite: &[BANK.sqlite[0], ("V2__owners", "ALTER TABLE accounts ADD COLUMN owner TEXT")], ..BANK };

struct Bank {
    folder: TempDir,
    url: DatabaseUrl,
    db: Db,
}

impl Bank {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::Sqlite(folder.path().join("bank.db"));
        migrate::up(&url, &BANK).await.unwrap();
        let db = Db::open(&url, &Clock::default(), Options::of(&url)).await.unwrap();
        Self { folder, url, db }
    }

    async fn cents(&self) -> Vec<(String, i64)> {
        self.db.read(|read| read.all("SELECT name, cents FROM accounts ORDER BY name", &[])).await.unwrap()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn open(name: &'static str, cents: i64) -> impl Unit<()> {
    Lane::MONEY.unit(move |tx| {
        tx.execute("INSERT INTO accounts (name, cents) VALUES ($1, $2)", params![name, cents]).map(drop)
    })
}

fn kind_of<T: std::fmt::Debug>(outcome: Result<T>) -> Kind {
    match outcome {
        Err(Error::Internal(error)) => error.downcast_ref::<DbError>().expect("a database error").kind,
        other => panic!("{other:?} is no defect"),
    }
}

#[tokio::test]
async fn a_unit_that_fails_or_panics_leaves_nothing() {
    let bank = Bank::new().await;
    let failed = open("ann", 1).then(|_, ()| Err::<(), _>(Error::Gone("patience")));
    assert!(matches!(bank.db.run(failed).await, Err(Error::Gone("patience"))));
    let panicked = open("bob", 1).then(|_, ()| if true { panic!("out of hand") } else { Ok(()) });
    assert!(matches!(bank.db.run(panicked).await, Err(Error::Internal(_))));
    assert_eq!(kind_of(bank.db.run(open("eve", -1)).await), Kind::Check);
    bank.db.run(open("joe", 7)).await.unwrap();
    assert_eq!(bank.cents().await, [("joe".to_owned(), 7)]);
}

#[tokio::test]
async fn units_that_wait_together_fail_alone() {
    let bank = Bank::new().await;
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let opened: Vec<_> = names
        .into_iter()
        .enumerate()
        .map(|(at, name)| {
            let (db, cents) = (bank.db.clone(), if at % 2 == 0 { 1 } else { -1 });
            tokio::spawn(async move { db.run(open(name, cents)).await.is_ok() })
        })
        .collect();
    for (at, opened) in opened.into_iter().enumerate() {
        assert_eq!(opened.await.unwrap(), at % 2 == 0);
    }
    assert_eq!(bank.cents().await.len(), names.len() / 2);
}

#[tokio::test]
async fn a_raced_unit_runs_again_and_what_follows_a_commit_comes_once() {
    let bank = Bank::new().await;
    let (runs, told) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let (run, tell) = (Arc::clone(&runs), Arc::clone(&told));
    let unit = move |tx: &mut Tx| {
        let tell = Arc::clone(&tell);
        tx.after_commit(move || {
            tell.fetch_add(1, Ordering::Relaxed);
        });
        if run.fetch_add(1, Ordering::Relaxed) < 2 { Err(Error::Raced) } else { Ok(()) }
    };
    bank.db.write(Lane::MONEY, unit).await.unwrap();
    assert_eq!((runs.load(Ordering::Relaxed), told.load(Ordering::Relaxed)), (3, 1));
}

#[tokio::test]
async fn an_error_of_the_database_cannot_be_passed_over() {
    let bank = Bank::new().await;
    let careless = Lane::MONEY.unit(|tx| {
        let _ = tx.execute("INSERT INTO accounts (name, cents) VALUES ('ann', -1)", &[]);
        Ok(())
    });
    assert_eq!(kind_of(bank.db.run(careless).await), Kind::Swallowed);
    assert!(bank.cents().await.is_empty());
}

#[tokio::test]
async fn who_reads_cannot_write() {
    let bank = Bank::new().await;
    let sly = bank
        .db
        .read(|read| read.all::<(String,)>("INSERT INTO accounts (name, cents) VALUES ('ann', 1) RETURNING name", &[]));
    assert_eq!(kind_of(sly.await), Kind::ReadOnly);
}

#[tokio::test]
async fn a_signal_follows_the_commit_of_who_asked_for_it() {
    let bank = Bank::new().await;
    let (work, news) = (bank.db.wakeups(), bank.db.news());
    let signals = Lane::of(uuid::Uuid::nil()).unit(|tx| {
        tx.ring();
        Ok(())
    });
    bank.db.run(signals).await.unwrap();
    assert!(work.has_changed().unwrap() && !news.has_changed().unwrap());
}

#[tokio::test]
async fn a_database_is_migrated_once_and_never_back() {
    let bank = Bank::new().await;
    bank.db.run(open("ann", 1)).await.unwrap();
    let up = migrate::up(&bank.url, &GROWN).await.unwrap();
    assert_eq!((up.from, up.to), (1, 2));
    let again = migrate::up(&bank.url, &GROWN).await.unwrap();
    assert_eq!((again.from, again.to), (2, 2));
    let Err(Error::Conflict { code, detail, .. }) = migrate::up(&bank.url, &BANK).await else { panic!("it went back") };
    assert_eq!(code, "newer_schema");
    assert_eq!(detail, "the database has schema 2, this bank knows 1: take a newer bank");
    let found = units::look(&bank.url, &GROWN, "SELECT name, owner FROM accounts").await.unwrap().unwrap();
    assert_eq!((found.version, found.row), (2, vec![Some("ann".to_owned()), None]));
}

#[tokio::test]
async fn a_copy_is_whole_and_takes_the_place_of_what_was_there() {
    let bank = Bank::new().await;
    bank.db.run(open("ann", 1)).await.unwrap();
    let (from, copy) = (bank.file("bank.db"), bank.file("copy.db"));
    let copied = backup(&from, &copy, false, &BANK, Box::new(|_, _| {})).await.unwrap();
    assert_eq!(copied.version, 1);
    let Err(Error::Conflict { code, .. }) = backup(&from, &copy, false, &BANK, Box::new(|_, _| {})).await else {
        panic!("it was replaced")
    };
    assert_eq!(code, "exists");
    bank.db.run(open("bob", 2)).await.unwrap();
    bank.db.clone().close().await;
    std::fs::write(bank.file("letter.txt"), "Dear bank").unwrap();
    let letter = Restoring::begin(&bank.file("letter.txt"), &from, true, &BANK, Box::new(|_, _| {})).await;
    assert!(matches!(letter, Err(Error::Conflict { code: "no_database", .. })));
    let restoring = Restoring::begin(&copy, &from, true, &BANK, Box::new(|_, _| {})).await.unwrap();
    restoring.put().await.unwrap();
    let db = Db::open(&bank.url, &Clock::default(), Options::of(&bank.url)).await.unwrap();
    let names: Vec<(String,)> = db.read(|read| read.all("SELECT name FROM accounts", &[])).await.unwrap();
    assert_eq!(names, [("ann".to_owned(),)]);
}

/// The nice value of the thread that asks.
#[cfg(target_os = "linux")]
fn nice() -> i64 {
    let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
    stat.rsplit(')').next().unwrap().split_whitespace().nth(16).unwrap().parse().unwrap()
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn what_nobody_waits_for_leaves_the_cpu_to_the_others() {
    let (bank, ours) = (Bank::new().await, nice());
    let background = bank.db.background(|_| Ok(nice())).await.unwrap();
    let read = bank.db.read(|_| Ok(nice())).await.unwrap();
    // Nothing is nicer than 19, as whoever started this may be already.
    assert_eq!((background, read), ((ours + 10).min(19), ours));
}
