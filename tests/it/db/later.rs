//! What is executed without waiting for its answer, what has to change just so many rows, and what is counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use leadhouse::db::Kind;
use leadhouse::error::Error;
use leadhouse::params;

use super::{TestDb, assert_unavailable, is_postgres, kind, mark};

/// The connection that the lane of money has; on SQLite it has but one.
async fn connection(test: &TestDb) -> i64 {
    let pid = test.write(|tx| {
        if is_postgres(tx) { tx.one::<(i64,)>("SELECT pg_backend_pid()", &[]).map(|(pid,)| pid) } else { Ok(0) }
    });
    pid.await.unwrap()
}

#[tokio::test]
async fn what_is_executed_later_is_executed_in_order_and_before_the_next_statement() {
    let test = TestDb::new().await;
    let seen = test.write(|tx| {
        for number in 1..=1_000 {
            tx.execute_later("INSERT INTO marks (mark) VALUES ($1)", params![number])?;
        }
        tx.execute_later("UPDATE marks SET n = n + 1 WHERE mark <= $1", params![500])?;
        tx.execute_later("UPDATE marks SET n = n * 7 WHERE mark > $1", params![400])?;
        let seen = tx.one::<(i64, i64)>("SELECT count(*), CAST(sum(n) AS bigint) FROM marks", &[])?;
        tx.execute_later("DELETE FROM marks WHERE mark > $1", params![2])?;
        Ok(seen)
    });
    assert_eq!(seen.await.unwrap(), (1_000, 400 + 700));
    assert_eq!(test.marks().await, [1, 2]);
    test.end().await;
}

#[tokio::test]
async fn what_fails_later_fails_the_unit() {
    let test = TestDb::new().await;
    test.write(|tx| mark(tx, 1)).await.unwrap();
    let before = connection(&test).await;
    for then in ["nothing", "a statement"] {
        let (go, held) = test.hold().await;
        let others = [test.writing(|tx| mark(tx, 2)).await, test.writing(|tx| mark(tx, 3)).await];
        let failing = test
            .writing(move |tx| {
                tx.execute_later("INSERT INTO marks (mark) VALUES ($1)", params![4])?;
                tx.execute_later("INSERT INTO marks (mark) VALUES ($1)", params![1])?;
                tx.execute_later("INSERT INTO marks (mark) VALUES ($1)", params![5])?;
                match then {
                    "a statement" => tx.execute("DELETE FROM marks WHERE mark = $1", params![5]).map(drop),
                    _ => Ok(()),
                }
            })
            .await;
        let last = test.writing(|tx| tx.execute("UPDATE marks SET n = n + 1", &[])).await;
        drop(go);
        held.await.unwrap().unwrap();
        for other in others {
            other.await.unwrap().unwrap();
        }
        assert_eq!(kind(failing.await.unwrap()), Kind::Unique, "{then}");
        assert_eq!(last.await.unwrap().unwrap(), 3);
        assert_eq!(test.marks().await, [1, 2, 3], "{then}");
        test.write(|tx| tx.execute("DELETE FROM marks WHERE mark > 1", &[])).await.unwrap();
    }
    let many = test.write(|tx| tx.execute_later("INSERT INTO marks (mark) VALUES ($1)", params![6, 7]));
    assert_eq!(kind(many.await), Kind::Encode);
    assert_eq!(connection(&test).await, before, "the connection is none the worse for it");
    assert_eq!(test.marks().await, [1]);
    test.end().await;
}

#[tokio::test]
async fn units_are_counted() {
    let metrics = leadhouse::http::meters::install();
    let test = TestDb::new().await;
    test.db.read(|_| Ok(())).await.unwrap();
    test.db.background(|_| Err::<(), _>(Error::NotFound("lead"))).await.unwrap_err();
    test.write(|tx| tx.execute("INSERT INTO nowhere VALUES (1)", &[])).await.unwrap_err();
    test.write(|_| Err::<(), _>(Error::Raced)).await.unwrap_err();
    let page = metrics.render();
    for line in [
        "leadhouse_db_units_total{kind=\"read\",outcome=\"ok\"}",
        "leadhouse_db_units_total{kind=\"background\",outcome=\"refused\"}",
        "leadhouse_db_units_total{kind=\"write\",outcome=\"internal\"}",
        "leadhouse_db_units_total{kind=\"write\",outcome=\"unavailable\"}",
        "leadhouse_db_retries_total{kind=\"write\"}",
        "leadhouse_db_batch_units_sum{kind=\"write\"}",
        "leadhouse_db_queue_wait_seconds_count{kind=\"write\"}",
    ] {
        let count = page.lines().find_map(|found| found.strip_prefix(line)).and_then(|n| n.trim().parse::<f64>().ok());
        assert!(count.is_some_and(|count| count > 0.0), "{line} in {page}");
    }
}

#[tokio::test]
async fn what_does_not_change_the_rows_it_must_was_raced() {
    let test = TestDb::new().await;
    test.write(|tx| mark(tx, 1)).await.unwrap();
    for (rows, tries) in [(1, 1), (0, 4), (2, 4)] {
        let runs = Arc::new(AtomicU32::new(0));
        let (go, held) = test.hold().await;
        let others = [test.writing(move |tx| mark(tx, 10)).await, test.writing(move |tx| mark(tx, 11)).await];
        let counted = Arc::clone(&runs);
        let exact = test
            .writing(move |tx| {
                counted.fetch_add(1, Ordering::Relaxed);
                mark(tx, 2)?;
                tx.execute_exactly(rows, "UPDATE marks SET n = n + 1 WHERE mark = $1", params![1])
            })
            .await;
        drop(go);
        held.await.unwrap().unwrap();
        for other in others {
            other.await.unwrap().unwrap();
        }
        let outcome = exact.await.unwrap();
        assert!(runs.load(Ordering::Relaxed) >= tries, "{rows} rows");
        if tries == 1 {
            outcome.unwrap();
        } else {
            assert_unavailable(outcome);
        }
        let left: &[i64] = if tries == 1 { &[1, 2, 10, 11] } else { &[1, 10, 11] };
        assert_eq!(test.marks().await, left, "{rows} rows");
        test.write(|tx| tx.execute("DELETE FROM marks WHERE mark > 1", &[])).await.unwrap();
    }
    test.end().await;
}
