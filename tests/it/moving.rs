//! A SQLite installation moved into PostgreSQL: every row of every table, or none. On the run over PostgreSQL, where
//! one is.

use std::path::{Path, PathBuf};

use leadhouse::config::DatabaseUrl;
use leadhouse::db::Engine;
use serde_json::Value;
use tempfile::TempDir;
use tokio_postgres::Client;

use crate::migrations::sampled;
use crate::support::database::{self, Place, beside, engine};
use crate::support::program::{Ran, Running, command, get, run};

/// A SQLite file, and an empty PostgreSQL database to move it to.
struct Removal {
    folder: TempDir,
    to: DatabaseUrl,
    _place: Place,
}

impl Removal {
    /// `None` on the run over SQLite.
    async fn new() -> Option<Self> {
        if engine() == Engine::Sqlite {
            return None;
        }
        let (to, place) = database::empty().await;
        Some(Self { folder: tempfile::tempdir().unwrap(), to, _place: place })
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("house.db")
    }

    fn old_url(&self) -> String {
        format!("sqlite://{}", self.file().display())
    }

    fn to_url(&self) -> &str {
        let DatabaseUrl::Postgres(url) = &self.to else { panic!("no PostgreSQL") };
        url
    }

    fn command(&self, url: &str, args: &[&str]) -> std::process::Command {
        let mut command = command(args);
        command.env("DATABASE_URL", url).env("DATA_DIR", self.folder.path()).env("RUST_LOG", "warn");
        command
    }

    fn old(&self, args: &[&str]) -> Ran {
        run(self.command(&self.old_url(), args))
    }

    fn new_installation(&self, args: &[&str]) -> Ran {
        run(self.command(self.to_url(), args))
    }

    fn moves(&self) -> Ran {
        self.old(&["move", "--to", self.to_url()])
    }

    fn serves(&self, url: &str) -> (Running, String) {
        let mut command = self.command(url, &["serve", "--no-worker"]);
        command.envs([("LISTEN", "127.0.0.1:0"), ("LOG_FORMAT", "json"), ("RUST_LOG", "info")]);
        let mut serving = Running::start(command);
        let address = serving.address();
        (serving, address)
    }

    async fn count(&self, table: &str) -> i64 {
        beside(&self.to).await.query_one(&format!("SELECT count(*) FROM {table}"), &[]).await.unwrap().get(0)
    }
}

fn tables(installation: &rusqlite::Connection) -> Vec<String> {
    let names = "SELECT name FROM sqlite_schema
                  WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'refinery_schema_history'";
    let mut statement = installation.prepare(names).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// Columns with how PostgreSQL writes each as SQLite keeps it.
async fn columns(client: &Client, table: &str) -> Vec<(String, String, bool)> {
    let found = client
        .query(
            "SELECT column_name::text, data_type::text FROM information_schema.columns
              WHERE table_name = $1 AND table_schema = current_schema() ORDER BY column_name",
            &[&table],
        )
        .await
        .unwrap();
    let column = |row: &tokio_postgres::Row| {
        let (name, kind): (String, String) = (row.get(0), row.get(1));
        let text = match kind.as_str() {
            "uuid" => format!("replace({name}::text, '-', '')"),
            "bytea" => format!("encode({name}, 'hex')"),
            "boolean" => format!("{name}::int::text"),
            "timestamp with time zone" => format!("((extract(epoch FROM {name}) * 1000000)::bigint)::text"),
            _ => format!("{name}::text"),
        };
        (name, text, kind == "jsonb")
    };
    found.iter().map(column).collect()
}

/// A row as both engines write it; JSON by its meaning.
fn row(cells: Vec<Option<String>>, columns: &[(String, String, bool)]) -> String {
    let cell = |(cell, (_, _, json)): (Option<String>, &(String, String, bool))| match cell {
        Some(text) if *json => serde_json::from_str::<Value>(&text).unwrap().to_string(),
        Some(text) => text,
        None => "NULL".to_owned(),
    };
    cells.into_iter().zip(columns).map(cell).collect::<Vec<_>>().join("|")
}

fn of_sqlite(installation: &rusqlite::Connection, table: &str, columns: &[(String, String, bool)]) -> Vec<String> {
    let text = |name: &String| {
        format!("CASE typeof({name}) WHEN 'blob' THEN lower(hex({name})) ELSE CAST({name} AS TEXT) END")
    };
    let list = columns.iter().map(|(name, ..)| text(name)).collect::<Vec<_>>().join(", ");
    let mut statement = installation.prepare(&format!("SELECT {list} FROM {table}")).unwrap();
    let cells = |row: &rusqlite::Row<'_>| (0..columns.len()).map(|at| row.get(at)).collect::<Result<Vec<_>, _>>();
    let mut rows: Vec<_> = statement.query_map([], cells).unwrap().map(|cells| row(cells.unwrap(), columns)).collect();
    rows.sort();
    rows
}

async fn of_postgres(client: &Client, table: &str, columns: &[(String, String, bool)]) -> Vec<String> {
    let list = columns.iter().map(|(_, text, _)| text.as_str()).collect::<Vec<_>>().join(", ");
    let found = client.query(&format!("SELECT {list} FROM {table}"), &[]).await.unwrap();
    let cells = |found: &tokio_postgres::Row| row((0..columns.len()).map(|at| found.get(at)).collect(), columns);
    let mut rows: Vec<_> = found.iter().map(cells).collect();
    rows.sort();
    rows
}

/// What guards and finds the rows: all of the schema beside its tables.
async fn guards(client: &Client) -> Vec<String> {
    let found = client
        .query(
            "SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class AS c ON c.oid = indrelid
              WHERE c.relnamespace = current_schema()::regnamespace
             UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
              WHERE connamespace = current_schema()::regnamespace
             UNION ALL SELECT tgrelid::regclass || ' ' || tgname || ' ' || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
             ORDER BY 1",
            &[],
        )
        .await;
    found.unwrap().iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn every_row_of_every_table_is_there_afterwards() {
    let Some(removal) = Removal::new().await else { return };
    sampled(&removal.file()).await;
    let installation = rusqlite::Connection::open(removal.file()).unwrap();
    assert_eq!(removal.new_installation(&["migrate"]).code, Some(0));
    let client = beside(&removal.to).await;
    let before = guards(&client).await;
    removal.moves().well();
    assert_eq!(guards(&client).await, before, "indexes, keys and triggers are as they were");
    // All that is new is where it went.
    let noted = "UPDATE house SET moved_to = NULL WHERE moved_to LIKE 'postgres://%'";
    assert_eq!(rusqlite::Connection::open(removal.file()).unwrap().execute(noted, []), Ok(1));
    let tables = tables(&installation);
    assert!(tables.len() > 25, "{tables:?}");
    for table in tables {
        let columns = columns(&client, &table).await;
        let rows = of_sqlite(&installation, &table, &columns);
        assert!(!rows.is_empty(), "the sample of some migration has a row of {table}");
        assert_eq!(of_postgres(&client, &table, &columns).await, rows, "{table}");
    }
}

#[tokio::test]
async fn the_installation_goes_on_where_it_was() {
    let Some(removal) = Removal::new().await else { return };
    removal.old(&["seed", "--providers", "20", "--assignments", "3000"]).well();
    let token = removal.old(&["token", "create", "--user", "provider1@seed.example"]).well();
    let token = token.trim_end();
    let (serving, address) = removal.serves(&removal.old_url());
    let first = get(&address, "/api/v1/provider/leads?limit=10", token).1;
    let cursor = serde_json::from_str::<Value>(&first).unwrap()["next_cursor"].as_str().unwrap().to_owned();
    let page = format!("/api/v1/provider/leads?limit=10&cursor={cursor}");
    let (second, me) = (get(&address, &page, token), get(&address, "/api/v1/provider/me", token));
    let line = removal.moves().failed();
    assert!(line.contains("another process uses"), "{line}");
    assert_eq!(removal.count("house").await, 1, "migrated, and else as it was");
    assert_eq!(serving.ends_on_sigterm(), Some(0));

    let moved = removal.moves();
    assert!(
        moved.code == Some(0) && moved.stdout.is_empty() && moved.stderr.contains("alike on both sides"),
        "{moved:?}"
    );
    removal.new_installation(&["verify"]).well();
    let (serving, address) = removal.serves(removal.to_url());
    assert_eq!(get(&address, &page, token), second, "token and cursor are good there");
    assert_eq!(get(&address, "/api/v1/provider/me", token), me);
    assert_eq!(serving.ends_on_sigterm(), Some(0));
    removal.new_installation(&["worker", "--once"]).well();
    removal.new_installation(&["verify"]).well();
    for old in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["worker", "--once"],
        &["verify"],
        &["migrate"],
        &["move", "--to", removal.to_url()],
    ] {
        let line = removal.old(old).failed();
        let to = removal.to.to_string();
        assert!(line.contains("was moved to") && line.contains(&to), "{old:?}: {line}");
    }
    // Its rows are there still, for who has to look something up.
    rusqlite::Connection::open(removal.file()).unwrap().execute("UPDATE house SET moved_to = NULL", []).unwrap();
    removal.old(&["verify"]).well();
    let line = removal.moves().failed();
    assert!(line.contains("is not empty"), "{line}");
}

#[tokio::test]
async fn what_numbers_itself_goes_on_after_what_is_there() {
    let Some(removal) = Removal::new().await else { return };
    sampled(&removal.file()).await;
    let event = "UPDATE lead_events SET seq = 4711 WHERE seq = (SELECT max(seq) FROM lead_events)";
    rusqlite::Connection::open(removal.file()).unwrap().execute(event, []).unwrap();
    removal.moves().well();
    let client = beside(&removal.to).await;
    let again = "INSERT INTO lead_events (provider_id, assignment_id, kind, created_at)
                 SELECT provider_id, assignment_id, kind, created_at FROM lead_events LIMIT 1 RETURNING seq";
    assert_eq!(client.query_one(again, &[]).await.unwrap().get::<_, i64>(0), 4712);
}

#[tokio::test]
async fn killed_in_the_middle_nothing_is_there_and_it_can_begin_anew() {
    let Some(removal) = Removal::new().await else { return };
    removal.old(&["seed", "--providers", "20", "--assignments", "60000"]).well();
    let moving = Running::start(removal.command(&removal.old_url(), &["move", "--to", removal.to_url()]));
    let client = beside(&removal.to).await;
    let filling =
        "SELECT count(*) FROM pg_stat_progress_copy WHERE datname = current_database() AND tuples_processed > 1000";
    while client.query_one(filling, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        tokio::task::yield_now().await;
    }
    moving.kill();
    let left =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'leadhouse'";
    while client.query_one(left, &[]).await.unwrap().get::<_, i64>(0) > 0 {
        tokio::task::yield_now().await;
    }
    for table in ["leads", "lead_assignments", "ledger_entries", "audit_entries", "providers"] {
        assert_eq!(removal.count(table).await, 0, "{table}");
    }
    removal.moves().well();
    assert_eq!(removal.count("lead_assignments").await, 60_000);
    removal.new_installation(&["verify"]).well();
}

#[tokio::test]
async fn what_cannot_be_moved_is_refused_in_one_line() {
    let Some(removal) = Removal::new().await else { return };
    let nowhere = removal.moves().failed();
    assert!(nowhere.contains("house.db") && !removal.file().exists(), "{nowhere}");
    let usage = removal.old(&["move", "--to", "sqlite://other.db"]);
    assert_eq!((usage.code, usage.stderr.contains("postgres://")), (Some(2), true), "{usage:?}");
    assert!(removal.new_installation(&["move", "--to", removal.to_url()]).failed().contains("from SQLite"));
    removal.old(&["migrate"]).well();
    let client = beside(&removal.to).await;
    client.batch_execute("CREATE TABLE somebody_elses (id bigint)").await.unwrap();
    assert!(removal.moves().failed().contains("holds something else"));
    client.batch_execute("DROP TABLE somebody_elses").await.unwrap();
    installation_with_a_table_more(&removal.file());
    let line = removal.moves().failed();
    assert!(line.contains("different tables"), "{line}");
}

fn installation_with_a_table_more(file: &Path) {
    rusqlite::Connection::open(file).unwrap().execute_batch("CREATE TABLE of_tomorrow (id BLOB)").unwrap();
}
