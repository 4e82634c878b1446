//! Backups: whole, of one moment, taken beside live writers; and what becomes of an installation that is restored from
//! one.

mod restore;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use leadhouse::db::Engine;
use serde_json::json;
use tempfile::TempDir;
use tokio::task::spawn_blocking;

use crate::support::TestApp;
use crate::support::database::engine;
use crate::support::program::{Program, Ran, command, mode, run};

/// The program on another SQLite file, with this folder for its data.
pub fn on(file: &Path, data: &Path, args: &[&str]) -> Ran {
    let mut command = command(args);
    command.env("DATABASE_URL", format!("sqlite://{}", file.display())).env("DATA_DIR", data).env("RUST_LOG", "warn");
    run(command)
}

/// A backup of the app's database, in a folder of its own.
pub async fn backup_of(app: &TestApp) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("house.backup");
    let (from, to) = (app.database_url().to_owned(), file.clone());
    let ran = spawn_blocking(move || run(command(&["backup", &to.display().to_string(), "--database-url", &from])));
    ran.await.unwrap().well();
    (folder, file)
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn count(file: &Path, sql: &str) -> i64 {
    rusqlite::Connection::open(file).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn what_was_answered_before_it_began_is_in_it_whole_while_others_write_on() {
    if engine() == Engine::Postgres {
        return;
    }
    let app = TestApp::start().await;
    let rita = app.provider("rita").balance(100_000.0).await;
    let over = Arc::new(AtomicBool::new(false));
    let (mut writers, (sent, mut answered)) = (Vec::new(), tokio::sync::mpsc::unbounded_channel());
    for _ in 0..8 {
        let (source, sent, over) = (rita.source.clone(), sent.clone(), Arc::clone(&over));
        writers.push(tokio::spawn(async move {
            while !over.load(Ordering::Relaxed) {
                sent.send(source.sends(json!({})).await.expect(201).str("lead_id")).unwrap();
            }
        }));
    }
    let mut before = Vec::new();
    while before.len() < 100 {
        before.push(answered.recv().await.unwrap());
    }
    let (folder, file) = backup_of(&app).await;
    // They went on beside it, and go on.
    while answered.try_recv().is_ok() {}
    answered.recv().await.unwrap();
    over.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(names(folder.path()), ["house.backup"], "one file, whole by itself");
    assert_eq!(mode(&file), 0o600);
    for lead in &before {
        let id = lead.replace('-', "");
        assert_eq!(
            count(&file, &format!("SELECT count(*) FROM leads WHERE id = x'{id}'")),
            1,
            "{lead} was answered for"
        );
    }
    on(&file, folder.path(), &["verify"]).well();
}

#[tokio::test]
async fn a_backup_takes_nobodys_place_and_leaves_nothing_half() {
    let program = Program::on_a_migrated_database().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("house.backup");
    let name = file.display().to_string();
    if engine() == Engine::Postgres {
        let line = program.run(&["backup", &name]).failed();
        assert!(line.contains("pg_dump --format=custom --file=") && line.contains(&name), "{line}");
        let line = program.run(&["restore", &name]).failed();
        assert!(line.contains("pg_restore --no-owner --dbname="), "{line}");
        return;
    }
    assert_eq!(program.run(&["backup", &name]).well(), "");
    let whole = std::fs::read(&file).unwrap();
    let line = program.run(&["backup", &name]).failed();
    assert!(line.contains("--force"), "{line}");
    assert_eq!(std::fs::read(&file).unwrap(), whole);
    program.run(&["backup", &name, "--force"]).well();

    let leadhouse::config::DatabaseUrl::Sqlite(database) = &program.url else { unreachable!() };
    let itself = database.display().to_string();
    assert!(program.run(&["backup", &itself, "--force"]).failed().contains("database in use"));
    let folder_name = folder.path().display().to_string();
    assert!(program.run(&["backup", &folder_name, "--force"]).failed().contains("is a folder"));
    assert!(program.run(&["backup", "/nowhere/at/all.db"]).failed().contains("/nowhere/at/all.db"));

    let nothing = folder.path().join("nothing.db");
    let other = folder.path().join("other.backup").display().to_string();
    assert!(on(&nothing, folder.path(), &["backup", &other]).failed().contains("nothing.db"));
    assert!(!nothing.exists(), "it makes no database");
    std::fs::write(&nothing, "no database at all, but a text that is long enough to look at").unwrap();
    assert!(on(&nothing, folder.path(), &["backup", &other]).failed().contains("no Leadhouse"));
    std::fs::write(&nothing, "").unwrap();
    assert!(on(&nothing, folder.path(), &["backup", &other]).failed().contains("no Leadhouse"));
    assert_eq!(names(folder.path()), ["house.backup", "nothing.db"]);
    // What a killed one left is in nobody's way.
    std::fs::write(folder.path().join("other.backup.partial"), "half").unwrap();
    program.run(&["backup", &other]).well();
    assert_eq!(names(folder.path()), ["house.backup", "nothing.db", "other.backup"]);
    on(Path::new(&other), folder.path(), &["verify"]).well();
}
