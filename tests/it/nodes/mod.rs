//! Several processes of the built program on one database.

mod frozen;
mod restart;

use leadhouse::db::{Db, Engine};
use serde_json::json;

use crate::support::database::{engine, options};
use crate::support::load::market;
use crate::support::program::{Program, Running, post};
use crate::support::proxy::{Mode, Proxy};

impl Program {
    fn works(&self) -> Running {
        let mut command = self.command(&["worker"]);
        command.env("RUST_LOG", "info");
        Running::start(command)
    }

    async fn opens_its_database(&self) -> Db {
        Db::open(&self.url, &leadhouse::clock::Clock::default(), options(&self.url)).await.unwrap()
    }
}

/// Waits until no job is left to be done; how each kind's jobs ended, and how many there were.
async fn all_done(db: &Db) -> Vec<(String, String, i64, i64)> {
    let jobs = "SELECT kind, state, count(*), max(attempts) FROM jobs GROUP BY kind, state ORDER BY kind, state";
    loop {
        let found = db.read(|read| read.all::<(String, String, i64, i64)>(jobs, &[])).await.unwrap();
        if !found.is_empty() && found.iter().all(|(_, state, ..)| state == "done") {
            return found;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_one_process_promises_another_does() {
    let program = Program::on_a_migrated_database().await;
    let mut serving = program.serves(&["--no-worker"]);
    let address = serving.address();
    let source = market(&program, &address);
    let db = program.opens_its_database().await;
    let working = program.works();
    all_done(&db).await;
    // The worker has nothing to do and waits: it is told (PostgreSQL), or looks (SQLite).
    for n in 0..3 {
        let lead = json!({ "contact_name": "Ada", "contact_email": format!("ada{n}@example.com") });
        let (status, answer) = post(&address, &format!("/api/v1/intake/{source}"), "", &lead).unwrap();
        assert_eq!(status, 201, "{answer}");
        let done = all_done(&db).await;
        let sent = done.iter().find(|(kind, ..)| kind == "outbox.send").map(|(_, _, count, _)| *count);
        assert_eq!(sent, Some(n + 1), "{done:?}");
    }
    if engine() == Engine::Postgres {
        let listening = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'leadhouse listens'";
        let (listening,) = db.read(move |read| read.one::<(i64,)>(listening, &[])).await.unwrap();
        assert_eq!(listening, 2, "each process listens on one connection");
    }
    assert_eq!((serving.ends_on_sigterm(), working.ends_on_sigterm()), (Some(0), Some(0)));
    db.close().await;
}

#[tokio::test]
async fn what_is_due_by_the_calendar_is_done_once_by_all_workers() {
    let program = Program::on_a_migrated_database().await;
    let workers: Vec<_> = (0..3).map(|_| program.works()).collect();
    let db = program.opens_its_database().await;
    let due = all_done(&db).await;
    assert!(due.len() >= 6, "{due:?}");
    assert!(due.iter().all(|(_, _, count, attempts)| (*count, *attempts) <= (2, 1)), "{due:?}");
    for worker in workers {
        assert_eq!(worker.ends_on_sigterm(), Some(0));
    }
    db.close().await;
}

#[tokio::test]
async fn a_node_killed_between_its_commit_and_its_answer_leaves_the_answer_to_the_others() {
    let program = Program::on_a_migrated_database().await;
    let (mut first, mut other) = (program.serves(&["--no-worker"]), program.serves(&["--no-worker"]));
    program.run(&["user", "add", "--email", "ops@example.com", "--role", "admin"]).well();
    let token = program.run(&["token", "create", "--user", "ops@example.com"]).well();
    let headers = format!("authorization: Bearer {}\r\nidempotency-key: october\r\n", token.trim_end());
    let make = move |address: &str| post(address, "/api/v1/admin/niches", &headers, &json!({ "name": "Roofing" }));
    let (proxy, others) = (Proxy::to(first.address()).await, other.address());
    proxy.set(Mode::CutAt("201 Created"));
    let (through, asks) = (proxy.address(), make.clone());
    tokio::task::spawn_blocking(move || asks(&through)).await.unwrap().expect_err("the answer is lost");
    assert_eq!(proxy.cuts(), 1, "it had been given");
    first.kill();
    // Carried out anew it would be refused: the name is taken.
    let (status, found) = make(&others).unwrap();
    assert_eq!(status, 201, "{found}");
    assert_eq!(make(&others).unwrap(), (201, found));
    assert_eq!(other.ends_on_sigterm(), Some(0));
}
