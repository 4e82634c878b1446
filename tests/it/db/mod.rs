//! Units of work, on the engine under test.

mod ahead;
mod later;
mod pooler;
mod postgres;
mod sets;
mod sharing;
mod sqlite;
pub mod tls;
mod units;
mod values;

use std::sync::mpsc;

use leadhouse::clock::Clock;
use leadhouse::config::DatabaseUrl;
use leadhouse::db::{Db, Engine, Kind, Lane, Options, Read, Tx};
use leadhouse::error::{Error, Result};
use leadhouse::params;
use tokio::task::JoinHandle;

use crate::support::database::{self, Place};

/// A database with one table of the test's own, and the kit on it.
struct TestDb {
    db: Db,
    clock: Clock,
    url: DatabaseUrl,
    place: Place,
}

impl TestDb {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let (url, place) = database::migrated().await;
        let clock = Clock::default();
        let mut options = database::options(&url);
        change(&mut options);
        let db = Db::open(&url, &clock, options).await.unwrap();
        let test = Self { db, clock, url, place };
        let create = "CREATE TABLE marks (mark bigint PRIMARY KEY, n bigint NOT NULL DEFAULT 0)";
        test.write(|tx| tx.execute(create, &[])).await.unwrap();
        test
    }

    /// A second kit on the same database, as another process has it.
    async fn another(&self) -> Db {
        Db::open(&self.url, &self.clock, database::options(&self.url)).await.unwrap()
    }

    /// A unit in the lane of money.
    async fn write<T: Send + 'static>(&self, unit: impl Fn(&mut Tx) -> Result<T> + Send + 'static) -> Result<T> {
        self.db.write(Lane::MONEY, unit).await
    }

    /// The same, under way: in the lane's queue when this returns.
    async fn writing<T: Send + 'static>(
        &self,
        unit: impl Fn(&mut Tx) -> Result<T> + Send + 'static,
    ) -> JoinHandle<Result<T>> {
        let db = self.db.clone();
        let under_way = tokio::spawn(async move { db.write(Lane::MONEY, unit).await });
        tokio::task::yield_now().await;
        under_way
    }

    async fn marks(&self) -> Vec<i64> {
        self.read_marks().await.unwrap()
    }

    async fn read_marks(&self) -> Result<Vec<i64>> {
        let rows = self.db.read(|read| read.all::<(i64,)>("SELECT mark FROM marks ORDER BY mark", &[])).await?;
        Ok(rows.into_iter().map(|(mark,)| mark).collect())
    }

    /// Stops the lane of money until the result is dropped or told to go on; then what waits, waits together.
    async fn hold(&self) -> (Go, JoinHandle<Result<()>>) {
        let (go, wait) = Go::new();
        let (arrived, here) = tokio::sync::oneshot::channel();
        let arrived = std::sync::Mutex::new(Some(arrived));
        let held = self
            .writing(move |_| {
                if let Some(arrived) = arrived.lock().unwrap().take() {
                    arrived.send(()).unwrap();
                }
                wait.wait();
                Ok(())
            })
            .await;
        here.await.unwrap();
        (go, held)
    }

    /// Ends it all; looks for transactions left open, whose connections are still there.
    async fn end(self) {
        drop(self.place);
        self.db.close().await;
    }
}

/// Lets a unit go on that waits inside; a clone of the receiver serves each run of the unit.
struct Go(#[expect(dead_code, reason = "dropping it is what it is for")] mpsc::Sender<()>);

struct Wait(std::sync::Mutex<mpsc::Receiver<()>>);

impl Go {
    fn new() -> (Self, Wait) {
        let (go, wait) = mpsc::channel();
        (Self(go), Wait(std::sync::Mutex::new(wait)))
    }
}

impl Wait {
    /// Until `Go` is dropped.
    fn wait(&self) {
        let _ = self.0.lock().unwrap().recv();
    }
}

fn mark(tx: &mut Tx, mark: i64) -> Result<()> {
    tx.execute("INSERT INTO marks (mark) VALUES ($1)", params![mark]).map(drop)
}

/// Which kind of database error an `Internal` is.
#[track_caller]
fn kind<T>(outcome: Result<T>) -> Kind {
    match outcome.err() {
        Some(Error::Internal(error)) => error.downcast_ref::<leadhouse::db::DbError>().expect("a database error").kind,
        other => panic!("no Internal: {other:?}"),
    }
}

#[track_caller]
fn assert_unavailable<T>(outcome: Result<T>) {
    match outcome.err() {
        Some(Error::Unavailable(_)) => {}
        other => panic!("not Unavailable: {other:?}"),
    }
}

fn is_postgres(read: &Read) -> bool {
    read.engine() == Engine::Postgres
}

/// Statements that break a constraint which is looked at only at COMMIT.
pub fn late_constraint(read: &Read) -> [&'static str; 2] {
    if is_postgres(read) {
        [
            "ALTER TABLE provider_accounts ADD CONSTRAINT late FOREIGN KEY (provider_id) REFERENCES providers (id)
             DEFERRABLE INITIALLY DEFERRED, DROP CONSTRAINT provider_accounts_provider_id_fkey",
            "INSERT INTO provider_accounts (provider_id) VALUES ('00000000-0000-7000-8000-000000000000')",
        ]
    } else {
        [
            "PRAGMA defer_foreign_keys = ON",
            "INSERT INTO provider_accounts (provider_id) VALUES (x'00000000000070008000000000000000')",
        ]
    }
}

/// Goes on for longer than any unit may take.
pub fn takes_too_long(tx: &mut Tx) -> Result<()> {
    let long = if is_postgres(tx) {
        "SELECT 1 FROM (SELECT pg_sleep(30)) AS long"
    } else {
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) SELECT count(*) FROM n"
    };
    tx.all::<(i64,)>(long, &[]).map(drop)
}
