//! The built program and its Redis.

use std::cell::{Cell, OnceCell};

use serde_json::Value;

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
    let ours = format!("{}/tests/it/db/tls/ca.pem", env!("CARGO_MANIFEST_DIR"));
    let mut serving = serves(&program, &url, Some(&ours));
    serving.hears(|line| says(line, "rate limits are shared"));
    for node in [stranger, serving] {
        assert_eq!(node.ends_on_sigterm(), Some(0));
    }
}
