//! A fresh, migrated database of the engine under test: `TEST_ENGINE=postgres` (with an admin URL in
//! `TEST_DATABASE_URL`), otherwise SQLite.

use std::time::Duration;

use leadhouse::clock::Clock;
use leadhouse::config::{DatabaseUrl, parse_database_url};
use leadhouse::db::{Db, Engine, Options};
use leadhouse::installation;
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tokio_postgres::{Client, NoTls};

/// A database of one test. Dropped, it is gone, and has been asked whether a transaction was left open.
pub struct TestDb {
    pub url: DatabaseUrl,
    pub clock: Clock,
    pub db: Db,
    _place: Place,
}

/// Where an empty database is, for as long as this is kept.
pub enum Place {
    Folder(TempDir),
    Database(String),
}

#[expect(clippy::disallowed_methods, reason = "the tests' own settings")]
pub fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Which engine is tested.
pub fn engine() -> Engine {
    match setting("TEST_ENGINE").as_deref() {
        None | Some("" | "sqlite") => Engine::Sqlite,
        Some("postgres") => Engine::Postgres,
        Some(other) => panic!("TEST_ENGINE={other}: write sqlite or postgres"),
    }
}

/// Few threads, so that many tests fit on one server.
pub fn options(url: &DatabaseUrl) -> Options {
    Options { readers: 3, background: 1, lanes: 2, metrics: "leadhouse_db", ..Options::of(url) }
}

impl TestDb {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// With other options: a short queue, a short deadline.
    pub async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let (url, place) = migrated().await;
        let clock = Clock::default();
        let mut options = options(&url);
        change(&mut options);
        let db = Db::open(&url, &clock, options).await.unwrap();
        Self { url, clock, db, _place: place }
    }
}

/// An empty database.
pub async fn empty() -> (DatabaseUrl, Place) {
    make(None).await
}

/// A database with the newest schema, kept in USD.
pub async fn migrated() -> (DatabaseUrl, Place) {
    static FILE: OnceCell<Vec<u8>> = OnceCell::const_new();
    if engine() == Engine::Postgres {
        return make(Some(template().await)).await;
    }
    let template = FILE.get_or_init(|| async {
        let (url, _place) = make(None).await;
        installation::up(&url, &Clock::default(), "USD").await.unwrap();
        std::fs::read(file_of(&url)).unwrap()
    });
    let template = template.await;
    let (url, place) = make(None).await;
    std::fs::write(file_of(&url), template).unwrap();
    (url, place)
}

fn file_of(url: &DatabaseUrl) -> &std::path::Path {
    let DatabaseUrl::Sqlite(file) = url else { panic!("{url:?} is no file") };
    file
}

async fn make(template: Option<&str>) -> (DatabaseUrl, Place) {
    if engine() == Engine::Sqlite {
        let folder = tempfile::tempdir().unwrap();
        return (DatabaseUrl::Sqlite(folder.path().join("test.db")), Place::Folder(folder));
    }
    let name = format!("lh_test_{}_{}", std::process::id(), leadhouse::id::new_uuid(Clock::default().now()).simple());
    let template = template.map_or_else(String::new, |template| format!(" TEMPLATE {template}"));
    admin().await.batch_execute(&format!("CREATE DATABASE {name}{template}")).await.unwrap();
    (url_of(&name), Place::Database(name))
}

/// One migrated database for each run of the tests, which all others are copies of. Those of runs that are over go.
async fn template() -> &'static str {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    TEMPLATE
        .get_or_init(|| async {
            let admin = admin().await;
            for row in admin.query("SELECT datname FROM pg_database WHERE datname LIKE 'lh\\_t%'", &[]).await.unwrap() {
                let old: String = row.get(0);
                let run = old.split('_').nth(2).unwrap_or_default();
                if !std::path::Path::new("/proc").join(run).exists() {
                    let _ = admin.batch_execute(&format!("DROP DATABASE IF EXISTS {old} WITH (FORCE)")).await;
                }
            }
            let name = format!("lh_template_{}", std::process::id());
            admin.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
            installation::up(&url_of(&name), &Clock::default(), "USD").await.unwrap();
            name
        })
        .await
}

fn admin_url() -> String {
    setting("TEST_DATABASE_URL").expect("TEST_DATABASE_URL names a PostgreSQL where databases may be made")
}

fn url_of(database: &str) -> DatabaseUrl {
    let admin = admin_url();
    let (base, query) = admin.split_once('?').map_or((admin.as_str(), String::new()), |(b, q)| (b, format!("?{q}")));
    let (server, _) = base.rsplit_once('/').unwrap();
    parse_database_url(&format!("{server}/{database}{query}")).unwrap()
}

/// A connection to the server's own database, beside those under test.
pub async fn admin() -> Client {
    connect(&admin_url()).await
}

/// A connection of the test's own to the database under test.
pub async fn beside(url: &DatabaseUrl) -> Client {
    let DatabaseUrl::Postgres(url) = url else { panic!("{url:?} is no PostgreSQL") };
    connect(url).await
}

async fn connect(url: &str) -> Client {
    // Under another name than the program's, which counts its own.
    let mut config: tokio_postgres::Config = url.parse().unwrap();
    let (client, connection) = config.application_name("a test").connect(NoTls).await.unwrap();
    tokio::spawn(async move {
        let _ = connection.await;
    });
    client
}

impl Drop for Place {
    fn drop(&mut self) {
        let Self::Database(name) = self else { return };
        let name = name.clone();
        let gone = std::thread::Builder::new().spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(remove(&name))
        });
        let left_open = gone.unwrap().join().unwrap();
        assert!(left_open == 0 || std::thread::panicking(), "{left_open} connections are left idle in transaction");
    }
}

/// How many transactions were left open, once the units that still ran had the time to end.
async fn remove(name: &str) -> i64 {
    let admin = admin().await;
    let open = "SELECT count(*) FROM pg_stat_activity
                 WHERE datname = $1 AND state LIKE 'idle in transaction%'";
    let until = std::time::Instant::now() + Duration::from_secs(5);
    let left_open = loop {
        let left_open: i64 = admin.query_one(open, &[&name]).await.unwrap().get(0);
        if left_open == 0 || std::time::Instant::now() > until {
            break left_open;
        }
    };
    admin.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
    left_open
}
