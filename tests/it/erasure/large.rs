//! Tables that are too large to be rewritten while people work, and rewriting that is cut off.

use std::path::Path;
use std::time::Duration;

use leadhouse::clock::Timestamp;
use leadhouse::config::parse_database_url;
use leadhouse::db::Engine;
use leadhouse::params;

use super::bytes::{files, full_installation, job};
use super::{erasing, traces};
use crate::support::database::{beside, engine};
use crate::support::program::{Ran, Running, command, command_by, run};
use crate::support::{TestApp, database};

/// Every table is larger.
const FLAGS: &[&str] = &["--erasure-rewrite-size", "1KiB", "--erasure-rewrite-hour", "3"];
const HOUR: i64 = 3_600_000_000;

/// Moves the clock to this minute of a day, of the next one where it is over.
fn until(app: &TestApp, hour: i64, minute: i64) {
    let now = app.clock.now().as_micros();
    let wanted = hour * HOUR + minute * HOUR / 60;
    let wait = (wanted - now.rem_euclid(24 * HOUR)).rem_euclid(24 * HOUR);
    app.advance(Duration::from_micros(u64::try_from(wait).unwrap()));
}

/// An installation at half past four in which everybody was erased, and everything is too large.
async fn erased() -> TestApp {
    let app = TestApp::with_flags(FLAGS).await;
    until(&app, 4, 30);
    let leads = full_installation(&app).await;
    app.run_jobs().await;
    for lead in &leads {
        erasing(&app, lead).await.expect(202);
    }
    assert_eq!(traces(&app).await, [""; 0]);
    app
}

async fn due_at(app: &TestApp) -> Timestamp {
    let sql = "SELECT run_at FROM jobs WHERE kind = 'intake.erase_traces' ORDER BY id DESC LIMIT 1";
    app.read(move |read| read.one::<(Timestamp,)>(sql, &[])).await.0
}

async fn waits(app: &TestApp) {
    let (state, why) = job(app).await;
    let why = why.expect("a reason");
    assert_eq!(state, "queued", "{why}");
    let large = if engine() == Engine::Sqlite { "the database" } else { "leads" };
    assert!(why.contains("not done yet: rewritten at 3:00 UTC") && why.contains(large), "{why}");
    assert!(due_at(app).await.to_string().contains("T03:00:00"), "{}", due_at(app).await);
}

#[tokio::test]
async fn what_is_large_waits_for_its_hour_and_says_so() {
    let app = erased().await;
    app.run_jobs().await;
    waits(&app).await;
    // Shown to who looks after the installation.
    let jobs = app.operator().get("/api/v1/admin/jobs?kind=intake.erase_traces&limit=1").await.expect(200).items();
    assert!(jobs[0]["last_error"].as_str().is_some_and(|why| why.contains("3:00 UTC")), "{jobs:?}");
    // A further erasure asks for it again, and it waits on.
    until(&app, 2, 10);
    let rita = app.provider("rita").await;
    let lead = rita.is_sent_a_lead().await.lead;
    erasing(&app, &lead).await.expect(202);
    app.run_jobs().await;
    waits(&app).await;
    until(&app, 2, 59);
    app.run_jobs().await;
    waits(&app).await;
    until(&app, 3, 0);
    app.run_jobs().await;
    assert_eq!(job(&app).await.0, "done");
    assert_eq!(files(&app).await, [""; 0]);
}

#[tokio::test]
async fn who_slept_through_the_hour_does_not_wait_for_the_next() {
    let app = erased().await;
    app.run_jobs().await;
    waits(&app).await;
    until(&app, 4, 10);
    app.run_jobs().await;
    waits(&app).await;
    until(&app, 6, 0);
    app.run_jobs().await;
    waits(&app).await;
    until(&app, 2, 0);
    app.advance(Duration::from_hours(4));
    app.run_jobs().await;
    assert_eq!(job(&app).await.0, "done", "{:?}", job(&app).await);
    assert_eq!(files(&app).await, [""; 0]);
}

/// A worker's environment: the app's database, and its folders.
fn of_worker(app: &TestApp, command: &mut std::process::Command) {
    command.env("DATABASE_URL", app.database_url()).env("DATA_DIR", app.data());
    command.env("RUST_LOG", "warn").env("PATH", "/usr/bin:/bin");
}

/// The killed worker's lease runs out, and another goes on.
async fn another_ends_it(app: &TestApp) {
    let (state, _) = job(app).await;
    assert_eq!(state, "running", "nobody has ended it");
    let run_out = "UPDATE jobs SET lease_until = created_at WHERE state = 'running'";
    app.write(move |tx| tx.execute(run_out, params![])).await.expect("it runs out");
    let mut next = command(&["worker", "--once"]);
    of_worker(app, &mut next);
    let ran = tokio::task::spawn_blocking(move || run(next)).await.unwrap();
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(job(app).await.0, "done", "{:?}", job(app).await);
    assert_eq!(files(app).await, [""; 0]);
}

async fn everybody_is_erased(app: &TestApp) {
    let leads = full_installation(app).await;
    app.run_jobs().await;
    for lead in &leads {
        erasing(app, lead).await.expect(202);
    }
}

/// On PostgreSQL it is in the middle of it while somebody keeps it from a table.
#[tokio::test(flavor = "multi_thread")]
async fn killed_while_it_rewrites_tables_the_next_ends_it() {
    if engine() == Engine::Sqlite {
        return;
    }
    let app = TestApp::start().await;
    everybody_is_erased(&app).await;
    let url = parse_database_url(app.database_url()).unwrap();
    let (holder, watcher) = (beside(&url).await, database::beside(&url).await);
    holder.batch_execute("BEGIN; LOCK TABLE leads IN ACCESS SHARE MODE").await.unwrap();
    let mut worker = command(&["worker"]);
    of_worker(&app, &mut worker);
    let killed = Running::start(worker);
    let at_it = "SELECT count(*) FROM pg_stat_activity
                  WHERE datname = current_database() AND state = 'active' AND query = 'VACUUM FULL \"leads\"'";
    while watcher.query_one(at_it, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        tokio::task::yield_now().await;
    }
    tokio::task::spawn_blocking(move || killed.kill()).await.unwrap();
    assert!(!files(&app).await.is_empty(), "it was not through");
    holder.batch_execute("COMMIT").await.unwrap();
    another_ends_it(&app).await;
}

/// On SQLite it is in the middle of it while it writes into the log.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs strace: ./test brings it"]
async fn killed_while_it_writes_the_database_anew_the_next_ends_it() {
    if engine() == Engine::Postgres {
        return;
    }
    let app = TestApp::start().await;
    everybody_is_erased(&app).await;
    let log = format!("{}-wal", app.database_url().trim_start_matches("sqlite://"));
    assert!(Path::new(&log).exists());
    let ran = worker_killed_at(&app, &log, 300).await;
    assert!(ran.code.is_none(), "it was killed: {ran:?}");
    another_ends_it(&app).await;
}

/// A worker that the system ends at its so-many-th write into this file.
async fn worker_killed_at(app: &TestApp, file: &str, write: u32) -> Ran {
    let inject = format!("inject=pwrite64:signal=KILL:when={write}");
    let strace = ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-P", file, "-e", "trace=pwrite64", "-e", &inject];
    let mut worker = command_by(&strace, &["worker", "--once"]);
    of_worker(app, &mut worker);
    tokio::task::spawn_blocking(move || run(worker)).await.unwrap()
}
