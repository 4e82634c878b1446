//! Units that share a COMMIT: answered after it, and strangers to each other.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use leadhouse::db::{Engine, Kind, Lane, Tx, params};
use leadhouse::error::{Error, Result};

use super::{Go, TestDb, is_postgres, kind, late_constraint, mark};
use crate::support::database::{beside, engine};

#[tokio::test]
async fn the_answer_comes_after_the_shared_commit() {
    let test = TestDb::new().await;
    let (go, held) = test.hold().await;
    let first = [test.writing(|tx| mark(tx, 1)).await, test.writing(|tx| mark(tx, 2)).await];
    let (go_on, wait) = Go::new();
    let (arrived, here) = tokio::sync::oneshot::channel();
    let arrived = std::sync::Mutex::new(Some(arrived));
    let last = test
        .writing(move |tx| {
            let seen = tx.one::<(i64,)>("SELECT count(*) FROM marks", &[])?.0;
            if let Some(arrived) = arrived.lock().unwrap().take() {
                arrived.send(seen).unwrap();
            }
            wait.wait();
            mark(tx, 3)
        })
        .await;
    drop(go);
    held.await.unwrap().unwrap();
    // The three share a transaction: the last one sees what the first two did, and nobody else does.
    assert_eq!(here.await.unwrap(), 2);
    assert!(first.iter().all(|unit| !unit.is_finished()), "answered before COMMIT");
    assert!(test.marks().await.is_empty(), "visible before COMMIT");
    drop(go_on);
    last.await.unwrap().unwrap();
    for unit in first {
        unit.await.unwrap().unwrap();
    }
    assert_eq!(test.marks().await, [1, 2, 3]);
    test.end().await;
}

/// Runs a unit in a transaction that it shares with one before it, which leaves 1, and one after it, which leaves 4.
/// Gives what it came to and all that is left.
async fn among_others(test: &TestDb, unit: impl Fn(&mut Tx) -> Result<()> + Send + 'static) -> (Result<()>, Vec<i64>) {
    let (go, held) = test.hold().await;
    let before = test.writing(|tx| mark(tx, 1)).await;
    let unit = test.writing(unit).await;
    let after = test.writing(|tx| mark(tx, 4)).await;
    drop(go);
    held.await.unwrap().unwrap();
    before.await.unwrap().unwrap();
    after.await.unwrap().unwrap();
    let outcome = unit.await.unwrap();
    let left = test.marks().await;
    test.write(|tx| tx.execute("DELETE FROM marks", &[])).await.unwrap();
    (outcome, left)
}

#[tokio::test]
async fn units_that_fail_do_not_touch_those_they_share_with() {
    let test = TestDb::new().await;
    let not_found = || Err(Error::NotFound("lead"));
    let (clean, left) = among_others(&test, move |_| not_found()).await;
    assert!(matches!(clean, Err(Error::NotFound(_))) && left == [1, 4], "{clean:?} {left:?}");
    let dirty = among_others(&test, move |tx| {
        mark(tx, 2)?;
        not_found()
    });
    let (dirty, left) = dirty.await;
    assert!(matches!(dirty, Err(Error::NotFound(_))) && left == [1, 4], "{dirty:?} {left:?}");
    let broken = among_others(&test, |tx| {
        mark(tx, 2)?;
        tx.execute("INSERT INTO marks (mark) VALUES (2)", &[]).map(drop)
    });
    let (broken, left) = broken.await;
    assert_eq!((kind(broken), left), (Kind::Unique, vec![1, 4]));
    test.end().await;
}

#[tokio::test]
async fn what_a_failed_unit_wanted_after_commit_is_forgotten_though_others_commit() {
    let test = TestDb::new().await;
    for dirty in [false, true] {
        let done = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&done);
        let failed = among_others(&test, move |tx| {
            let done = Arc::clone(&counted);
            tx.after_commit(move || {
                done.fetch_add(1, Ordering::Relaxed);
            });
            if dirty {
                mark(tx, 2)?;
            }
            Err(Error::NotFound("lead"))
        });
        assert!(failed.await.0.is_err());
        assert_eq!(done.load(Ordering::Relaxed), 0, "dirty: {dirty}");
    }
    test.end().await;
}

#[tokio::test]
async fn a_change_that_does_not_show_is_undone_all_the_same() {
    let test = TestDb::new().await;
    let failed = among_others(&test, |tx| {
        tx.execute("CREATE TABLE late (id bigint)", &[])?;
        if is_postgres(tx) {
            let hidden = "WITH hidden AS (INSERT INTO marks (mark) VALUES (2)) SELECT mark FROM marks WHERE mark < 0";
            tx.all::<(i64,)>(hidden, &[])?;
        }
        Err(Error::NotFound("lead"))
    });
    let (failed, left) = failed.await;
    assert!(matches!(failed, Err(Error::NotFound(_))) && left == [1, 4], "{failed:?} {left:?}");
    assert_eq!(kind(test.write(|tx| tx.execute("DELETE FROM late", &[])).await), Kind::Other, "the table stays");
    test.end().await;
}

#[tokio::test]
async fn a_panic_among_others_is_not_tried_again() {
    let test = TestDb::new().await;
    for dirty in [false, true] {
        let runs = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&runs);
        let panicked = among_others(&test, move |tx| {
            counted.fetch_add(1, Ordering::Relaxed);
            if dirty {
                mark(tx, 2)?;
            }
            panic!("a defect among others")
        });
        let (panicked, left) = panicked.await;
        assert!(matches!(panicked, Err(Error::Internal(_))) && left == [1, 4], "{panicked:?} {left:?}");
        assert_eq!(runs.load(Ordering::Relaxed), 1);
    }
    test.end().await;
}

#[tokio::test]
async fn a_unit_that_was_raced_among_others_runs_again() {
    let test = TestDb::new().await;
    for dirty in [false, true] {
        let runs = AtomicU32::new(0);
        let raced = among_others(&test, move |tx| {
            if dirty {
                mark(tx, 2)?;
            }
            if runs.fetch_add(1, Ordering::Relaxed) < 2 { Err(Error::Raced) } else { mark(tx, 3) }
        });
        let (raced, left) = raced.await;
        raced.unwrap();
        assert_eq!(left, if dirty { vec![1, 2, 3, 4] } else { vec![1, 3, 4] });
    }
    test.end().await;
}

#[tokio::test]
async fn a_constraint_that_is_looked_at_last_fails_its_own_unit() {
    let test = TestDb::new().await;
    let late = among_others(&test, |tx| late_constraint(tx).iter().try_for_each(|sql| tx.execute(sql, &[]).map(drop)));
    let (late, left) = late.await;
    assert_eq!((kind(late), left), (Kind::ForeignKey, vec![1, 4]));
    test.end().await;
}

#[tokio::test]
async fn a_unit_sees_what_those_before_it_did() {
    let test = TestDb::new().await;
    test.write(|tx| mark(tx, 1)).await.unwrap();
    let (go, held) = test.hold().await;
    let mut units = Vec::new();
    for _ in 0..20 {
        let unit = test.writing(|tx| {
            let won = tx.execute("UPDATE marks SET n = 1 WHERE mark = 1 AND n = 0", &[])?;
            if won == 1 { Ok(()) } else { Err(Error::conflict("already_resolved", "")) }
        });
        units.push(unit.await);
    }
    drop(go);
    held.await.unwrap().unwrap();
    let mut won = 0;
    for unit in units {
        won += i32::from(unit.await.unwrap().is_ok());
    }
    assert_eq!(won, 1);
    test.end().await;
}

/// Has two nodes do a lot at once, each its own things in its own order; how often PostgreSQL had to cut a knot.
async fn knots(lane: fn(i64) -> Lane, rows: fn(i64) -> [i64; 2]) -> i64 {
    let test = TestDb::new().await;
    let another = test.another().await;
    test.write(|tx| (0..40).try_for_each(|number| mark(tx, number))).await.unwrap();
    let mut units = Vec::new();
    for round in 0..400 {
        for (db, number) in [(&test.db, round % 20), (&another, 19 - round % 20)] {
            let db = db.clone();
            units.push(tokio::spawn(async move {
                let unit = move |tx: &mut Tx| {
                    for row in rows(number) {
                        tx.execute("UPDATE marks SET n = n + 1 WHERE mark = $1", params![row])?;
                    }
                    Ok(())
                };
                db.write(lane(number), unit).await
            }));
        }
    }
    for unit in units {
        unit.await.unwrap().unwrap();
    }
    another.close().await;
    test.db.clone().close().await;
    let knots = match &test.url {
        leadhouse::config::DatabaseUrl::Sqlite(_) => 0,
        url @ leadhouse::config::DatabaseUrl::Postgres(_) => {
            let cut = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
            beside(url).await.query_one(cut, &[]).await.unwrap().get(0)
        }
    };
    assert!(engine() == Engine::Postgres || knots == 0);
    test.end().await;
    knots
}

#[tokio::test]
async fn nodes_take_the_same_rows_in_the_same_order() {
    let lane = |number: i64| Lane::of(uuid::Uuid::from_u128(u128::try_from(number).unwrap()));
    assert_eq!(knots(lane, |number| [number, number]).await, 0, "each for its own provider");
}

#[tokio::test]
async fn money_has_one_transaction_at_a_time_over_all_nodes() {
    // The rows of one lead's providers, in no order that units could be put into.
    assert_eq!(knots(|_| Lane::MONEY, |number| [number, 39 - number * 7 % 40]).await, 0);
}
