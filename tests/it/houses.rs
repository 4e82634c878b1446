//! Which house a command goes to: one that is there, and its files where they are on record. Commands that look or change
//! something make none.

use std::path::Path;

use leadhouse::config::DatabaseUrl;
use leadhouse::db::Engine;

use crate::support::TestApp;
use crate::support::database::{beside, empty, engine};
use crate::support::program::{Program, command, mode, run};

#[tokio::test]
async fn no_command_makes_a_house_where_there_is_none() {
    let commands = [
        &["verify"][..],
        &["user", "add", "--email", "rita@example.com", "--role", "admin"],
        &["token", "create", "--user", "rita@example.com"],
    ];
    // In the wrong folder.
    let folder = tempfile::tempdir().unwrap();
    let backup_and_move: [&[&str]; 2] = [&["backup", "copy.db"], &["move", "--to", "postgres://127.0.0.1:1/house"]];
    for args in commands.into_iter().chain(backup_and_move) {
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
        assert!(args[0] == "token" || ran.stderr.contains(&program.url.to_string()), "{args:?}: {ran:?}");
    }
}

/// A house with one export, whose files are in this folder, as the worker that made it was told.
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
    assert!(line.contains("Connection refused") && !line.contains("hunter2"), "{line}");
}
