//! Behind `PgBouncer`, as Debian has it: connections that are shared are refused at start, ones that are our own are fine.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use leadhouse::config::DatabaseUrl;
use leadhouse::db::Engine;
use tempfile::TempDir;
use tokio_postgres::config::Host;

use crate::support::database::{self, beside, engine};
use crate::support::program::{Ran, command, run};

/// `PgBouncer` on a free port, in front of the server under test.
struct Pooler {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Pooler {
    fn start(mode: &str, url: &str) -> Self {
        Self::of(mode, 30, url)
    }

    /// With so many connections to the server.
    fn of(mode: &str, size: u32, url: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config: tokio_postgres::Config = url.parse().unwrap();
        let Host::Tcp(host) = &config.get_hosts()[0] else { panic!("{url} is no host") };
        let (server, user) = (config.get_ports()[0], config.get_user().unwrap());
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let ini = format!(
            "[databases]\n* = host={host} port={server} user={user}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = any\npool_mode = {mode}\ndefault_pool_size = {size}\nlogfile = {}\n\
             server_reset_query = DISCARD ALL\nignore_startup_parameters = extra_float_digits\n",
            folder.path().join("log").display()
        );
        let file = folder.path().join("pgbouncer.ini");
        std::fs::write(&file, ini).unwrap();
        // It does not run as root.
        open_to_all(folder.path());
        let mut bouncer = Command::new("/usr/sbin/pgbouncer");
        bouncer.arg("--quiet").arg(&file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if std::fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0) {
            bouncer.args(["--user", "nobody"]);
        }
        let child = bouncer.spawn().expect("pgbouncer is installed");
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            std::thread::yield_now();
        }
        Self { child, port, _folder: folder }
    }

    /// The program over it.
    fn run(&self, url: &DatabaseUrl, args: &[&str], data: &Path) -> Ran {
        let DatabaseUrl::Postgres(url) = url else { panic!("{url} is no PostgreSQL") };
        let config: tokio_postgres::Config = url.parse().unwrap();
        let place = format!(
            "postgres://{}@127.0.0.1:{}/{}",
            config.get_user().unwrap(),
            self.port,
            config.get_dbname().unwrap()
        );
        let mut command = command(args);
        command.env("DATABASE_URL", place).env("DATA_DIR", data).env("RUST_LOG", "warn").env("LISTEN", "127.0.0.1:0");
        run(command)
    }
}

fn open_to_all(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o777)).unwrap();
}

#[tokio::test]
async fn a_pooler_that_shares_connections_is_refused() {
    if engine() == Engine::Sqlite {
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let (empty, _place) = database::empty().await;
    let (installation, _its_place) = database::migrated().await;
    let (DatabaseUrl::Postgres(url), locks) = (
        &installation,
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    ) else {
        panic!("no PostgreSQL")
    };
    for mode in ["transaction", "statement"] {
        let pooler = Pooler::start(mode, url);
        for (database, args) in [
            (&empty, &["serve"][..]),
            (&installation, &["serve"]),
            (&installation, &["worker", "--once"]),
            (&empty, &["migrate"]),
            (&installation, &["verify"]),
        ] {
            let line = pooler.run(database, args, data.path()).failed();
            assert!(line.contains("PgBouncer") && line.contains("pool_mode=session"), "{mode} {args:?}: {line}");
        }
        for database in [&empty, &installation] {
            let left: i64 = beside(database).await.query_one(locks, &[]).await.unwrap().get(0);
            assert_eq!(left, 0, "{mode}: a lock is left on the pooler's connection");
        }
    }
    let tables = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace";
    let made: i64 = beside(&empty).await.query_one(tables, &[]).await.unwrap().get(0);
    assert_eq!(made, 0, "nothing is made where it is refused");

    let pooler = Pooler::start("session", url);
    pooler.run(&empty, &["migrate"], data.path()).well();
    pooler.run(&empty, &["worker", "--once"], data.path()).well();
    pooler.run(&empty, &["verify"], data.path()).well();
    pooler.run(&installation, &["verify"], data.path()).well();

    // With one for all it would wait for itself.
    let pooler = Pooler::of("session", 1, url);
    let line = pooler.run(&installation, &["serve"], data.path()).failed();
    assert!(line.contains("default_pool_size"), "{line}");
}
