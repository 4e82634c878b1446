//! Jobs that fail, workers that die, are late, or are told to stop.

use super::*;

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
    // With one slot, it can't be the one that takes the job over; and it never comes to extending the lease.
    let hung = Pace { slots: 1, extend_every: Duration::from_hours(1), ..Pace::default() };
    let runner = Runner::new(base.db.clone(), base.clock.clone(), kinds(), slow.clone(), hung);
    let stuck = tokio::spawn(runner.run(Mode::UntilIdle, std::future::pending()));
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

/// Many end at once and are settled together: one whose lease was lost meanwhile, one that panics and one whose end cannot be
/// written by anybody leave the others alone.
#[tokio::test]
async fn what_ends_together_ends_each_in_its_own_way() {
    let base = TestDb::new().await;
    let bench = Bench::new(&base.db);
    let promised = |tx: &mut Tx| {
        let named = |name: &str| job(Publish::KIND, &json!({ "name": name }));
        let panics = NewJob { max_attempts: 1, ..job(Panic::KIND, &json!({})) };
        let counts = (0..4).map(|n| job(Count::KIND, &json!({ "n": n })));
        let all: Vec<NewJob> = counts.chain([named("lost"), named("kept"), panics]).collect();
        queue::enqueue_all(tx, &all)
    };
    base.db.write(Lane::MONEY, promised).await.unwrap();
    let working = tokio::spawn(runner(&base, &bench, kinds()).run(Mode::UntilIdle, std::future::pending()));
    for _ in 0..2 {
        bench.entered.notified().await;
    }
    // Another has it by now, and is at work on it.
    let taken = "UPDATE jobs SET attempts = 2, lease_until = $1 WHERE kind = 'test.publish' AND CAST(payload AS text) LIKE '%lost%'";
    let later = base.clock.now().plus(Duration::from_hours(1));
    assert_eq!(base.db.write(Lane::MONEY, move |tx| tx.execute(taken, params![later])).await.unwrap(), 1);
    for _ in 0..2 {
        bench.gate.notify_one();
        tokio::task::yield_now().await;
    }
    while niches(&base.db).await.is_empty() {
        bench.gate.notify_one();
        tokio::task::yield_now().await;
    }
    bench.gate.notify_one();
    assert_eq!(working.await.unwrap().unwrap(), 7);
    assert_eq!(niches(&base.db).await, ["kept 1"], "the one that lost its lease published nothing");
    let ends: Vec<_> = jobs(&base.db).await.into_iter().map(|job| (job.kind, job.state, job.attempts)).collect();
    let of = |kind: &str, state: State, attempts: i64| {
        ends.iter().filter(|end| **end == (kind.to_owned(), state, attempts)).count()
    };
    assert_eq!((of("test.count", State::Done, 1), of("test.panic", State::Dead, 1)), (4, 1), "{ends:?}");
    assert_eq!((of("test.publish", State::Done, 1), of("test.publish", State::Running, 2)), (1, 1), "{ends:?}");
    assert!((0..4).all(|n| bench.times(n) == 1));
}

/// A job's end that breaks a rule of the table cannot be written, and holds nobody else's back.
#[tokio::test]
async fn an_end_that_cannot_be_written_keeps_no_other() {
    let base = TestDb::new().await;
    let bench = Bench::new(&base.db);
    let cannot = match leadhouse::db::DatabaseUrl::clone(&base.url) {
        leadhouse::db::DatabaseUrl::Sqlite(_) => {
            "CREATE TRIGGER stuck BEFORE UPDATE ON jobs WHEN OLD.payload = '{\"n\":2}' AND NEW.state = 'done'
             BEGIN SELECT RAISE(ABORT, 'stuck'); END"
        }
        leadhouse::db::DatabaseUrl::Postgres(_) => {
            "CREATE FUNCTION stuck() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'stuck'; END $$;
             CREATE TRIGGER stuck BEFORE UPDATE ON jobs FOR EACH ROW
               WHEN (OLD.payload::text = '{\"n\":2}' AND NEW.state = 'done') EXECUTE FUNCTION stuck()"
        }
    };
    let statements: Vec<&str> = cannot.split_inclusive("$$;").collect();
    base.db
        .write(Lane::MONEY, move |tx| statements.iter().try_for_each(|sql| tx.execute(sql, &[]).map(drop)))
        .await
        .unwrap();
    let promised = |tx: &mut Tx| {
        let all: Vec<NewJob> = (0..5).map(|n| job(Count::KIND, &json!({ "n": n }))).collect();
        queue::enqueue_all(tx, &all)
    };
    base.db.write(Lane::MONEY, promised).await.unwrap();
    let pace = Pace { poll: Duration::from_millis(5), ..Pace::default() };
    let runner = Runner::new(base.db.clone(), base.clock.clone(), kinds(), bench.clone(), pace);
    assert_eq!(runner.run(Mode::UntilIdle, std::future::pending()).await.unwrap(), 5);
    assert!((0..5).all(|n| bench.times(n) == 1));
    let states: Vec<_> = jobs(&base.db).await.into_iter().rev().map(|job| job.state).collect();
    assert_eq!(states, [State::Done, State::Done, State::Running, State::Done, State::Done], "its lease decides");
}
