//! Synthetic data for load tests: the right amount of it, the same each time, and nothing in it that verify would find.

use leadhouse::clock::Clock;
use leadhouse::config::DatabaseUrl;
use leadhouse::db::{Db, Engine, FromRow, params};

use crate::support::database::{engine, options};
use crate::support::program::{Program, Running};

fn seeded(program: &Program, providers: &str, assignments: &str, seed: &str) {
    let args = ["seed", "--providers", providers, "--assignments", assignments, "--seed", seed];
    assert_eq!(program.run(&args).well(), "");
}

async fn all<R: FromRow + Send + 'static>(program: &Program, sql: &'static str) -> Vec<R> {
    let db = Db::open(&program.url, &Clock::default(), options(&program.url)).await.unwrap();
    let rows = db.read(move |read| read.all(sql, params![])).await.unwrap();
    db.close().await;
    rows
}

/// What the seed decides: not the ids and keys, which are the installation's own.
async fn content(program: &Program) -> Vec<(String, String, String, Option<String>)> {
    all(
        program,
        "SELECT l.contact_email, l.contact_phone, a.status, a.rejection_reason
           FROM leads AS l JOIN lead_assignments AS a ON a.lead_id = l.id ORDER BY l.received_at, a.id",
    )
    .await
}

#[tokio::test]
async fn the_shares_are_as_promised_and_every_invariant_holds() {
    let program = Program::on_an_empty_database().await;
    seeded(&program, "40", "30000", "1");
    program.run(&["verify"]).well();
    let shares: Vec<(String, i64)> = all(
        &program,
        "SELECT u.email, c.n FROM users AS u JOIN assignment_counts AS c
            ON c.provider_id = u.provider_id AND c.tally = 'assigned' ORDER BY c.n DESC, u.email",
    )
    .await;
    assert_eq!(shares.len(), 40);
    assert_eq!(shares[0], ("provider1@seed.example".to_owned(), 3_000));
    let second = shares.iter().find(|(email, _)| email == "provider2@seed.example").unwrap();
    assert_eq!(second.1, 600);
    let rest = shares.iter().filter(|(_, n)| *n != 3_000 && *n != 600).map(|(_, n)| *n);
    assert!(rest.clone().count() == 38 && rest.clone().all(|n| (694..=695).contains(&n)), "{shares:?}");

    let sold: Vec<(i64, i64)> = all(
        &program,
        "SELECT n, COUNT(*) FROM (SELECT COUNT(*) AS n FROM lead_assignments GROUP BY lead_id) AS t GROUP BY n ORDER BY n",
    )
    .await;
    assert_eq!(sold.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [1, 2, 3]);
    let statuses: Vec<(String, i64)> =
        all(&program, "SELECT status, COUNT(*) FROM lead_assignments GROUP BY status ORDER BY status").await;
    assert_eq!(statuses.len(), 4);
    assert!(statuses.iter().all(|(_, n)| *n > 1_000), "{statuses:?}");
    let sources: Vec<(String, String)> = all(
        &program,
        "SELECT s.name, n.name FROM sources AS s JOIN niches AS n ON n.id = s.niche_id ORDER BY s.name LIMIT 2",
    )
    .await;
    let named = |n| (format!("seed 00{n}"), format!("Niche 00{n}"));
    assert_eq!(sources, [named(1), named(2)]);
    let token = program.run(&["token", "create", "--user", "provider1@seed.example"]).well();
    assert!(token.starts_with("lh_"));
    program.run(&["token", "create", "--user", "admin@seed.example"]).well();
}

#[tokio::test]
async fn the_same_seed_makes_the_same_data() {
    let [one, same, other] = [
        Program::on_an_empty_database().await,
        Program::on_an_empty_database().await,
        Program::on_an_empty_database().await,
    ];
    seeded(&one, "12", "2000", "5");
    seeded(&same, "12", "2000", "5");
    seeded(&other, "12", "2000", "6");
    let content_of_one = content(&one).await;
    assert_eq!(content_of_one.len(), 2_000);
    assert!(content_of_one == content(&same).await);
    assert!(content_of_one != content(&other).await);
}

#[tokio::test]
async fn a_few_providers_or_nothing_at_all_will_do() {
    for (providers, assignments) in [("1", "100"), ("2", "100"), ("3", "100"), ("5", "0")] {
        let program = Program::on_an_empty_database().await;
        seeded(&program, providers, assignments, "1");
        program.run(&["verify"]).well();
        let count: Vec<(i64,)> = all(&program, "SELECT COUNT(*) FROM lead_assignments").await;
        assert_eq!(count[0].0.to_string(), assignments);
    }
}

#[tokio::test]
async fn the_guards_are_back_when_it_is_done() {
    let program = Program::on_a_migrated_database().await;
    if engine() == Engine::Postgres {
        return;
    }
    let guards = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name";
    let before: Vec<(String,)> = all(&program, guards).await;
    seeded(&program, "5", "1000", "1");
    assert_eq!(all::<(String,)>(&program, guards).await, before);
    let journal: Vec<(String,)> = all(&program, "PRAGMA journal_mode").await;
    assert_eq!(journal[0].0, "wal");
}

#[tokio::test]
async fn a_database_that_is_not_empty_is_left_alone() {
    let program = Program::on_a_migrated_database().await;
    program.run(&["user", "add", "--email", "operator@example.com", "--role", "admin"]).well();
    seeded(&program, "5", "500", "1");
    let people: Vec<(i64,)> = all(&program, "SELECT COUNT(*) FROM users").await;
    assert_eq!(people[0].0, 7, "who was there before is there still");
    let line = program.run(&["seed", "--providers", "5", "--assignments", "500"]).failed();
    assert!(line.contains("there is data"), "{line}");
    program.run(&["verify"]).well();
}

#[tokio::test]
async fn a_database_that_others_use_is_left_alone() {
    let program = Program::on_an_empty_database().await;
    let mut serving = program.serves(&[]);
    serving.address();
    if engine() == Engine::Sqlite {
        let line = program.run(&["seed", "--providers", "5", "--assignments", "500"]).failed();
        assert!(line.contains("another process uses"), "{line}");
    }
    assert_eq!(serving.ends_on_sigterm(), Some(0));
    seeded(&program, "5", "500", "1");
}

#[tokio::test]
async fn killed_in_the_middle_it_leaves_the_file_as_it_was() {
    let program = Program::on_a_migrated_database().await;
    let DatabaseUrl::Sqlite(file) = &program.url else { return };
    let beside = file.with_file_name("test.db.loading");
    let seeding = Running::start(program.command(&["seed", "--providers", "50", "--assignments", "3000000"]));
    while std::fs::metadata(&beside).map_or(0, |file| file.len()) < 10_000_000 {
        std::thread::yield_now();
    }
    seeding.kill();
    program.run(&["verify"]).well();
    let providers: Vec<(i64,)> = all(&program, "SELECT COUNT(*) FROM providers").await;
    assert_eq!(providers[0].0, 0);
    seeded(&program, "5", "500", "1");
    assert!(!beside.exists(), "what the killed one left is gone");
    program.run(&["verify"]).well();
}
