//! What only a file can do to a unit: be shared with other processes, be full, be no database.

use leadhouse::config::DatabaseUrl;
use leadhouse::db::{Db, Engine, Lane};
use leadhouse::params;
use std::time::{Duration, Instant};

use super::{TestDb, assert_unavailable, mark};
use crate::support::database;

async fn file() -> Option<TestDb> {
    if database::engine() == Engine::Sqlite { Some(TestDb::new().await) } else { None }
}

fn outside(url: &DatabaseUrl) -> rusqlite::Connection {
    let DatabaseUrl::Sqlite(path) = url else { panic!("{url:?} is no file") };
    rusqlite::Connection::open(path).unwrap()
}

#[tokio::test]
async fn many_processes_write_one_file() {
    let Some(test) = file().await else { return };
    let others = [test.another().await, test.another().await, test.db.clone()];
    test.write(|tx| mark(tx, 1)).await.unwrap();
    let mut units = Vec::new();
    for number in 0..96 {
        let db = others[number % 3].clone();
        units.push(tokio::spawn(async move {
            db.write(Lane::MONEY, |tx| {
                // First read, then write: what a deferred transaction fails at.
                let (n,) = tx.one::<(i64,)>("SELECT n FROM marks WHERE mark = 1", &[])?;
                tx.execute("UPDATE marks SET n = $1 WHERE mark = 1", params![n + 1])
            })
            .await
        }));
    }
    for unit in units {
        unit.await.unwrap().unwrap();
    }
    let (n,) = test.db.read(|read| read.one::<(i64,)>("SELECT n FROM marks", &[])).await.unwrap();
    assert_eq!(n, 96);
    test.end().await;
}

#[tokio::test]
async fn a_writer_waits_for_one_of_another_process() {
    let Some(test) = file().await else { return };
    let other = outside(&test.url);
    other.execute_batch("BEGIN IMMEDIATE; INSERT INTO marks (mark) VALUES (1)").unwrap();
    let waiting = test.writing(|tx| mark(tx, 2)).await;
    // Longer than a few tries at once would take.
    let held = Instant::now();
    while held.elapsed() < Duration::from_millis(300) {
        assert!(test.marks().await.is_empty(), "readers go on");
    }
    other.execute_batch("COMMIT").unwrap();
    waiting.await.unwrap().unwrap();
    assert_eq!(test.marks().await, [1, 2]);
    test.end().await;
}

#[tokio::test]
async fn a_writer_that_waits_too_long_is_told_so() {
    if database::engine() != Engine::Sqlite {
        return;
    }
    let test = TestDb::with(|options| options.interactive = Duration::from_millis(200)).await;
    let other = outside(&test.url);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_unavailable(test.write(|tx| mark(tx, 1)).await);
    other.execute_batch("COMMIT").unwrap();
    test.write(|tx| mark(tx, 2)).await.unwrap();
    assert_eq!(test.marks().await, [2]);
    test.end().await;
}

#[tokio::test]
async fn a_full_disk_fails_the_unit_that_fills_it_and_no_other() {
    let Some(test) = file().await else { return };
    let (go, held) = test.hold().await;
    let before = test.writing(|tx| mark(tx, 1)).await;
    let filling = test
        .writing(|tx| {
            tx.one::<(i64,)>("PRAGMA max_page_count = 1", &[])?;
            let name = "x".repeat(10_000_000);
            tx.execute("CREATE TABLE ballast (text TEXT)", &[])?;
            tx.execute("INSERT INTO ballast VALUES ($1)", params![name])
        })
        .await;
    // It would be in a transaction of its own, if nobody saw that SQLite has rolled back the shared one.
    let after = test.writing(|tx| mark(tx, 2)).await;
    drop(go);
    held.await.unwrap().unwrap();
    before.await.unwrap().unwrap();
    assert_unavailable(filling.await.unwrap());
    after.await.unwrap().unwrap();
    test.write(|tx| tx.one::<(i64,)>("PRAGMA max_page_count = 1000000", &[])).await.unwrap();
    test.write(|tx| mark(tx, 3)).await.unwrap();
    assert_eq!(test.marks().await, [1, 2, 3]);
    test.end().await;
}

#[tokio::test]
async fn what_is_no_database_is_said_at_the_start() {
    let Some(test) = file().await else { return };
    let DatabaseUrl::Sqlite(path) = &test.url else { return };
    let options = database::options(&test.url);
    let missing = DatabaseUrl::Sqlite(path.with_file_name("missing.db"));
    assert_unavailable(Db::open(&missing, &test.clock, options.clone()).await.map(drop));
    let garbage = path.with_file_name("garbage.db");
    std::fs::write(&garbage, "no database, but long enough to be looked at as one".repeat(100)).unwrap();
    let garbage = DatabaseUrl::Sqlite(garbage);
    assert_unavailable(Db::open(&garbage, &test.clock, options).await.map(drop));
    test.end().await;
}

#[tokio::test]
async fn a_commit_is_on_the_disk_when_it_is_answered() {
    let Some(test) = file().await else { return };
    for (pragma, value) in [("synchronous", 2), ("foreign_keys", 1), ("query_only", 0), ("trusted_schema", 0)] {
        let found = test.write(move |tx| tx.one::<(i64,)>(&format!("PRAGMA {pragma}"), &[])).await;
        assert_eq!(found.unwrap().0, value, "{pragma}");
    }
    let journal = test.write(|tx| tx.one::<(String,)>("PRAGMA journal_mode", &[])).await.unwrap().0;
    assert_eq!(journal, "wal");
    let reader = test.db.read(|read| read.one::<(i64,)>("PRAGMA query_only", &[])).await.unwrap().0;
    assert_eq!(reader, 1);
    test.end().await;
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_no_defect() {
    let Some(test) = file().await else { return };
    let protected = test.write(|tx| {
        tx.all::<(i64,)>("PRAGMA query_only = ON", &[])?;
        mark(tx, 1)
    });
    assert_unavailable(protected.await);
    assert_unavailable(test.write(|tx| mark(tx, 2)).await);
    assert!(test.marks().await.is_empty());
    test.end().await;
}

#[tokio::test]
async fn a_long_reader_makes_the_log_long_and_not_for_good() {
    let Some(test) = file().await else { return };
    let DatabaseUrl::Sqlite(path) = &test.url else { return };
    let log = path.with_extension("db-wal");
    let length = || std::fs::metadata(&log).unwrap().len();
    test.write(|tx| tx.execute("CREATE TABLE ballast (id bigint PRIMARY KEY, text TEXT)", &[])).await.unwrap();
    let reader = outside(&test.url);
    reader.execute_batch("BEGIN; SELECT count(*) FROM ballast").unwrap();
    let fill = |tx: &mut leadhouse::db::Tx| {
        tx.execute("INSERT OR REPLACE INTO ballast VALUES (1, hex(randomblob(1000000)))", &[])
    };
    let limit = 64 << 20;
    while length() <= limit + (8 << 20) {
        test.write(fill).await.unwrap();
    }
    assert_eq!(reader.query_row("SELECT count(*) FROM ballast", [], |row| row.get::<_, i64>(0)).unwrap(), 0);
    reader.execute_batch("COMMIT").unwrap();
    // The next that writes copies all of it into the database, and the one after begins the log anew.
    for _ in 0..3 {
        test.write(fill).await.unwrap();
    }
    assert!(length() <= limit, "{} bytes", length());
    test.end().await;
}
