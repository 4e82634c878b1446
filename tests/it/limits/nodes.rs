//! The built program and its Redis.

use std::cell::{Cell, OnceCell};

use serde_json::Value;

use crate::db::tls::self_signed;
use crate::support::at_root;
use crate::support::program::{Program, Running, get};
use crate::support::redis::RedisServer;

fn serves(program: &Program, redis_url: &str, roots: Option<&str>) -> Running {
    let mut command = program.command(&["serve", "--listen", "127.0.0.1:0", "--log-format", "json"]);
    command.env("RUST_LOG", "info").env("REDIS_URL", redis_url);
    command.envs(roots.map(|file| ("SSL_CERT_FILE", file)));
    Running::start(command)
}

fn address_in(line: &str) -> Option<String> {
    serde_json::from_str::<Value>(line).ok()?["address"].as_str().map(str::to_owned)
}

fn says(line: &str, what: &str) -> Option<()> {
    line.contains(what).then_some(())
}

#[tokio::test]
#[ignore = "needs redis-server; ./test brings it"]
async fn a_node_starts_without_redis_finds_it_and_tells() {
    let program = Program::on_a_migrated_database().await;
    let mut redis = RedisServer::start();
    redis.kill();
    let mut serving = serves(&program, &redis.url(), None);
    // Which of the two it says first is a matter of luck.
    let (address, away) = (OnceCell::new(), Cell::new(false));
    serving.hears(|line| {
        if let Some(found) = address_in(line) {
            let _ = address.set(found);
        }
        away.set(away.get() || line.contains("no Redis (Connection refused"));
        (away.get() && address.get().is_some()).then_some(())
    });
    let address = address.into_inner().expect("it listens");
    assert_eq!(get(&address, "/readyz", "").0, 200);
    let metrics = get(&address, "/metrics", "").1;
    assert!(metrics.contains("\nleadhouse_limits_shared 0\n"), "{metrics}");
    assert_eq!(get(&address, "/api/v1/provider/me", "lh_nobody").0, 401);
    assert!(get(&address, "/metrics", "").1.contains("\nleadhouse_limits_alone_total 1\n"));
    redis.start_again();
    serving.hears(|line| says(line, "rate limits are shared"));
    assert!(get(&address, "/metrics", "").1.contains("\nleadhouse_limits_shared 1\n"));
    assert_eq!(get(&address, "/api/v1/provider/me", "lh_nobody").0, 401);
    assert_eq!(redis.keys("*:stranger:*").len(), 1);
    redis.kill();
    // Found out by whoever asks next, or by the look that is taken now and then.
    serving.hears(|line| says(line, "Redis is away ("));
    assert_eq!(get(&address, "/api/v1/provider/me", "lh_nobody").0, 401);
    assert_eq!(serving.ends_on_sigterm(), Some(0));
}

#[tokio::test]
#[ignore = "needs redis-server; ./test brings it"]
async fn rediss_is_tls_and_asks_who_is_there() {
    let program = Program::on_a_migrated_database().await;
    let (_redis, port) = RedisServer::over_tls();
    let url = format!("rediss://localhost:{port}");
    let mut stranger = serves(&program, &url, None);
    stranger.hears(|line| says(line, "no Redis (").filter(|()| line.contains("UnknownIssuer")));
    let ours = at_root("tests/it/db/tls/ca.pem").display().to_string();
    let mut serving = serves(&program, &url, Some(&ours));
    serving.hears(|line| says(line, "rate limits are shared"));
    for node in [stranger, serving] {
        assert_eq!(node.ends_on_sigterm(), Some(0));
    }
}

#[tokio::test]
#[ignore = "needs redis-server; ./test brings it"]
async fn a_redis_that_says_no_stops_the_start_in_its_own_words() {
    let program = Program::on_an_empty_database().await;
    let redis = RedisServer::start();
    for (name, rights) in [("nobody", "-@all"), ("reader", "+@read +@connection"), ("lead", "+@all ~*")] {
        assert!(redis.says(&format!("ACL SETUSER {name} on >hunter2 {rights}")).starts_with("+OK"));
    }
    let place = redis.url().trim_start_matches("redis://").to_owned();
    let tries = |url: &str, args: &[&str]| {
        let mut command = program.command(args);
        command.env("REDIS_URL", url).env("LISTEN", "127.0.0.1:0");
        crate::support::program::run(command)
    };
    for (url, says) in [
        (format!("redis://{place}/99"), "DB index is out of range"),
        (format!("redis://{place}/99999999"), "DB index is out of range"),
        (format!("redis://lead:hunter1@{place}"), "authentication failed"),
        (format!("redis://stranger:hunter2@{place}/0"), "authentication failed"),
        (format!("redis://nobody:hunter2@{place}"), "NOPERM"),
        (format!("redis://reader:hunter2@{place}"), "NOPERM"),
    ] {
        for args in [&["serve"][..], &["serve", "--no-worker"]] {
            let line = tries(&url, args).failed();
            assert!(line.contains("REDIS_URL") && line.contains(says), "{says}: {line}");
            assert!(!line.contains("hunter"), "{line}");
        }
    }
    // Nothing was touched.
    let line = program.run(&["verify"]).failed();
    assert!(line.contains("there is no Leadhouse"), "{line}");
    program.run(&["migrate"]).well();
    for (url, code) in [
        (format!("redis://{place}/99"), 1),
        (format!("redis://lead:hunter2@{place}/15"), 0),
        // Away, it is waited for.
        ("redis://127.0.0.1:1/99".to_owned(), 0),
    ] {
        assert_eq!(tries(&url, &["worker", "--once"]).code, Some(code), "{url}");
    }
    // Nobody asks it where nothing is limited.
    assert_eq!(tries(&format!("redis://{place}/99"), &["worker", "--once", "--rate-limits", "off"]).code, Some(0));
}

/// What people make with `openssl req -x509`, and what the log says of it.
#[tokio::test]
#[ignore = "needs redis-server; ./test brings it"]
async fn a_certificate_of_ones_own_for_redis_is_taken_or_said_what_is_wrong_with() {
    let program = Program::on_a_migrated_database().await;
    let folder = tempfile::tempdir().unwrap();
    let alt = "subjectAltName=DNS:localhost";
    let leaf = "basicConstraints=critical,CA:FALSE";
    for (name, more, heard) in [
        ("leaf", &["-subj", "/CN=cache", "-addext", alt, "-addext", leaf, "-days", "30"][..], "rate limits are shared"),
        ("usual", &["-subj", "/CN=cache", "-addext", alt, "-days", "30"], "CA:FALSE"),
        ("common", &["-subj", "/CN=localhost", "-addext", leaf, "-days", "30"], "subjectAltName"),
        ("other", &["-subj", "/CN=x", "-addext", "subjectAltName=DNS:x", "-addext", leaf], "subjectAltName"),
    ] {
        let (certificate, key) = self_signed(folder.path(), name, more);
        let certificate = certificate.display().to_string();
        let (_redis, port) = RedisServer::shows(&certificate, &key.display().to_string());
        let mut serving = serves(&program, &format!("rediss://localhost:{port}"), Some(&certificate));
        serving.hears(|line| {
            let told = line.contains("REDIS_URL: no Redis (") || line.contains("rate limits are shared");
            told.then(|| assert!(line.contains(heard), "{name}: {line}"))
        });
        assert_eq!(serving.ends_on_sigterm(), Some(0));
    }
}
