//! The queue: each job is done, once as far as anybody can see, whoever works it and whatever happens to the worker.

mod nodes;
mod office;

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

use crate::support::database::{TestDb, options};
use crate::support::{Client, TestApp};

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_workers_do_each_job_once() {
    let base = TestDb::new().await;
    let bench = Bench::new(&base.db);
    let promised =
        move |tx: &mut Tx| (0..200).try_for_each(|n| queue::enqueue(tx, &job(Count::KIND, &json!({ "n": n }))));
    base.db.write(Lane::MONEY, promised).await.unwrap();
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let db = Db::open(&base.url, &base.clock, options(&base.url)).await.unwrap();
        let of_its_own = Bench { db: db.clone(), ..bench.clone() };
        let runner = runner(&base, &of_its_own, kinds());
        workers.spawn(async move {
            let taken = runner.run(Mode::UntilIdle, std::future::pending()).await.unwrap();
            db.close().await;
            taken
        });
    }
    assert_eq!(workers.join_all().await.iter().sum::<u64>(), 200);
    assert!((0..200).all(|n| bench.times(n) == 1), "{:?}", bench.done);
    assert!(jobs(&base.db).await.iter().all(|job| (job.state, job.attempts) == (State::Done, 1)));
}

#[tokio::test]
async fn a_promise_is_kept_when_the_unit_is_and_only_then() {
    let base = TestDb::new().await;
    let bench = Bench::new(&base.db);
    let broken = base.db.write(Lane::MONEY, |tx| {
        queue::enqueue(tx, &job(Count::KIND, &json!({ "n": 1 })))?;
        Err::<(), _>(Error::NotFound("reason to go on"))
    });
    assert!(broken.await.is_err());
    assert_eq!(work(&base, &bench).await, 0);
    promise(&base.db, job(Count::KIND, &json!({ "n": 1 }))).await;
    assert_eq!(work(&base, &bench).await, 1);
    assert_eq!(bench.times(1), 1);
}

#[tokio::test]
async fn a_commit_wakes_the_worker_of_this_process() {
    let base = TestDb::new().await;
    let bench = Bench::new(&base.db);
    // Without the wake-up nothing would be looked for within the test's time.
    let pace = Pace { poll: Duration::from_hours(1), ..Pace::default() };
    let (stop, stopped) = oneshot::channel::<()>();
    let runner = Runner::new(base.db.clone(), base.clock.clone(), kinds(), bench.clone(), pace);
    let working = tokio::spawn(runner.run(Mode::Forever, async { drop(stopped.await) }));
    for name in ["first", "second"] {
        promise(&base.db, job(Publish::KIND, &json!({ "name": name }))).await;
        bench.entered.notified().await;
        bench.gate.notify_one();
    }
    stop.send(()).unwrap();
    assert_eq!(working.await.unwrap().unwrap(), 2);
    assert_eq!(niches(&base.db).await, ["first 1", "second 1"]);
}

#[tokio::test]
async fn what_fails_is_tried_again_later_and_is_dead_in_the_end() {
    let base = TestDb::new().await;
    let bench = Bench::new(&base.db);
    promise(&base.db, job(Fail::KIND, &json!({}))).await;
    assert_eq!(work(&base, &bench).await, 1);
    let failed = only_job(&base.db).await;
    assert_eq!((failed.state, failed.attempts), (State::Queued, 1));
    assert_eq!(failed.last_error.as_deref(), Some("unavailable: the other side is away"));
    let pause = failed.run_at.since(base.clock.now());
    assert!(pause <= Duration::from_secs(6), "first again within ten seconds: {pause:?}");

    base.clock.advance(Duration::from_secs(3));
    assert_eq!(work(&base, &bench).await, 0, "not yet");
    base.clock.advance(Duration::from_secs(4));
    assert_eq!(work(&base, &bench).await, 1);
    base.clock.advance(Duration::from_secs(13));
    assert_eq!(work(&base, &bench).await, 1);
    let dead = only_job(&base.db).await;
    assert_eq!((dead.state, dead.attempts), (State::Dead, 3));
    assert!(dead.finished_at.is_some());
    base.clock.advance(Duration::from_hours(100));
    assert_eq!(work(&base, &bench).await, 0, "dead is dead");
}

#[tokio::test]
async fn a_job_that_panics_harms_nobody_else() {
    let base = TestDb::new().await;
    let bench = Bench::new(&base.db);
    promise(&base.db, NewJob { max_attempts: 1, ..job(Panic::KIND, &json!({})) }).await;
    promise(&base.db, NewJob { max_attempts: 1, ..job(Count::KIND, &json!({ "wrong": "shape" })) }).await;
    promise(&base.db, job(Count::KIND, &json!({ "n": 1 }))).await;
    assert_eq!(work(&base, &bench).await, 3);
    let ends: Vec<_> = jobs(&base.db).await.into_iter().rev().map(|job| (job.state, job.last_error)).collect();
    assert_eq!(ends[0], (State::Dead, Some("panicked: a poison pill".to_owned())));
    assert_eq!(ends[1].0, State::Dead);
    assert!(ends[1].1.as_ref().unwrap().contains("missing field `n`"), "{ends:?}");
    assert_eq!(ends[2], (State::Done, None));
}

#[tokio::test]
async fn a_lost_lease_is_taken_over_and_the_late_worker_publishes_nothing() {
    let base = TestDb::new().await;
    promise(&base.db, job(Publish::KIND, &json!({ "name": "published" }))).await;
    let slow = Bench::new(&base.db);
    let stuck = tokio::spawn(runner(&base, &slow, kinds()).run(Mode::UntilIdle, std::future::pending()));
    slow.entered.notified().await;

    let quick = Bench::new(&base.db);
    quick.gate.notify_one();
    assert_eq!(work(&base, &quick).await, 0, "the lease holds");
    base.clock.advance(Duration::from_secs(21));
    assert_eq!(work(&base, &quick).await, 1, "nobody extended it");
    assert_eq!(niches(&base.db).await, ["published 2"]);

    slow.gate.notify_one();
    stuck.await.unwrap().unwrap();
    assert_eq!(niches(&base.db).await, ["published 2"], "what the late one wrote was rolled back");
    let taken_over = only_job(&base.db).await;
    assert_eq!((taken_over.state, taken_over.attempts, taken_over.last_error), (State::Done, 2, None));
}

#[tokio::test]
async fn a_lease_is_extended_while_its_job_runs() {
    let base = TestDb::new().await;
    promise(&base.db, job(Publish::KIND, &json!({ "name": "slowly" }))).await;
    let slow = Bench::new(&base.db);
    let pace = Pace { extend_every: Duration::from_millis(5), ..Pace::default() };
    let runner = Runner::new(base.db.clone(), base.clock.clone(), kinds(), slow.clone(), pace);
    let working = tokio::spawn(runner.run(Mode::UntilIdle, std::future::pending()));
    slow.entered.notified().await;
    for _ in 0..5 {
        base.clock.advance(Duration::from_secs(15));
        let (wanted, mut found) = (base.clock.now().plus(Duration::from_secs(15)), false);
        while !found {
            let extended = "SELECT 1 FROM jobs WHERE lease_until > $1";
            let unit = move |read: &mut leadhouse::db::Read| read.optional::<(i64,)>(extended, params![wanted]);
            found = base.db.read(unit).await.unwrap().is_some();
        }
        assert_eq!(work(&base, &Bench::new(&base.db)).await, 0, "it is still the first one's");
    }
    slow.gate.notify_one();
    working.await.unwrap().unwrap();
    assert_eq!((only_job(&base.db).await.attempts, niches(&base.db).await.len()), (1, 1));
}

#[tokio::test]
async fn a_job_whose_last_worker_was_killed_is_dead() {
    let base = TestDb::new().await;
    promise(&base.db, NewJob { max_attempts: 1, ..job(Publish::KIND, &json!({ "name": "x" })) }).await;
    let killed = Bench::new(&base.db);
    let running = tokio::spawn(runner(&base, &killed, kinds()).run(Mode::UntilIdle, std::future::pending()));
    killed.entered.notified().await;
    running.abort();
    base.clock.advance(Duration::from_secs(21));
    promise(&base.db, job(Count::KIND, &json!({ "n": 1 }))).await;
    assert_eq!(work(&base, &Bench::new(&base.db)).await, 1, "only the other one");
    let dead = jobs(&base.db).await.into_iter().find(|job| job.kind == Publish::KIND).unwrap();
    assert_eq!((dead.state, dead.attempts), (State::Dead, 1));
    assert!(dead.last_error.unwrap().contains("lost its lease"));
}

#[tokio::test]
async fn asking_twice_for_the_same_work_is_asking_once() {
    let base = TestDb::new().await;
    let bench = Bench::new(&base.db);
    let now = base.clock.now();
    let keyed = |n: u64, hours| NewJob {
        dedup_key: Some("the same".to_owned()),
        run_at: now.plus(Duration::from_hours(hours)),
        ..job(Count::KIND, &json!({ "n": n }))
    };
    promise(&base.db, keyed(1, 5)).await;
    promise(&base.db, keyed(2, 9)).await;
    assert_eq!(only_job(&base.db).await.run_at, now.plus(Duration::from_hours(5)), "later does not put it off");
    promise(&base.db, keyed(3, 0)).await;
    assert_eq!(only_job(&base.db).await.run_at, now, "sooner brings it forward");
    promise(&base.db, NewJob { kind: Fail::KIND, ..keyed(0, 900) }).await;
    assert_eq!(jobs(&base.db).await.len(), 2, "another kind is other work");
    assert_eq!(work(&base, &bench).await, 1);
    promise(&base.db, keyed(4, 0)).await;
    assert_eq!(work(&base, &bench).await, 1, "what is done may be asked for again");
    assert_eq!((bench.times(1), bench.times(4)), (1, 1));
}

#[tokio::test]
async fn a_failed_job_gives_way_to_its_twin() {
    let base = TestDb::new().await;
    let bench = Bench::new(&base.db);
    let keyed = |name| NewJob { dedup_key: Some("k".to_owned()), ..job(Publish::KIND, &json!({ "name": name })) };
    promise(&base.db, keyed("one")).await;
    let (stop, stopped) = oneshot::channel::<()>();
    let pace = Pace { grace: Duration::ZERO, ..Pace::default() };
    let runner = Runner::new(base.db.clone(), base.clock.clone(), kinds(), bench.clone(), pace);
    let working = tokio::spawn(runner.run(Mode::Forever, async { drop(stopped.await) }));
    bench.entered.notified().await;
    promise(&base.db, NewJob { run_at: base.clock.now().plus(Duration::from_hours(1)), ..keyed("two") }).await;
    stop.send(()).unwrap();
    working.await.unwrap().unwrap();
    let states: Vec<_> = jobs(&base.db).await.into_iter().map(|job| job.state).collect();
    assert_eq!(states, [State::Queued, State::Done], "the running one is released into a queue where its twin waits");
}

#[tokio::test]
async fn a_worker_that_is_told_to_stop_releases_its_job_unharmed() {
    let base = TestDb::new().await;
    let bench = Bench::new(&base.db);
    promise(&base.db, NewJob { max_attempts: 1, ..job(Publish::KIND, &json!({ "name": "in time" })) }).await;
    for round in 1..=3 {
        let pace = Pace { grace: Duration::ZERO, ..Pace::default() };
        let (stop, stopped) = oneshot::channel::<()>();
        let runner = Runner::new(base.db.clone(), base.clock.clone(), kinds(), bench.clone(), pace);
        let working = tokio::spawn(runner.run(Mode::Forever, async { drop(stopped.await) }));
        bench.entered.notified().await;
        stop.send(()).unwrap();
        working.await.unwrap().unwrap();
        let released = only_job(&base.db).await;
        assert_eq!((released.state, released.attempts, released.last_error), (State::Queued, round, None));
    }
    bench.gate.notify_one();
    assert_eq!(work(&base, &bench).await, 1, "it may be tried as if it never had been");
    assert_eq!(niches(&base.db).await, ["in time 4"]);
}

#[tokio::test]
async fn a_stop_lets_what_is_running_end() {
    let base = TestDb::new().await;
    let bench = Bench::new(&base.db);
    promise(&base.db, job(Publish::KIND, &json!({ "name": "ended" }))).await;
    let (stop, stopped) = oneshot::channel::<()>();
    let working = tokio::spawn(runner(&base, &bench, kinds()).run(Mode::Forever, async { drop(stopped.await) }));
    bench.entered.notified().await;
    stop.send(()).unwrap();
    bench.gate.notify_one();
    working.await.unwrap().unwrap();
    assert_eq!(only_job(&base.db).await.state, State::Done);
}
