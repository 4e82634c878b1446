//! Promises, wake-ups, claims, schedules: who does what, and when.

use std::time::Duration;

use leadhouse::db::{Db, Engine, Lane, Tx};
use leadhouse::error::Error;
use leadhouse::queue::{self, JobKind, Kinds, Mode, NewJob, Pace, Runner, State};
use serde_json::json;
use tokio::sync::oneshot;

use super::*;
use crate::support::database::{TestDb, beside, engine, options};

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
async fn a_commit_wakes_the_workers_of_other_processes() {
    if engine() != Engine::Postgres {
        return; // SQLite has no way to tell another process: it looks every second.
    }
    let base = TestDb::new().await;
    let bench = Bench::new(&base.db);
    let other = Db::open(&base.url, &base.clock, options(&base.url)).await.unwrap();
    for db in [&base.db, &other] {
        db.join_others(&base.url, "leadhouse").unwrap();
    }
    let pace = Pace { poll: Duration::from_hours(1), ..Pace::default() };
    let (stop, stopped) = oneshot::channel::<()>();
    let runner = Runner::new(base.db.clone(), base.clock.clone(), kinds(), bench.clone(), pace);
    let working = tokio::spawn(runner.run(Mode::Forever, async { drop(stopped.await) }));
    for name in ["first", "second", "third"] {
        promise(&other, job(Publish::KIND, &json!({ "name": name }))).await;
        bench.entered.notified().await;
        bench.gate.notify_one();
        if name == "second" {
            // Those who listen are cut off; they come again.
            let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE datname = current_database() AND application_name = 'leadhouse listens'";
            assert!(!beside(&base.url).await.query(cut, &[]).await.unwrap().is_empty());
        }
    }
    stop.send(()).unwrap();
    assert_eq!(working.await.unwrap().unwrap(), 3);
    other.close().await;
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
async fn a_schedule_is_met_once_in_a_period_by_all_nodes_together() {
    let base = TestDb::new().await;
    let bench = Bench::new(&base.db);
    let hour = Duration::from_hours(1);
    let scheduled = || Kinds::default().every::<Fail>(hour).with::<Count>();
    for _ in 0..3 {
        runner(&base, &bench, scheduled()).run(Mode::UntilIdle, std::future::pending()).await.unwrap();
    }
    assert_eq!(only_job(&base.db).await.attempts, 1);
    base.clock.advance(hour);
    for _ in 0..3 {
        runner(&base, &bench, scheduled()).run(Mode::UntilIdle, std::future::pending()).await.unwrap();
    }
    let attempts: Vec<_> = jobs(&base.db).await.into_iter().map(|job| job.attempts).collect();
    assert_eq!(attempts, [2], "while an earlier period's job waits, a new one is not made");
}

#[tokio::test]
async fn jobs_of_another_version_are_left_alone() {
    let base = TestDb::new().await;
    let bench = Bench::new(&base.db);
    promise(&base.db, job("test.of_tomorrow", &json!({}))).await;
    promise(&base.db, job(Count::KIND, &json!({ "n": 1 }))).await;
    assert_eq!(work(&base, &bench).await, 1);
    let tomorrows = jobs(&base.db).await.into_iter().find(|job| job.kind == "test.of_tomorrow").unwrap();
    assert_eq!((tomorrows.state, tomorrows.attempts), (State::Queued, 0));
}

#[tokio::test]
async fn what_was_done_long_ago_is_forgotten_and_what_died_is_not() {
    let base = TestDb::new().await;
    let bench = Bench::new(&base.db);
    promise(&base.db, job(Count::KIND, &json!({ "n": 1 }))).await;
    promise(&base.db, NewJob { max_attempts: 1, ..job(Fail::KIND, &json!({})) }).await;
    work(&base, &bench).await;
    base.clock.advance(Duration::from_hours(7 * 24));
    promise(&base.db, job(Count::KIND, &json!({ "n": 2 }))).await;
    work(&base, &bench).await;
    let week = Duration::from_hours(7 * 24);
    let pruned = base.db.write(queue::lane(), move |tx| queue::prune(tx, week, 100)).await.unwrap();
    assert_eq!(pruned, 1);
    let left: Vec<_> = jobs(&base.db).await.into_iter().map(|job| job.state).collect();
    assert_eq!(left, [State::Done, State::Dead]);
}
