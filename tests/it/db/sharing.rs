//! Units that share a COMMIT: answered after it, and strangers to each other.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use leadhouse::db::Kind;
use leadhouse::error::Error;
use leadhouse::params;

use super::{Go, TestDb, kind, mark};

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

#[tokio::test]
async fn units_that_fail_do_not_touch_those_they_share_with() {
    for bad in ["clean", "dirty", "error", "panic", "dirty panic", "races", "dirty races", "late constraint"] {
        let test = TestDb::new().await;
        let runs = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&runs);
        let (go, held) = test.hold().await;
        let before = test.writing(|tx| mark(tx, 1)).await;
        let failing = test
            .writing(move |tx| {
                let run = counted.fetch_add(1, Ordering::Relaxed);
                if bad.starts_with("dirty") {
                    mark(tx, 2)?;
                }
                match bad {
                    "clean" | "dirty" => Err(Error::NotFound("lead")),
                    "error" => {
                        mark(tx, 2)?;
                        tx.execute("INSERT INTO marks (mark) VALUES (2)", &[]).map(drop)
                    }
                    "panic" | "dirty panic" => panic!("a defect among others"),
                    "races" | "dirty races" if run < 2 => Err(Error::Raced),
                    "late constraint" => {
                        for sql in super::late_constraint(tx) {
                            tx.execute(sql, params![])?;
                        }
                        Ok(())
                    }
                    _ => mark(tx, 3),
                }
            })
            .await;
        let after = test.writing(|tx| mark(tx, 4)).await;
        drop(go);
        held.await.unwrap().unwrap();
        before.await.unwrap().unwrap();
        after.await.unwrap().unwrap();
        let outcome = failing.await.unwrap();
        let left = test.marks().await;
        match bad {
            "clean" | "dirty" => assert!(matches!(outcome, Err(Error::NotFound(_))), "{bad}: {outcome:?}"),
            "panic" | "dirty panic" => assert!(matches!(outcome, Err(Error::Internal(_))), "{bad}: {outcome:?}"),
            "error" => assert_eq!(kind(outcome), Kind::Unique),
            "late constraint" => assert_eq!(kind(outcome), Kind::ForeignKey),
            _ => outcome.unwrap(),
        }
        match bad {
            "races" => assert_eq!(left, [1, 3, 4], "{bad}"),
            "dirty races" => assert_eq!(left, [1, 2, 3, 4], "{bad}"),
            _ => assert_eq!(left, [1, 4], "{bad}"),
        }
        if bad == "dirty panic" {
            assert_eq!(runs.load(Ordering::Relaxed), 1, "a defect is not tried again");
        }
        test.end().await;
    }
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
