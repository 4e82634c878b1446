//! What only a server can do to a unit: deadlocks, killed connections, going away, swallowing bytes.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use leadhouse::db::{Db, Engine, Lane, Options};
use leadhouse::error::Result;
use leadhouse::{id, params};
use tokio::sync::mpsc;

use super::{Go, TestDb, assert_unavailable, mark};
use crate::support::database;
use crate::support::proxy::{Mode, Proxy};

/// The test is of a server: SQLite is none.
async fn server() -> Option<TestDb> {
    if database::engine() == Engine::Postgres { Some(TestDb::new().await) } else { None }
}

/// Asks until the answer is yes; a test that would wait for ever ends.
async fn until<F: Future<Output = bool>>(what: &str, ask: impl Fn() -> F) {
    let end = Instant::now() + Duration::from_secs(20);
    while !ask().await {
        assert!(Instant::now() < end, "{what}: not within 20 s");
        tokio::task::yield_now().await;
    }
}

async fn kill(test: &TestDb, pid: i64) {
    let beside = database::beside(&test.url).await;
    let pid = i32::try_from(pid).unwrap();
    beside.execute("SELECT pg_terminate_backend($1)", &[&pid]).await.unwrap();
    until("the connection ends", async || {
        beside.query("SELECT 1 FROM pg_stat_activity WHERE pid = $1", &[&pid]).await.unwrap().is_empty()
    })
    .await;
}

#[tokio::test]
async fn a_deadlock_is_run_again() {
    let Some(test) = server().await else { return };
    test.write(|tx| (1..=2).try_for_each(|m| mark(tx, m))).await.unwrap();
    let database = database::beside(&test.url).await;
    let soon =
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = ''20ms''', current_database()); END $$";
    database.batch_execute(soon).await.unwrap();
    let db = test.another().await;
    let (meet, runs) = (Arc::new(std::sync::Barrier::new(2)), Arc::new(AtomicU32::new(0)));
    let opposite = |lane: Lane, first: i64, second: i64| {
        let (db, meet, all, runs) = (db.clone(), Arc::clone(&meet), Arc::clone(&runs), AtomicU32::new(0));
        tokio::spawn(async move {
            db.write(lane, move |tx| {
                all.fetch_add(1, Ordering::Relaxed);
                tx.execute("UPDATE marks SET n = n + 1 WHERE mark = $1", params![first])?;
                if runs.fetch_add(1, Ordering::Relaxed) == 0 {
                    meet.wait();
                }
                tx.execute("UPDATE marks SET n = n + 1 WHERE mark = $1", params![second])
            })
            .await
        })
    };
    let units = [opposite(Lane::MONEY, 1, 2), opposite(Lane::of(id::new_uuid(test.clock.now())), 2, 1)];
    for unit in units {
        unit.await.unwrap().unwrap();
    }
    // The one that runs again may be quicker than the one that was waiting for it, and meet it once more.
    assert!(runs.load(Ordering::Relaxed) >= 3, "one of the two ran again");
    let counts = test.db.read(|read| read.all::<(i64,)>("SELECT n FROM marks", &[])).await.unwrap();
    assert_eq!(counts, [(2,), (2,)]);
    db.close().await;
    test.end().await;
}

#[tokio::test]
async fn each_error_of_the_server_has_its_answer() {
    let Some(test) = server().await else { return };
    for (state, again) in
        [("40001", true), ("40P01", true), ("55P03", true), ("57014", false), ("53100", false), ("58030", false)]
    {
        let runs = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&runs);
        let outcome = test
            .write(move |tx| {
                mark(tx, 1)?;
                if counted.fetch_add(1, Ordering::Relaxed) == 0 {
                    tx.execute(&format!("DO $$ BEGIN RAISE SQLSTATE '{state}'; END $$"), &[])?;
                }
                tx.execute("DELETE FROM marks", &[])
            })
            .await;
        if again {
            assert_eq!(outcome.unwrap(), 1);
        } else {
            assert_unavailable(outcome);
        }
        assert_eq!(runs.load(Ordering::Relaxed), 1 + u32::from(again), "{state}");
    }
    test.end().await;
}

/// A unit that, on its first run, tells which connection it is on and waits until that is dead.
async fn killed(test: &TestDb, write_after: bool, others: i64) {
    let (tell, mut told) = mpsc::unbounded_channel();
    let (go, wait) = Go::new();
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let (go_all, held) = test.hold().await;
    let mut units = Vec::new();
    for other in 0..others {
        units.push(test.writing(move |tx| mark(tx, 100 + other)).await);
    }
    let unit = test
        .writing(move |tx| {
            mark(tx, 1)?;
            if counted.fetch_add(1, Ordering::Relaxed) == 0 {
                tell.send(tx.one::<(i64,)>("SELECT pg_backend_pid()", &[])?.0).unwrap();
                wait.wait();
            }
            if write_after { mark(tx, 2) } else { Ok(()) }
        })
        .await;
    drop(go_all);
    held.await.unwrap().unwrap();
    kill(test, told.recv().await.unwrap()).await;
    drop(go);
    unit.await.unwrap().unwrap();
    for unit in units {
        unit.await.unwrap().unwrap();
    }
    assert_eq!(runs.load(Ordering::Relaxed), 2);
    let expected: Vec<i64> = [1, 2].into_iter().take(1 + usize::from(write_after)).chain(100..100 + others).collect();
    assert_eq!(test.marks().await, expected);
}

#[tokio::test]
async fn a_connection_killed_in_the_middle_of_a_unit_is_not_noticed() {
    for (write_after, others) in [(true, 0), (false, 0), (true, 3), (false, 3)] {
        let Some(test) = server().await else { return };
        killed(&test, write_after, others).await;
        test.end().await;
    }
}

#[tokio::test]
async fn a_connection_killed_at_rest_or_under_a_reader_is_not_noticed() {
    let Some(test) = server().await else { return };
    let pid = test.write(|tx| tx.one::<(i64,)>("SELECT pg_backend_pid()", &[])).await.unwrap().0;
    kill(&test, pid).await;
    let other = test.write(|tx| tx.one::<(i64,)>("SELECT pg_backend_pid()", &[])).await.unwrap().0;
    assert_ne!(pid, other);
    let (tell, mut told) = mpsc::unbounded_channel();
    let (go, wait) = Go::new();
    let db = test.db.clone();
    let first = AtomicI64::new(0);
    let reading = tokio::spawn(async move {
        db.background(move |read| {
            let pid = read.one::<(i64,)>("SELECT pg_backend_pid()", &[])?.0;
            if first.swap(pid, Ordering::Relaxed) == 0 {
                tell.send(pid).unwrap();
                wait.wait();
            }
            Ok((pid, read.one::<(i64,)>("SELECT pg_backend_pid()", &[])?.0))
        })
        .await
    });
    let pid = told.recv().await.unwrap();
    kill(&test, pid).await;
    drop(go);
    let (before, after) = reading.await.unwrap().unwrap();
    assert!(before == after && before != pid);
    test.end().await;
}

#[tokio::test]
async fn a_database_that_goes_away_is_unavailable_and_comes_back_by_itself() {
    let Some(test) = server().await else { return };
    let admin = database::admin().await;
    let name = test.db.read(|read| read.one::<(String,)>("SELECT current_database()", &[])).await.unwrap().0;
    admin.batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await.unwrap();
    admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", &[&name]).await.unwrap();
    until("it is away", async || test.db.ping().await.is_err() && test.db.ping().await.is_err()).await;
    for _ in 0..20 {
        assert_unavailable(test.write(|tx| mark(tx, 1)).await);
        assert_unavailable(test.db.read(|read| read.one::<(i64,)>("SELECT 1", &[])).await);
        assert_unavailable(test.db.background(|read| read.one::<(i64,)>("SELECT 1", &[])).await);
    }
    admin.batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).await.unwrap();
    until("it is back", async || test.write(|tx| tx.execute("DELETE FROM marks", &[])).await.is_ok()).await;
    test.write(|tx| mark(tx, 2)).await.unwrap();
    // Each reader comes back by itself, so the first answer may still be of one that has not.
    until("readers are back", async || test.read_marks().await.is_ok_and(|marks| marks == [2])).await;
    test.end().await;
}

/// The kit on the database, by way of a proxy.
async fn by(proxy: &Proxy, test: &TestDb, change: impl FnOnce(&mut Options)) -> Db {
    let url = proxy.url(&test.url);
    let mut options = database::options(&url);
    change(&mut options);
    let db = Db::open(&url, &test.clock, options).await.unwrap();
    db.write(Lane::MONEY, |_| Ok(())).await.unwrap();
    db.ping().await.unwrap();
    db
}

#[tokio::test]
async fn a_network_that_swallows_everything_holds_nobody_for_long() {
    let Some(test) = server().await else { return };
    let proxy = Proxy::before(&test.url).await;
    let db = by(&proxy, &test, |options| options.interactive = Duration::from_millis(500)).await;
    proxy.set(Mode::Swallow);
    assert_unavailable(db.read(|read| read.one::<(i64,)>("SELECT 1", &[])).await);
    assert_unavailable(db.write(Lane::MONEY, |tx| mark(tx, 1)).await);
    proxy.set(Mode::Pass);
    until("it is back", async || db.write(Lane::MONEY, |tx| mark(tx, 2)).await.is_ok()).await;
    until("readers are back", async || db.ping().await.is_ok()).await;
    assert_eq!(test.marks().await, [2], "on the connections that had no proxy between");
    db.close().await;
    test.end().await;
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_not_run_again_and_nobody_says_it_did_not_happen() {
    let Some(test) = server().await else { return };
    let proxy = Proxy::before(&test.url).await;
    let db = by(&proxy, &test, |_| {}).await;
    proxy.set(Mode::CUT_AFTER_COMMIT);
    let runs = Arc::new(AtomicU32::new(0));
    let outcomes = futures(&db, &runs, 3).await;
    for outcome in outcomes {
        assert_unavailable(outcome);
    }
    proxy.set(Mode::Pass);
    until("it is back", async || db.write(Lane::MONEY, |tx| mark(tx, 99)).await.is_ok()).await;
    let ran = i64::from(runs.load(Ordering::Relaxed));
    let expected: Vec<i64> = (0..3).chain([99]).collect();
    assert_eq!((test.marks().await, ran), (expected, 3), "each once, and each is there");
    db.close().await;
    test.end().await;
}

async fn futures(db: &Db, runs: &Arc<AtomicU32>, count: i64) -> Vec<Result<()>> {
    let mut units = Vec::new();
    for number in 0..count {
        let (db, runs) = (db.clone(), Arc::clone(runs));
        units.push(tokio::spawn(async move {
            db.write(Lane::MONEY, move |tx| {
                runs.fetch_add(1, Ordering::Relaxed);
                mark(tx, number)
            })
            .await
        }));
    }
    let mut outcomes = Vec::new();
    for unit in units {
        outcomes.push(unit.await.unwrap());
    }
    outcomes
}

#[tokio::test]
async fn connections_are_set_up_for_what_they_do() {
    let Some(test) = server().await else { return };
    let setting = |name: &'static str| test.db.read(move |read| read.one::<(String,)>(&format!("SHOW {name}"), &[]));
    for (name, value) in [
        ("plan_cache_mode", "force_generic_plan"),
        ("enable_seqscan", "off"),
        ("jit", "off"),
        ("TimeZone", "UTC"),
        ("default_transaction_read_only", "on"),
        ("statement_timeout", "9s"),
        ("application_name", "leadhouse"),
    ] {
        assert_eq!(setting(name).await.unwrap().0, value, "{name}");
    }
    let isolation = test.db.background(|read| read.one::<(String,)>("SHOW transaction_isolation", &[])).await;
    assert_eq!(isolation.unwrap().0, "repeatable read");
    let reads_all = test.db.background(|read| read.one::<(String,)>("SHOW enable_seqscan", &[])).await;
    assert_eq!(reads_all.unwrap().0, "on");
    let lane = test.write(|tx| tx.one::<(String,)>("SHOW default_transaction_read_only", &[])).await;
    assert_eq!(lane.unwrap().0, "off");
    for name in ["idle_in_transaction_session_timeout", "tcp_user_timeout"] {
        let shown = test.write(move |tx| tx.one::<(String,)>(&format!("SHOW {name}"), &[])).await;
        // SHOW asks the socket for the second, and leaves out the unit.
        assert!(["3s", "3000"].contains(&shown.unwrap().0.as_str()), "{name}");
    }
    let long = test.db.write_long(Lane::MONEY, |tx| tx.one::<(String,)>("SHOW statement_timeout", &[])).await;
    assert_eq!(long.unwrap().0, "10min");
    test.end().await;
}
