//! Which installation a command goes to: one that is there, and its files where they are on record. Commands that look
//! or change something make none.

use std::path::Path;

use leadhouse::config::DatabaseUrl;
use leadhouse::db::Engine;

use crate::support::TestApp;
use crate::support::database::{beside, empty, engine};
use crate::support::program::{Program, Running, command, mode, run};

#[tokio::test]
async fn no_command_makes_an_installation_where_there_is_none() {
    let commands = [
        &["verify"][..],
        &["user", "add", "--email", "rita@example.com", "--role", "admin"],
        &["token", "create", "--user", "rita@example.com"],
        &["worker", "--once"],
    ];
    // In the wrong folder.
    let folder = tempfile::tempdir().unwrap();
    let others: [&[&str]; 3] = [&["worker"], &["backup", "copy.db"], &["move", "--to", "postgres://127.0.0.1:1/house"]];
    for args in commands.into_iter().chain(others) {
        let mut here = command(args);
        here.current_dir(folder.path());
        let line = run(here).failed();
        assert!(line.contains("leadhouse.db"), "it says where it looked: {line}");
        let there: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(there.is_empty(), "{args:?} left {there:?}");
    }
    let program = Program::on_an_empty_database().await;
    for args in commands {
        let line = program.run(args).failed();
        assert!(line.contains("DATABASE_URL") && line.contains(&program.url.to_string()), "{args:?}: {line}");
        match &program.url {
            DatabaseUrl::Sqlite(file) => assert!(!file.exists(), "{args:?}"),
            url @ DatabaseUrl::Postgres(_) => {
                let tables = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace";
                let made: i64 = beside(url).await.query_one(tables, &[]).await.unwrap().get(0);
                assert_eq!(made, 0, "{args:?}");
            }
        }
    }
    program.run(&["migrate"]).well();
    for args in commands {
        let ran = program.run(args);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(
            ["token", "worker"].contains(&args[0]) || ran.stderr.contains(&program.url.to_string()),
            "{args:?}: {ran:?}"
        );
    }
}

/// Nor does one make an installation of a file that is something else, or leave anything where it is refused.
#[tokio::test]
async fn what_is_refused_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    std::fs::write(here.join("empty.db"), "").unwrap();
    std::fs::write(here.join("notes.txt"), "no backup").unwrap();
    let other = rusqlite::Connection::open(here.join("other.db")).unwrap();
    other.execute_batch("CREATE TABLE notes (text TEXT)").unwrap();
    drop(other);
    let there = || {
        let mut there: Vec<_> = std::fs::read_dir(here).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        there.sort();
        there
    };
    let before = there();
    let to = "postgres://127.0.0.1:1/house";
    for (url, args) in [
        ("sqlite://empty.db", &["verify"][..]),
        ("sqlite://empty.db", &["move", "--to", to]),
        ("sqlite://empty.db", &["backup", "copy.db"]),
        ("sqlite://other.db", &["verify"]),
        ("sqlite://other.db", &["move", "--to", to]),
        ("sqlite://other.db", &["backup", "copy.db"]),
        ("sqlite://other.db", &["worker", "--once"]),
        ("sqlite://other.db", &["user", "add", "--email", "rita@example.com", "--role", "admin"]),
        ("sqlite://house.db", &["restore", "notes.txt"]),
        ("sqlite://house.db", &["restore", "nowhere.db"]),
        ("sqlite://house.db", &["restore", "other.db"]),
        ("sqlite://house.db", &["restore", "."]),
        ("sqlite://nowhere/house.db", &["restore", "other.db"]),
        ("sqlite://nowhere/house.db", &["serve"]),
        ("sqlite://nowhere/house.db", &["migrate"]),
        ("sqlite://house.db", &["demo", "--data", "notes.txt"]),
        ("sqlite://house.db", &["demo", "--data", "demo", "--storage-url", "file://x"]),
        ("sqlite://house.db", &["demo", "--data", "demo", "--tls-cert", "notes.txt"]),
        ("sqlite://house.db", &["demo", "--data", "demo", "--mail-templates", "nowhere"]),
        ("sqlite://house.db", &["serve", "--tls-cert", "notes.txt", "--tls-key", "notes.txt"]),
        ("sqlite://house.db", &["serve", "--mail-templates", "nowhere"]),
        ("sqlite://house.db", &["seed", "--providers", "1", "--assignments", "1", "--currency", "QQQ"]),
        ("sqlite://house.db", &["migrate", "--currency", "DEM"]),
    ] {
        let mut command = command(args);
        command.current_dir(here).env("DATABASE_URL", url).env("LISTEN", "127.0.0.1:0").env("RUST_LOG", "warn");
        let ran = run(command);
        assert!(matches!(ran.code, Some(1 | 2)) && ran.stdout.is_empty(), "{url} {args:?}: {ran:?}");
        assert_eq!(ran.stderr.lines().count(), 1, "{url} {args:?}: {ran:?}");
        assert_eq!(there(), before, "{url} {args:?}: {ran:?}");
    }
    assert_eq!(std::fs::metadata(here.join("empty.db")).unwrap().len(), 0);
    let other = rusqlite::Connection::open(here.join("other.db")).unwrap();
    let tables = "SELECT count(*) FROM sqlite_schema";
    assert_eq!(other.query_row(tables, [], |row| row.get::<_, i64>(0)).unwrap(), 1);
}

/// An installation's nodes and workers are started at once: the worker waits for the installation that a node makes.
#[tokio::test]
async fn a_worker_that_is_first_waits_for_the_installation() {
    let program = Program::on_an_empty_database().await;
    let mut first = program.command(&["worker"]);
    first.env("RUST_LOG", "info").env("LOG_FORMAT", "json");
    let mut first = Running::start(first);
    program.run(&["migrate"]).well();
    first.hears(|line| line.contains("time zones by").then_some(()));
    assert_eq!(first.ends_on_sigterm(), Some(0));
    program.run(&["verify"]).well();
}

/// Another node may migrate for long: who waits for it ends all the same when told to.
#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_waits_ends_on_sigterm() {
    if engine() == Engine::Sqlite {
        return;
    }
    let program = Program::on_a_migrated_database().await;
    let (holder, watcher) = (beside(&program.url).await, beside(&program.url).await);
    let number = 0x6c65_6164_686f_i64;
    holder.batch_execute(&format!("BEGIN; SELECT pg_advisory_xact_lock({number})")).await.unwrap();
    let waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
                      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    for args in [&["serve"][..], &["worker"]] {
        let mut command = program.command(args);
        command.env("LISTEN", "127.0.0.1:0");
        let starting = Running::start(command);
        while watcher.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(tokio::task::spawn_blocking(move || starting.ends_on_sigterm()).await.unwrap(), Some(0), "{args:?}");
        while watcher.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) > 0 {
            tokio::task::yield_now().await;
        }
    }
    holder.batch_execute("COMMIT").await.unwrap();
    program.run(&["verify"]).well();
}

/// Who restores somewhere else is told where the list of erasures was looked for, and nothing is made there.
#[tokio::test]
async fn a_restore_looks_for_files_where_they_are_on_record() {
    if engine() == Engine::Postgres {
        return;
    }
    let (data, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let app = with_an_export(data.path()).await;
    let at = |args: &[&str], url: &str| {
        let mut command = command(args);
        command.current_dir(elsewhere.path()).env("DATABASE_URL", url).env("RUST_LOG", "warn");
        run(command)
    };
    at(&["backup", "house.backup"], app.database_url()).well();
    // Erased after that, and on the list.
    let lead: String = {
        let leads = app.operator().get("/api/v1/admin/leads").await.expect(200).items();
        leads[0]["id"].as_str().unwrap().to_owned()
    };
    std::fs::create_dir_all(data.path().join("files/erased")).unwrap();
    let listed = format!("files/erased/{:018}-{lead}", app.clock.now().as_micros());
    std::fs::write(data.path().join(listed), "").unwrap();
    let ran = at(&["restore", "house.backup"], "sqlite://house.db");
    assert!(ran.code == Some(0) && ran.stderr.contains("erased after the backup: 1 leads"), "{ran:?}");
    assert!(!elsewhere.path().join("files").exists(), "nothing is made here");
    std::fs::remove_dir_all(data.path().join("files")).unwrap();
    let ran = at(&["restore", "--force", "house.backup"], "sqlite://house.db");
    assert!(ran.code == Some(0) && ran.stderr.contains("Nothing is in file://"), "{ran:?}");
    assert!(ran.stderr.contains(&data.path().display().to_string()), "{ran:?}");
    assert!(!data.path().join("files").exists() && !elsewhere.path().join("files").exists());
}

/// An installation with one export, whose files are in this folder, as the worker that made it was told.
async fn with_an_export(data: &Path) -> TestApp {
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    rita.is_sent_a_lead().await;
    rita.post("/api/v1/provider/leads/export", &serde_json::json!({})).await.expect(202);
    let mut worker = command(&["worker", "--once"]);
    worker.env("DATABASE_URL", app.database_url()).env("DATA_DIR", data).env("RUST_LOG", "warn");
    let ran = tokio::task::spawn_blocking(move || run(worker)).await.unwrap();
    assert_eq!(ran.code, Some(0), "{ran:?}");
    app
}

#[tokio::test]
async fn files_are_looked_for_where_they_are_on_record() {
    let (data, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let app = with_an_export(data.path()).await;
    let verify = |args: &[&str], data_dir: Option<&Path>| {
        let mut verify = command(args);
        verify.current_dir(elsewhere.path()).env("DATABASE_URL", app.database_url()).env("RUST_LOG", "warn");
        verify.envs(data_dir.map(|folder| ("DATA_DIR", folder)));
        run(verify)
    };
    let ran = verify(&["verify"], None);
    let place = data.path().join("files").display().to_string();
    assert!(ran.code == Some(0) && ran.stderr.contains(&place), "{ran:?}");
    // Said otherwise, it says so.
    let ran = verify(&["verify"], Some(elsewhere.path()));
    let line = ran.stdout.trim_end();
    assert_eq!((ran.code, line.lines().count()), (Some(1), 1), "{ran:?}");
    assert!(line.starts_with("1 export file is missing in file://") && line.contains("--expire-missing"), "{line}");
    assert!(line.contains(&elsewhere.path().display().to_string()), "{line}");
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0, "nothing is made");

    std::fs::remove_dir_all(data.path().join("files")).unwrap();
    let ran = verify(&["verify"], None);
    assert!(ran.code == Some(1) && ran.stdout.contains("STORAGE_URL"), "{ran:?}");
    let ran = verify(&["verify", "--expire-missing"], None);
    assert!(ran.code == Some(0) && ran.stderr.contains("Expired: 1"), "{ran:?}");
    assert_eq!(verify(&["verify"], None).code, Some(0));
}

#[tokio::test]
async fn what_is_on_the_disk_is_for_its_owners_eyes() {
    if engine() == Engine::Postgres {
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let program = Program::on_an_empty_database().await;
    let DatabaseUrl::Sqlite(file) = program.url.clone() else { panic!("no SQLite") };
    program.run(&["migrate"]).well();
    assert_eq!(mode(&file), 0o600, "a new one");
    open_to_all(&file);
    let mut serving = program.serves(&[]);
    serving.address();
    for beside in ["", "-wal", "-shm"] {
        let file = file.with_file_name(format!("{}{beside}", file.file_name().unwrap().to_str().unwrap()));
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    assert_eq!(serving.ends_on_sigterm(), Some(0));

    let app = with_an_export(data.path()).await;
    drop(app);
    let exports = std::fs::read_dir(data.path().join("files/exports")).unwrap();
    let exports: Vec<_> = exports.map(|entry| mode(&entry.unwrap().path())).collect();
    assert_eq!(exports, [0o600]);
    let mails = std::fs::read_dir(data.path().join("mail")).unwrap().map(|entry| mode(&entry.unwrap().path()));
    assert!(mails.into_iter().all(|mode| mode == 0o600));
}

fn open_to_all(file: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o644)).unwrap();
}

#[tokio::test]
async fn a_database_that_cannot_be_reached_is_named_without_its_password() {
    let (_, _place) = empty().await;
    let mut nowhere = command(&["verify"]);
    nowhere.env("DATABASE_URL", "postgres://lh:hunter2@127.0.0.1:1/house");
    let line = run(nowhere).failed();
    assert!(line.contains("DATABASE_URL leads to postgres://127.0.0.1:1/house"), "{line}");
    assert!(line.contains("Connection refused") && !line.contains("hunter2"), "{line}");
}
