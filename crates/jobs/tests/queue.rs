//! Jobs over a SQLite of their own: what is promised, done, tried again and given up.

#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected ends")]

use std::sync::{Arc, Mutex};

use ground::error::{Error, Result};
use jobs::{Filter, JobKind, Kinds, Mode, NewJob, Pace, Runner, State, Ticket};
use serde::Deserialize;
use serde_json::json;
use units::{Clock, DatabaseUrl, Db, Lane, Options, Schema, Tx, migrate};

const SCHEMA: Schema = Schema {
    program: "shop",
    name: "Shop",
    mark: "shop",
    sqlite: &[(
        "V1__jobs",
        "CREATE TABLE shop (id INTEGER PRIMARY KEY);
         CREATE TABLE jobs (
           id BLOB PRIMARY KEY, kind TEXT NOT NULL, payload TEXT NOT NULL, dedup_key TEXT,
           state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'dead')),
           run_at INTEGER NOT NULL, lease_until INTEGER, attempts INTEGER NOT NULL DEFAULT 0,
           max_attempts INTEGER NOT NULL, last_error TEXT, created_at INTEGER NOT NULL, finished_at INTEGER,
           CHECK ((state = 'running') = (lease_until IS NOT NULL)),
           CHECK ((state IN ('done', 'dead')) = (finished_at IS NOT NULL))) STRICT;
         CREATE UNIQUE INDEX jobs_dedup ON jobs (kind, dedup_key) WHERE state = 'queued' AND dedup_key IS NOT NULL",
    )],
    postgres: &[],
};

/// What was done, in order.
type Done = Arc<Mutex<Vec<String>>>;

/// A parcel that is sent, unless its address is no good.
#[derive(Deserialize)]
struct Send {
    to: String,
}

impl JobKind<Done> for Send {
    const KIND: &'static str = "shop.send";

    async fn run(self, done: Done, _ticket: Ticket) -> Result<()> {
        if self.to == "nowhere" {
            return Err(Error::Unavailable("no such place".into()));
        }
        done.lock().unwrap().push(self.to);
        Ok(())
    }
}

struct Shop {
    db: Db,
    clock: Clock,
    done: Done,
    _folder: tempfile::TempDir,
}

impl Shop {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (url, clock) = (DatabaseUrl::Sqlite(folder.path().join("shop.db")), Clock::default());
        migrate::up(&url, &SCHEMA).await.unwrap();
        let db = Db::open(&url, &clock, Options::of(&url)).await.unwrap();
        Self { db, clock, done: Done::default(), _folder: folder }
    }

    /// Promises a parcel; `fails`: in a unit that comes to nothing.
    async fn promise(&self, to: &'static str, attempts: i64, fails: bool) {
        let promised = self.db.write(Lane::MONEY, move |tx: &mut Tx| {
            let job = NewJob::now(Send::KIND, &json!({ "to": to }), tx).keyed(to);
            jobs::enqueue(tx, &NewJob { max_attempts: attempts, ..job })?;
            if fails { Err(Error::NotFound("money")) } else { Ok(()) }
        });
        assert_eq!(promised.await.is_err(), fails);
    }

    /// Works what is due; how many jobs that were.
    async fn works(&self) -> u64 {
        let kinds = Kinds::default().with::<Send>();
        let runner = Runner::new(self.db.clone(), self.clock.clone(), kinds, Arc::clone(&self.done), Pace::default());
        runner.run(Mode::UntilIdle, std::future::pending()).await.unwrap()
    }

    async fn all(&self) -> Vec<jobs::Job> {
        let filter = Filter { state: None, kind: None, before: None, limit: 10 };
        self.db.read(move |read| jobs::list(read, &filter)).await.unwrap()
    }
}

#[tokio::test]
async fn a_promise_is_kept_exactly_when_its_unit_is() {
    let shop = Shop::open().await;
    shop.promise("rome", 3, true).await;
    shop.promise("oslo", 3, false).await;
    shop.promise("oslo", 3, false).await;
    assert_eq!(shop.works().await, 1, "asked twice is asked once");
    assert_eq!(*shop.done.lock().unwrap(), ["oslo"]);
    assert_eq!(shop.all().await[0].state, State::Done);
    assert_eq!(shop.works().await, 0);
}

#[tokio::test]
async fn what_fails_is_tried_again_later_and_then_given_up() {
    let shop = Shop::open().await;
    shop.promise("nowhere", 2, false).await;
    assert_eq!((shop.works().await, shop.works().await), (1, 0), "not at once");
    shop.clock.advance(std::time::Duration::from_mins(1));
    assert_eq!(shop.works().await, 1);
    let job = shop.all().await.remove(0);
    assert_eq!((job.state, job.attempts), (State::Dead, 2));
    assert!(job.last_error.unwrap().contains("no such place"));
    shop.db.write(jobs::lane(), move |tx| jobs::retry(tx, job.id).map(drop)).await.unwrap();
    assert_eq!(shop.works().await, 1, "a dead job gets one more attempt");
}

#[tokio::test]
async fn a_stale_ticket_finishes_nothing() {
    let shop = Shop::open().await;
    shop.promise("oslo", 3, false).await;
    let job = shop.all().await.remove(0);
    let stale = Ticket { job: job.id, attempts: 7 };
    let error = shop.db.write(Lane::MONEY, move |tx| stale.finish(tx)).await.unwrap_err();
    assert!(matches!(error, Error::Conflict { code: "lease_lost", .. }), "{error:?}");
    assert_eq!(shop.all().await[0].state, State::Queued);
}
