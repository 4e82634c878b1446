//! Units of one type that wait together and are done by one run.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use leadhouse::db::sql::tuples;
use leadhouse::db::{Kind, Lane, Param, Tx, Unit};
use leadhouse::error::{Error, Result};
use tokio::task::JoinHandle;

use super::{TestDb, assert_unavailable, kind, late_constraint, mark, takes_too_long};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ends {
    Well,
    Refused,
    Raced,
    Panics,
    /// Breaks a constraint that is looked at only at COMMIT.
    AtCommit,
    /// Takes longer than it may.
    Late,
}

/// Leaves its mark: one statement for all of a set.
struct Mark {
    number: i64,
    ends: Ends,
    /// How many were done in each run.
    runs: Arc<Mutex<Vec<usize>>>,
}

impl Unit<i64> for Mark {
    const TOGETHER: bool = true;

    fn lane(&self) -> Lane {
        Lane::MONEY
    }

    fn run(&self, tx: &mut Tx) -> Result<i64> {
        Ok(Self::run_all(&[self], tx)?[0])
    }

    fn run_all(all: &[&Self], tx: &mut Tx) -> Result<Vec<i64>> {
        all[0].runs.lock().unwrap().push(all.len());
        let marks: Vec<&dyn Param> = all.iter().map(|one| -> &dyn Param { &one.number }).collect();
        tx.execute(&format!("INSERT INTO marks (mark) VALUES {}", tuples(all.len(), 1)), &marks)?;
        for one in all {
            match one.ends {
                Ends::Well => {}
                Ends::Refused => return Err(Error::NotFound("mark")),
                Ends::Raced => return Err(Error::Raced),
                Ends::Panics => panic!("a defect in a set"),
                Ends::AtCommit => {
                    for statement in late_constraint(tx) {
                        tx.execute(statement, &[])?;
                    }
                }
                Ends::Late => takes_too_long(tx)?,
            }
        }
        Ok(all.iter().map(|one| one.number).collect())
    }
}

/// So many that wait together, from 1 on, which end like this.
struct Waiting {
    tasks: Vec<JoinHandle<Result<i64>>>,
    runs: Arc<Mutex<Vec<usize>>>,
}

impl Waiting {
    fn of(test: &TestDb, marks: i64, ends: impl Fn(i64) -> Ends) -> Self {
        let runs = Arc::new(Mutex::default());
        let run = |mark| {
            let (db, unit) = (test.db.clone(), Mark { number: mark, ends: ends(mark), runs: Arc::clone(&runs) });
            tokio::spawn(async move { db.run(unit).await })
        };
        Self { tasks: (1..=marks).map(run).collect(), runs }
    }

    /// What each came to, and how many were done in each run.
    async fn end(self) -> (Vec<Result<i64>>, Vec<usize>) {
        let mut outcomes = Vec::new();
        for task in self.tasks {
            outcomes.push(task.await.unwrap());
        }
        let runs = std::mem::take(&mut *self.runs.lock().unwrap());
        (outcomes, runs)
    }
}

/// Runs them together.
async fn ended(test: &TestDb, marks: i64, ends: impl Fn(i64) -> Ends) -> (Vec<Result<i64>>, Vec<usize>) {
    let (go, held) = test.hold().await;
    let waiting = Waiting::of(test, marks, ends);
    tokio::task::yield_now().await;
    drop(go);
    held.await.unwrap().unwrap();
    waiting.end().await
}

#[tokio::test]
async fn those_that_wait_are_done_by_one_run_and_each_has_its_answer() {
    let test = TestDb::new().await;
    let (go, held) = test.hold().await;
    let waiting = Waiting::of(&test, 20, |_| Ends::Well);
    tokio::task::yield_now().await;
    // One of another kind comes behind them, and more of theirs behind it: whoever is done is answered after one COMMIT.
    let other = test.writing(|tx| mark(tx, 100)).await;
    drop(go);
    held.await.unwrap().unwrap();
    let (outcomes, runs) = waiting.end().await;
    assert_eq!(outcomes.into_iter().map(Result::unwrap).collect::<Vec<_>>(), (1..=20).collect::<Vec<_>>());
    assert_eq!(runs, [20]);
    other.await.unwrap().unwrap();
    assert_eq!(test.marks().await.len(), 21);
    test.end().await;
}

#[tokio::test]
async fn one_that_cannot_be_done_ends_alone_and_the_others_are_done() {
    let test = TestDb::new().await;
    for ends in [Ends::Refused, Ends::Raced, Ends::Panics, Ends::AtCommit] {
        let (outcomes, runs) = ended(&test, 20, |mark| if mark == 13 { ends } else { Ends::Well }).await;
        for (outcome, mark) in outcomes.into_iter().zip(1..) {
            match (mark, ends) {
                (13, Ends::Refused) => assert!(matches!(outcome, Err(Error::NotFound("mark"))), "{outcome:?}"),
                (13, Ends::Raced) => assert_unavailable(outcome),
                (13, Ends::AtCommit) => assert_eq!(kind(outcome), Kind::ForeignKey),
                (13, _) => assert!(matches!(outcome, Err(Error::Internal(_))), "{outcome:?}"),
                _ => assert_eq!(outcome.unwrap(), mark),
            }
        }
        assert_eq!(test.marks().await, (1..=20).filter(|mark| *mark != 13).collect::<Vec<_>>());
        // In halves: not each of the others by itself.
        assert!(runs.len() <= 16, "{runs:?}");
        test.write(|tx| tx.execute("DELETE FROM marks", &[])).await.unwrap();
    }
    test.end().await;
}

#[tokio::test]
async fn a_mark_that_was_there_spoils_nothing_for_the_others() {
    let test = TestDb::new().await;
    test.write(|tx| mark(tx, 5)).await.unwrap();
    test.write(|tx| mark(tx, 9)).await.unwrap();
    let (outcomes, _) = ended(&test, 12, |_| Ends::Well).await;
    for (outcome, mark) in outcomes.into_iter().zip(1..) {
        if [5, 9].contains(&mark) {
            assert_eq!(kind(outcome), Kind::Unique);
        } else {
            assert_eq!(outcome.unwrap(), mark);
        }
    }
    assert_eq!(test.marks().await, (1..=12).collect::<Vec<_>>());
    test.end().await;
}

#[tokio::test]
async fn a_set_whose_time_is_up_leaves_nothing_and_is_answered() {
    let test = TestDb::with(|options| options.interactive = Duration::from_secs(2)).await;
    let (outcomes, _) = ended(&test, 6, |mark| if mark == 3 { Ends::Late } else { Ends::Well }).await;
    outcomes.into_iter().for_each(assert_unavailable);
    assert_eq!(test.marks().await, [0; 0]);
    test.write(|tx| mark(tx, 7)).await.unwrap();
    test.end().await;
}

#[tokio::test]
async fn what_a_set_wanted_after_commit_is_done_once_and_before_the_answers() {
    let test = TestDb::new().await;
    let done = Arc::new(AtomicUsize::new(0));
    let (go, held) = test.hold().await;
    let units = (1..=10).map(|mark| {
        let (db, counted) = (test.db.clone(), Arc::clone(&done));
        let unit = Mark { number: mark, ends: Ends::Well, runs: Arc::default() }.then(move |tx, mark| {
            let counted = Arc::clone(&counted);
            tx.after_commit(move || {
                counted.fetch_add(1, Ordering::Relaxed);
            });
            if mark == 4 { Err(Error::NotFound("mark")) } else { Ok(mark) }
        });
        tokio::spawn(async move { db.run(unit).await })
    });
    let units: Vec<_> = units.collect();
    tokio::task::yield_now().await;
    drop(go);
    held.await.unwrap().unwrap();
    let mut well = 0;
    for unit in units {
        well += usize::from(unit.await.unwrap().is_ok());
    }
    assert_eq!((well, done.load(Ordering::Relaxed)), (9, 9));
    assert_eq!(test.marks().await.len(), 9);
    test.end().await;
}
