//! One unit: all or nothing, one time, a deadline, a bounded queue, and nobody who could cancel it.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use leadhouse::db::{Kind, Lane};
use leadhouse::error::{Error, Result};
use leadhouse::params;

use super::{Go, TestDb, assert_unavailable, is_postgres, kind, mark};

/// A statement that would run for hours.
const RUNAWAY: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000000)
                       SELECT count(*) FROM n";

#[tokio::test]
async fn a_unit_that_fails_leaves_nothing_behind() {
    let test = TestDb::new().await;
    let failed = test.write(|tx| {
        mark(tx, 1)?;
        Err::<(), _>(Error::NotFound("lead"))
    });
    assert!(matches!(failed.await, Err(Error::NotFound("lead"))));
    let broken = test.write(|tx| {
        mark(tx, 2)?;
        tx.execute("INSERT INTO nowhere VALUES (1)", &[])
    });
    assert_eq!(kind(broken.await), Kind::Other);
    assert!(test.marks().await.is_empty());
    test.end().await;
}

#[tokio::test]
async fn a_unit_that_goes_on_after_a_database_error_fails() {
    let test = TestDb::new().await;
    test.write(|tx| mark(tx, 1)).await.unwrap();
    let swallowed = test.write(|tx| {
        let _ = mark(tx, 1);
        let _ = mark(tx, 2);
        Ok(())
    });
    assert_eq!(kind(swallowed.await), Kind::Swallowed);
    assert_eq!(test.marks().await, [1]);
    test.end().await;
}

#[tokio::test]
async fn a_panic_is_its_callers_alone() {
    let test = TestDb::new().await;
    let panicked = test.write(|tx| {
        mark(tx, 1)?;
        assert!(tx.marks_are_fine(), "a defect in a unit");
        Ok(())
    });
    let Err(Error::Internal(error)) = panicked.await else { panic!("a panic is Internal") };
    assert!(error.to_string().contains("a defect in a unit"), "{error}");
    let reading = test.db.read(|_| -> Result<()> { panic!("another defect") });
    assert!(matches!(reading.await, Err(Error::Internal(_))));
    test.write(|tx| mark(tx, 2)).await.unwrap();
    assert_eq!(test.marks().await, [2], "the lane and the readers live on, the unit was undone");
    test.end().await;
}

/// Something for an assertion to fail on.
trait Fine {
    fn marks_are_fine(&self) -> bool {
        false
    }
}

impl Fine for leadhouse::db::Tx {}

#[tokio::test]
async fn a_unit_that_was_raced_runs_again_three_times_at_most() {
    let test = TestDb::new().await;
    for (races, wins) in [(0, true), (1, true), (3, true), (4, false), (99, false)] {
        let runs = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&runs);
        let outcome = test
            .write(move |tx| {
                mark(tx, i64::from(races))?;
                if counted.fetch_add(1, Ordering::Relaxed) < races { Err(Error::Raced) } else { Ok(()) }
            })
            .await;
        assert_eq!(runs.load(Ordering::Relaxed), 1 + races.min(3), "{races} races");
        if wins { outcome.unwrap() } else { assert_unavailable(outcome) }
    }
    assert_eq!(test.marks().await, [0, 1, 3], "each run but the last was undone");
    test.end().await;
}

#[tokio::test]
async fn a_reader_runs_again_too() {
    let test = TestDb::new().await;
    let runs = AtomicU32::new(0);
    let outcome = test
        .db
        .read(move |_| {
            let run = runs.fetch_add(1, Ordering::Relaxed);
            if run < 3 { Err(Error::Raced) } else { Ok(run) }
        })
        .await;
    assert_eq!(outcome.unwrap(), 3);
    test.end().await;
}

#[tokio::test]
async fn after_commit_runs_before_the_answer_and_only_after_a_commit() {
    let test = TestDb::new().await;
    let done = Arc::new(AtomicU32::new(0));
    for (outcome, expected) in [("commits", 1), ("fails", 1), ("races", 11), ("panics", 11)] {
        let (done_then, raced) = (Arc::clone(&done), AtomicU32::new(0));
        let answer = test
            .write(move |tx| {
                let done = Arc::clone(&done_then);
                let by = if outcome == "races" { 10 } else { 1 };
                tx.after_commit(move || {
                    done.fetch_add(by, Ordering::Relaxed);
                });
                match outcome {
                    "fails" => Err(Error::NotFound("lead")),
                    "races" if raced.fetch_add(1, Ordering::Relaxed) < 2 => Err(Error::Raced),
                    "panics" => panic!("a defect after all"),
                    _ => Ok(()),
                }
            })
            .await;
        assert_eq!(answer.is_ok(), ["commits", "races"].contains(&outcome));
        assert_eq!(done.load(Ordering::Relaxed), expected, "{outcome}");
    }
    let answer = test.write(|tx| {
        tx.after_commit(|| panic!("a defect in what comes after"));
        mark(tx, 1)
    });
    answer.await.unwrap();
    assert_eq!(test.marks().await, [1]);
    test.end().await;
}

#[tokio::test]
async fn a_unit_has_one_time_and_the_next_one_its_own() {
    let test = TestDb::new().await;
    let (go, held) = test.hold().await;
    let clock = test.clock.clone();
    let first = test
        .writing(move |tx| {
            let before = tx.now();
            clock.advance(Duration::from_hours(1));
            Ok((before, tx.now()))
        })
        .await;
    let second = test.writing(|tx| Ok(tx.now())).await;
    drop(go);
    held.await.unwrap().unwrap();
    let (before, after) = first.await.unwrap().unwrap();
    assert_eq!(before, after);
    assert!(second.await.unwrap().unwrap() >= before.plus(Duration::from_hours(1)));
    test.end().await;
}

#[tokio::test]
async fn a_full_queue_turns_away_at_once() {
    let test = TestDb::with(|options| options.queue = 2).await;
    let (go, held) = test.hold().await;
    let waiting = [test.writing(|tx| mark(tx, 1)).await, test.writing(|tx| mark(tx, 2)).await];
    assert_unavailable(test.write(|tx| mark(tx, 3)).await);
    drop(go);
    held.await.unwrap().unwrap();
    for unit in waiting {
        unit.await.unwrap().unwrap();
    }
    assert_eq!(test.marks().await, [1, 2]);
    test.end().await;
}

#[tokio::test]
async fn a_unit_whose_time_is_up_in_the_queue_is_not_run() {
    let test = TestDb::with(|options| options.interactive = Duration::from_millis(200)).await;
    let late = Arc::new(std::sync::Mutex::new(None::<Instant>));
    let (go, held) = test.hold().await;
    let set = Arc::clone(&late);
    let ran = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&ran);
    let waiting = test
        .writing(move |tx| {
            count.fetch_add(1, Ordering::Relaxed);
            mark(tx, 1)
        })
        .await;
    *set.lock().unwrap() = Some(Instant::now() + Duration::from_millis(200));
    // The lane stays held until the waiting unit's time is up for certain.
    tokio::task::spawn_blocking(move || while Instant::now() <= late.lock().unwrap().unwrap() {}).await.unwrap();
    drop(go);
    assert_unavailable(waiting.await.unwrap());
    let _ = held.await.unwrap();
    assert_eq!(ran.load(Ordering::Relaxed), 0);
    assert!(test.marks().await.is_empty());
    test.end().await;
}

#[tokio::test]
async fn a_deadline_stops_a_runaway_statement() {
    let test = TestDb::with(|options| options.interactive = Duration::from_millis(300)).await;
    assert_unavailable(test.db.read(|read| read.one::<(i64,)>(RUNAWAY, &[])).await);
    let writing = test.write(|tx| {
        mark(tx, 1)?;
        tx.one::<(i64,)>(RUNAWAY, &[])
    });
    assert_unavailable(writing.await);
    let inserting = test.write(|tx| tx.execute(&format!("INSERT INTO marks (mark) {RUNAWAY}"), &[]));
    assert_unavailable(inserting.await);
    test.write(|tx| mark(tx, 2)).await.unwrap();
    assert_eq!(test.marks().await, [2], "the lane and the readers live on");
    test.end().await;
}

#[tokio::test]
async fn a_long_unit_has_longer() {
    let test = TestDb::with(|options| options.interactive = Duration::from_millis(100)).await;
    let until = Duration::from_millis(300);
    let long = test.db.write_long(Lane::MONEY, move |tx| {
        let started = Instant::now();
        let mut statements = 0;
        while started.elapsed() < until {
            statements += 1;
            mark(tx, statements)?;
        }
        Ok(statements)
    });
    let statements = long.await.unwrap();
    let count = test.db.background(|read| read.one::<(i64,)>("SELECT count(*) FROM marks", &[])).await;
    assert_eq!(count.unwrap().0, statements);
    test.end().await;
}

#[tokio::test]
async fn a_unit_that_may_only_look_cannot_write() {
    let test = TestDb::new().await;
    let insert = "INSERT INTO marks (mark) VALUES (1) RETURNING mark";
    assert_eq!(kind(test.db.read(move |read| read.all::<(i64,)>(insert, &[])).await), Kind::ReadOnly);
    assert_eq!(kind(test.db.background(move |read| read.all::<(i64,)>(insert, &[])).await), Kind::ReadOnly);
    assert!(test.marks().await.is_empty());
    test.end().await;
}

#[tokio::test]
async fn a_background_unit_sees_one_moment() {
    let test = TestDb::new().await;
    test.write(|tx| mark(tx, 1)).await.unwrap();
    let (go, wait) = Go::new();
    let (counted, first_count) = tokio::sync::oneshot::channel();
    let counted = std::sync::Mutex::new(Some(counted));
    let db = test.db.clone();
    let reading = tokio::spawn(async move {
        db.background(move |read| {
            let count = "SELECT count(*) FROM marks";
            let (before,) = read.one::<(i64,)>(count, &[])?;
            if let Some(counted) = counted.lock().unwrap().take() {
                counted.send(()).unwrap();
            }
            wait.wait();
            Ok((before, read.one::<(i64,)>(count, &[])?.0))
        })
        .await
    });
    first_count.await.unwrap();
    test.write(|tx| mark(tx, 2)).await.unwrap();
    drop(go);
    assert_eq!(reading.await.unwrap().unwrap(), (1, 1));
    assert_eq!(test.marks().await, [1, 2]);
    test.end().await;
}

#[tokio::test]
async fn a_dropped_future_neither_loses_nor_poisons_anything() {
    let test = TestDb::new().await;
    for polls in 0..4 {
        for round in 0..20_i64 {
            let number = polls * 100 + round;
            let mut unit = Box::pin(test.write(move |tx| mark(tx, number)));
            for _ in 0..polls {
                if pin!(&mut unit).poll(&mut Context::from_waker(Waker::noop())).is_ready() {
                    break;
                }
            }
            drop(unit);
        }
    }
    // In the same lane, hence after all of them.
    test.write(|tx| mark(tx, 999)).await.unwrap();
    let expected: Vec<i64> =
        (1..4).flat_map(|polls| (0..20).map(move |round| polls * 100 + round)).chain([999]).collect();
    assert_eq!(test.marks().await, expected, "what was once begun happens, what was not does not");
    let mut reading = Box::pin(test.db.read(|read| read.one::<(i64,)>("SELECT count(*) FROM marks", &[])));
    let _ = reading.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    drop(reading);
    test.db.ping().await.unwrap();
    test.end().await;
}

#[tokio::test]
async fn closing_finishes_what_is_queued_and_turns_the_rest_away() {
    let test = TestDb::new().await;
    let (go, held) = test.hold().await;
    let waiting = test.writing(|tx| mark(tx, 1)).await;
    let closing = tokio::spawn(test.db.clone().close());
    while test.db.ping().await.is_ok() {
        tokio::task::yield_now().await;
    }
    drop(go);
    closing.await.unwrap();
    held.await.unwrap().unwrap();
    waiting.await.unwrap().unwrap();
    assert_unavailable(test.write(|tx| mark(tx, 2)).await);
    let found = test.another().await.read(|read| read.all::<(i64,)>("SELECT mark FROM marks", &[])).await;
    assert_eq!(found.unwrap(), [(1,)]);
    test.end().await;
}

#[tokio::test]
async fn locks_are_held_until_the_unit_ends() {
    let test = TestDb::new().await;
    // Not money's, which holds one more: its turn.
    let other = leadhouse::id::new_uuid(test.clock.now());
    let first = test.db.write(Lane::of(other), |tx| {
        tx.lock(&[3, 1, 2, 1])?;
        let held = if is_postgres(tx) {
            tx.one::<(i64,)>(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()",
                &[],
            )?
            .0
        } else {
            3
        };
        Ok(held)
    });
    assert_eq!(first.await.unwrap(), 3);
    test.db.write(Lane::of(other), |tx| tx.lock(&[1, 2, 3])).await.unwrap();
    test.write(move |tx| tx.execute("UPDATE marks SET n = 1 WHERE mark = $1", params![5])).await.unwrap();
    test.end().await;
}
