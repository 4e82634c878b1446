//! The queue: each job is done, once as far as anybody can see, whoever works it and whatever happens to the worker.

mod claims;
mod cost;
mod failures;
mod office;
mod pressed;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use leadhouse::db::{Db, Json, Lane, Tx, params};
use leadhouse::error::{Error, Result};
use leadhouse::id::{JobId, NicheId};
use leadhouse::queue::{self, Filter, Job, JobKind, Kinds, Mode, NewJob, Pace, Runner, State, Ticket};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::{Notify, oneshot};

use crate::support::database::TestDb;

/// What the jobs of these tests work with.
#[derive(Clone)]
struct Bench {
    db: Db,
    /// How often each was done.
    done: Arc<Mutex<BTreeMap<u64, u32>>>,
    entered: Arc<Notify>,
    gate: Arc<Notify>,
}

impl Bench {
    fn new(db: &Db) -> Self {
        Self { db: db.clone(), done: Arc::default(), entered: Arc::default(), gate: Arc::default() }
    }

    fn times(&self, n: u64) -> u32 {
        self.done.lock().unwrap().get(&n).copied().unwrap_or(0)
    }
}

/// Is counted, and done.
#[derive(Deserialize)]
struct Count {
    n: u64,
}

impl JobKind<Bench> for Count {
    const KIND: &'static str = "test.count";

    async fn run(self, bench: Bench, _: Ticket) -> Result<()> {
        *bench.done.lock().unwrap().entry(self.n).or_default() += 1;
        Ok(())
    }
}

#[derive(Deserialize)]
struct Fail {}

impl JobKind<Bench> for Fail {
    const KIND: &'static str = "test.fail";

    async fn run(self, _: Bench, _: Ticket) -> Result<()> {
        Err(Error::Unavailable("the other side\0 is away".into()))
    }
}

#[derive(Deserialize)]
struct Panic {}

impl JobKind<Bench> for Panic {
    const KIND: &'static str = "test.panic";

    async fn run(self, _: Bench, _: Ticket) -> Result<()> {
        panic!("a poison pill");
    }
}

/// Waits at the gate, then has an effect (a niche named after it and the attempt) and is finished in one unit.
#[derive(Deserialize)]
struct Publish {
    name: String,
}

impl JobKind<Bench> for Publish {
    const KIND: &'static str = "test.publish";

    async fn run(self, bench: Bench, ticket: Ticket) -> Result<()> {
        bench.entered.notify_one();
        bench.gate.notified().await;
        let publish = move |tx: &mut Tx| {
            let id = NicheId::new(tx.now());
            let niche = "INSERT INTO niches (id, name, created_at) VALUES ($1, $2, $3)";
            tx.execute(niche, params![id, format!("{} {}", self.name, ticket.attempts), tx.now()])?;
            ticket.finish(tx)
        };
        bench.db.write(Lane::MONEY, publish).await
    }
}

fn kinds() -> Kinds<Bench> {
    Kinds::default().with::<Count>().with::<Fail>().with::<Panic>().with::<Publish>()
}

fn job(kind: &'static str, payload: &Value) -> NewJob {
    let run_at = leadhouse::clock::Clock::default().now();
    NewJob { kind, payload: Json(payload.to_string()), run_at, dedup_key: None, max_attempts: 3 }
}

async fn promise(db: &Db, job: NewJob) {
    db.write(Lane::MONEY, move |tx| queue::enqueue(tx, &job)).await.unwrap();
}

fn runner(base: &TestDb, bench: &Bench, kinds: Kinds<Bench>) -> Runner<Bench> {
    Runner::new(bench.db.clone(), base.clock.clone(), kinds, bench.clone(), Pace::default())
}

/// Works what is due; how many jobs were taken.
async fn work(base: &TestDb, bench: &Bench) -> u64 {
    runner(base, bench, kinds()).run(Mode::UntilIdle, std::future::pending()).await.unwrap()
}

async fn jobs(db: &Db) -> Vec<Job> {
    let all = Filter { state: None, kind: None, before: None, limit: 1_000 };
    db.read(move |read| queue::list(read, &all)).await.unwrap()
}

async fn only_job(db: &Db) -> Job {
    let mut jobs = jobs(db).await;
    assert_eq!(jobs.len(), 1, "{jobs:?}");
    jobs.remove(0)
}

async fn niches(db: &Db) -> Vec<String> {
    let names: Vec<(String,)> = db.read(|read| read.all("SELECT name FROM niches ORDER BY name", &[])).await.unwrap();
    names.into_iter().map(|(name,)| name).collect()
}
