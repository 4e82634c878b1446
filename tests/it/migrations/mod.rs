//! Migrations: alike on both engines, safe to run twice, together, half-way, and never backwards.

pub mod personal;
mod schema;

use std::path::{Path, PathBuf};

use leadhouse::cli::verify;
use leadhouse::clock::Clock;
use leadhouse::config::DatabaseUrl;
use leadhouse::db::{Db, Engine, FromRow, Lane};
use leadhouse::error::{Error, Result};
use leadhouse::id::LeadId;
use leadhouse::installation;
use leadhouse::intake::keys;
use refinery::{Migration, Runner, Target};

use crate::support::{at_root, database};

async fn up(url: &DatabaseUrl) -> Result<installation::Report> {
    installation::up(url, &Clock::default(), "USD").await
}

fn folder(engine: Engine) -> PathBuf {
    let name = if engine == Engine::Postgres { "postgres" } else { "sqlite" };
    at_root("migrations").join(name)
}

/// The files of a folder by name: `(number, name, text)`.
fn files(folder: &Path) -> Vec<(i32, String, String)> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let (number, title) = name.split_once('_').unwrap_or((&name, ""));
            (number.parse().unwrap(), title.to_owned(), std::fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn newest() -> i32 {
    files(&folder(Engine::Sqlite)).last().unwrap().0
}

/// Migrates to `version`, as a run that was killed then has left it.
async fn up_to(url: &DatabaseUrl, version: i32) {
    let engine = if matches!(url, DatabaseUrl::Sqlite(_)) { Engine::Sqlite } else { Engine::Postgres };
    let migrations: Vec<Migration> = files(&folder(engine))
        .iter()
        .map(|(number, name, sql)| Migration::unapplied(&format!("V{number}__{name}"), sql).unwrap())
        .collect();
    let runner = Runner::new(&migrations).set_grouped(true).set_target(Target::Version(version));
    match url {
        DatabaseUrl::Sqlite(path) => runner.run(&mut rusqlite::Connection::open(path).unwrap()).unwrap(),
        DatabaseUrl::Postgres(_) => runner.run_async(&mut database::beside(url).await).await.unwrap(),
    };
}

/// Runs statements past the kit.
async fn run(url: &DatabaseUrl, sql: &str) -> Result<(), String> {
    match url {
        DatabaseUrl::Sqlite(path) => {
            rusqlite::Connection::open(path).unwrap().execute_batch(sql).map_err(|error| error.to_string())
        }
        DatabaseUrl::Postgres(_) => {
            database::beside(url).await.batch_execute(sql).await.map_err(|error| format!("{error:?}"))
        }
    }
}

async fn all<R: FromRow + Send + 'static>(url: &DatabaseUrl, sql: &str) -> Vec<R> {
    let db = Db::open(url, &Clock::default(), database::options(url)).await.unwrap();
    let sql = sql.to_owned();
    let rows = db.background(move |read| read.all::<R>(&sql, &[])).await.unwrap();
    db.close().await;
    rows
}

const INSTALLATION: &str = "SELECT currency, secret FROM house";

#[tokio::test]
async fn a_second_run_changes_nothing() {
    let (url, _place) = database::empty().await;
    assert_eq!(up(&url).await.unwrap(), installation::Report { from: 0, to: newest(), minor_digits: 2 });
    let installation = all::<(String, [u8; 32])>(&url, INSTALLATION).await;
    assert_eq!(up(&url).await.unwrap(), installation::Report { from: newest(), to: newest(), minor_digits: 2 });
    assert_eq!(all::<(String, [u8; 32])>(&url, INSTALLATION).await, installation);
    assert!(installation[0].0 == "USD" && installation[0].1 != [0; 32]);
}

#[tokio::test]
async fn several_at_once_are_safe() {
    // Whether they get in each other's way is a matter of luck: a few rounds.
    for _ in 0..if database::engine() == Engine::Sqlite { 8 } else { 1 } {
        let (url, _place) = database::empty().await;
        let nodes: Vec<_> = (0..5)
            .map(|_| {
                let url = url.clone();
                tokio::spawn(async move { up(&url).await })
            })
            .collect();
        for node in nodes {
            assert_eq!(node.await.unwrap().unwrap().to, newest());
        }
        assert_eq!(all::<(i64,)>(&url, "SELECT count(*) FROM house").await, [(1,)]);
        let history = all::<(i64,)>(&url, "SELECT count(*) FROM refinery_schema_history").await;
        assert_eq!(history, [(i64::from(newest()),)]);
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused_in_one_line() {
    let (url, _place) = database::migrated().await;
    run(&url, "INSERT INTO refinery_schema_history (version, name, applied_on, checksum) VALUES (99, 'later', '2030-01-01T00:00:00Z', '1')")
        .await
        .unwrap();
    let Err(Error::Conflict { code: "newer_schema", detail, .. }) = up(&url).await else { panic!("not refused") };
    assert!(detail.contains("schema 99") && !detail.contains('\n'), "{detail}");
}

#[tokio::test]
async fn another_currency_is_refused() {
    let (url, _place) = database::migrated().await;
    let other = installation::up(&url, &Clock::default(), "EUR").await;
    let Err(Error::Conflict { code: "other_currency", detail, .. }) = other else { panic!("not refused: {other:?}") };
    assert!(detail.contains("USD") && detail.contains("EUR"), "{detail}");
    assert_eq!(all::<(String,)>(&url, "SELECT currency FROM house").await, [("USD".to_owned(),)]);
}

#[tokio::test]
async fn a_changed_migration_is_refused() {
    let (url, _place) = database::migrated().await;
    run(&url, "UPDATE refinery_schema_history SET checksum = '1' WHERE version = 3").await.unwrap();
    assert!(up(&url).await.is_ok(), "nothing is to be done, nothing is compared");
    run(&url, "DELETE FROM refinery_schema_history WHERE version > 7").await.unwrap();
    assert!(matches!(up(&url).await, Err(Error::Internal(_))));
}

#[tokio::test]
async fn a_run_that_was_killed_goes_on_where_it_was() {
    for version in 1..newest() {
        let (url, _place) = database::empty().await;
        up_to(&url, version).await;
        assert_eq!(up(&url).await.unwrap(), installation::Report { from: version, to: newest(), minor_digits: 2 });
    }
}

#[tokio::test]
async fn a_migration_that_fails_leaves_nothing_of_itself() {
    let (url, _place) = database::empty().await;
    up_to(&url, 1).await;
    // In the way of the third statement of the second migration.
    run(&url, "CREATE TABLE subscriptions (id bigint)").await.unwrap();
    assert!(matches!(up(&url).await, Err(Error::Internal(_))));
    assert!(run(&url, "SELECT * FROM niches").await.is_err(), "its first statement is still there");
    run(&url, "DROP TABLE subscriptions").await.unwrap();
    assert_eq!(up(&url).await.unwrap(), installation::Report { from: 1, to: newest(), minor_digits: 2 });
}

/// Fills a new SQLite file with the sample of every version.
pub async fn sampled(file: &Path) {
    let url = DatabaseUrl::Sqlite(file.to_owned());
    for (version, _, text) in files(&samples()) {
        up_to(&url, version).await;
        run(&url, &sample(&text, Engine::Sqlite)).await.unwrap();
    }
    up(&url).await.unwrap();
}

fn samples() -> PathBuf {
    at_root("tests/it/migrations/sample")
}

/// One text for both engines: `{id 1}`, `{time 1}` and `{hash 1}` are written as each has them.
fn sample(text: &str, engine: Engine) -> String {
    let mut sql = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let literal = after.split_once('}').and_then(|(inside, after)| Some((literal(inside, engine)?, after)));
        let (literal, after) = literal.unwrap_or_else(|| ("{".to_owned(), after));
        sql.extend([before, &literal]);
        rest = after;
    }
    sql + rest
}

fn literal(inside: &str, engine: Engine) -> Option<String> {
    let (name, number) = inside.split_once(' ')?;
    let number: i64 = number.parse().ok()?;
    Some(match (name, engine) {
        ("id", Engine::Postgres) => format!("'0000000000007000800000000000{number:04}'"),
        ("id", Engine::Sqlite) => format!("x'0000000000007000800000000000{number:04}'"),
        ("hash", Engine::Postgres) => format!(r"'\x{number:064}'"),
        ("hash", Engine::Sqlite) => format!("x'{number:064}'"),
        ("time", Engine::Postgres) => format!("'2026-11-24T10:00:0{number}.000001Z'"),
        ("time", Engine::Sqlite) => format!("{}", 1_795_514_400_000_001 + number * 1_000_000),
        _ => return None,
    })
}

#[tokio::test]
async fn data_of_every_version_survives_all_later_ones() {
    let (url, _place) = database::empty().await;
    let samples = files(&samples());
    assert_eq!(samples.len(), usize::try_from(newest()).unwrap(), "each migration brings sample data");
    for (version, _, text) in &samples {
        up_to(&url, *version).await;
        run(&url, &sample(text, database::engine())).await.unwrap();
    }
    up(&url).await.unwrap();
    let rows = all::<(i64, i64, i64, i64)>(
        &url,
        "SELECT (SELECT count(*) FROM tokens), (SELECT count(*) FROM leads), (SELECT count(*) FROM ledger_entries),
                (SELECT count(*) FROM jobs)",
    );
    assert_eq!(rows.await, [(2, 5, 3, 3)]);
    let found = all::<leads::Assignment>(&url, leads::ASSIGNMENTS).await;
    insta::assert_debug_snapshot!(found);
    let counts = all::<(String, String, i64)>(
        &url,
        "SELECT name, tally, n FROM assignment_counts JOIN providers ON id = provider_id ORDER BY name, tally",
    );
    insta::assert_debug_snapshot!(counts.await);
    let returns = all::<(String, Option<String>, Option<String>)>(
        &url,
        "SELECT r.state, r.note, t.result FROM returns AS r
           LEFT JOIN contact_attempts AS t ON t.assignment_id = r.assignment_id",
    );
    let denied = ("denied".to_owned(), Some("it rang".to_owned()), Some("no_answer".to_owned()));
    assert_eq!(returns.await, [denied], "a lead that was rejected before there were returns has one");
}

/// What an assignment of the sample is, however it came here.
mod leads {
    use leadhouse::clock::Timestamp;
    use leadhouse::db::Json;
    use leadhouse::id::AssignmentId;
    use leadhouse::money::Money;

    leadhouse::row! {
        #[derive(Debug)]
        pub struct Assignment {
            pub id: AssignmentId,
            pub contact_name: Option<String>,
            pub form_data: Option<Json>,
            pub price_charged: Money,
            pub status: String,
            pub assigned_at: Timestamp,
            pub viewed_at: Option<Timestamp>,
            pub search_text: String,
            pub notify_on_bad_lead_decision: bool,
        }
    }

    pub const ASSIGNMENTS: &str = "SELECT a.id, contact_name, form_data, price_charged, a.status, assigned_at, viewed_at, search_text, notify_on_bad_lead_decision
        FROM lead_assignments AS a JOIN leads AS l ON l.id = a.lead_id JOIN providers AS p ON p.id = a.provider_id ORDER BY a.id";
}

#[tokio::test]
async fn keys_that_older_rules_made_are_made_anew() {
    let (url, _place) = database::empty().await;
    for (version, _, text) in files(&samples()) {
        up_to(&url, version).await;
        run(&url, &sample(&text, database::engine())).await.unwrap();
    }
    run(&url, "UPDATE leads SET correction = NULL, known_as = NULL").await.unwrap();
    run(&url, "UPDATE leads SET contact_phone_digits = '0', contact_email_lower = 'x' WHERE erased_at IS NULL")
        .await
        .unwrap();
    let db = Db::open(&url, &Clock::default(), database::options(&url)).await.unwrap();
    assert!(db.read(keys::are_old).await.unwrap());
    let mut last = LeadId(uuid::Uuid::nil());
    while let Some(next) = db.write(Lane::MONEY, move |tx| keys::renew(tx, last)).await.unwrap() {
        last = next;
    }
    db.write(Lane::MONEY, move |tx| keys::are_renewed(tx, last)).await.unwrap();
    assert!(!db.read(keys::are_old).await.unwrap());
    let off = verify::check(&db).await.unwrap().into_iter().filter(|violation| violation.invariant.contains("by what"));
    assert_eq!(off.count(), 0);
    db.close().await;
    let phones = all::<(Option<String>, Option<String>)>(
        &url,
        "SELECT contact_phone, contact_phone_digits FROM leads ORDER BY id",
    );
    let phone = |shown: Option<&str>, key: Option<&str>| (shown.map(str::to_owned), key.map(str::to_owned));
    let none = phone(None, None);
    let known = [phone(Some("+13035550100"), Some("13035550100")), none.clone(), phone(Some("123"), None)];
    assert_eq!(phones.await, [known.as_slice(), &[none.clone(), none]].concat());
    let texts = all::<(String,)>(&url, "SELECT search_text FROM lead_assignments ORDER BY id").await;
    assert!(texts.contains(&("jose@example.com\njose\n80202\ntile\t13035550100".to_owned(),)), "{texts:?}");
}

#[tokio::test]
async fn the_ledger_and_the_audit_refuse_to_be_changed() {
    let (url, _place) = database::empty().await;
    for (version, _, text) in files(&samples()) {
        up_to(&url, version).await;
        run(&url, &sample(&text, database::engine())).await.unwrap();
    }
    for table in ["ledger_entries", "audit_entries"] {
        for change in [format!("UPDATE {table} SET created_at = created_at"), format!("DELETE FROM {table}")] {
            let db = Db::open(&url, &Clock::default(), database::options(&url)).await.unwrap();
            let refused = db.write(Lane::MONEY, move |tx| tx.execute(&change, &[])).await;
            let Err(Error::Internal(error)) = refused else { panic!("{table} can be changed") };
            assert!(error.to_string().contains("append-only"), "{error}");
            db.close().await;
        }
    }
}
