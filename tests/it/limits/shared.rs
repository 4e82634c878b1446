//! Limits in Redis: hazards I5 and J7. Nodes here count in Redis; the app beside them sets the scene without limits.

use std::time::Duration;

use leadhouse::db::{Tx, params};
use leadhouse::limit::{Pace, Quota, Who};
use serde_json::json;
use uuid::Uuid;

use super::exactly;
use crate::support::redis::{RedisServer, shared_url};
use crate::support::{Answer, Answers, Browser, Node, Provider, TestApp, at_once};

/// Patient, so that a busy machine is not taken for a Redis that is away; and back soon.
const PACE: Pace = Pace {
    answer: Duration::from_secs(20),
    connect: Duration::from_secs(20),
    rest: Duration::from_millis(20),
    look: Duration::from_mins(1),
};

static LOOK: Quota = Quota { name: "look", most: 10 };

struct Two {
    one: Node,
    other: Node,
}

impl Two {
    async fn on(app: &TestApp, url: &str, pace: Pace) -> Self {
        let nodes = Self { one: Node::beside(app, url, pace).await, other: Node::beside(app, url, pace).await };
        nodes.are_shared().await;
        nodes
    }

    /// What is left to somebody new after a request at each node.
    async fn left(&self) -> (u32, u32) {
        let who = Who::Id(leadhouse::id::new_uuid(self.one.app.clock.now()));
        let take = async |node: &Node| {
            let now = node.app.clock.now();
            node.app.limits.limiter().take(&LOOK, who, now).await.expect("limits are on").remaining
        };
        (take(&self.one).await, take(&self.other).await)
    }

    async fn are_shared(&self) {
        while self.left().await != (9, 8) {
            tokio::task::yield_now().await;
        }
    }

    async fn are_alone(&self) {
        while self.left().await != (9, 9) {
            tokio::task::yield_now().await;
        }
    }

    /// The same call so many times at each node, all at once.
    async fn accept_at_once(&self, rita: &Provider, each: usize, lead: &str) -> Answers {
        let path = format!("/api/v1/provider/leads/{lead}/accept");
        let calls = [self.one.of(rita), self.other.of(rita)];
        at_once(calls.iter().flat_map(|node| (0..each).map(|_| node.post_nothing(&path)))).await
    }
}

/// Somebody tries a password.
async fn guess(node: &Node, app: &TestApp) -> Answer {
    let mut browser = Browser::of(node.of(&app.nobody()));
    browser.signs_in("rita@example.com", "correct horse battery").await
}

#[tokio::test]
#[ignore = "needs a Redis in TEST_REDIS_URL; ./test brings it"]
async fn two_nodes_let_through_exactly_what_one_would() {
    let app = TestApp::start().await;
    let (rita, omar) = (app.provider("rita").await, app.provider("omar").await);
    let lead = rita.is_sent_a_lead().await;
    let nodes = Two::on(&app, &shared_url(), PACE).await;
    exactly(&nodes.accept_at_once(&rita, 64, &lead.lead).await, 50, r#""accept";q=50;w=60"#);
    for node in [&nodes.one, &nodes.other] {
        let refused = node.meets(&rita).accepts(&lead).await.expect(429);
        let wait = refused.header("retry-after");
        assert_eq!(refused.header("ratelimit"), format!(r#""accept";r=0;t={wait}"#));
        assert_eq!(refused.problem()["violated-policies"], json!(["accept"]));
    }
    // What is used up at one call, or by one provider, is so for nobody else.
    assert!(nodes.one.meets(&rita).inbox("").await.expect(200).header("ratelimit").starts_with(r#""inbox";r=99;"#));
    assert!(nodes.other.meets(&rita).inbox("").await.expect(200).header("ratelimit").starts_with(r#""inbox";r=98;"#));
    nodes.other.meets(&omar).accepts(&lead).await.expect(404);
    // Nor at another installation on the same Redis, even if its ids are the same.
    let neighbour = TestApp::start().await;
    let other_secret = |tx: &mut Tx| tx.execute("UPDATE house SET secret = $1", params![[7_u8; 32]]);
    neighbour.write(other_secret).await.expect("another installation");
    let theirs = Two::on(&neighbour, &shared_url(), PACE).await;
    let who = Who::Id(leadhouse::id::new_uuid(app.clock.now()));
    let take =
        async |node: &Node| node.app.limits.limiter().take(&LOOK, who, node.app.clock.now()).await.unwrap().remaining;
    assert_eq!((take(&nodes.one).await, take(&theirs.one).await, take(&nodes.other).await), (9, 9, 8));
}

#[tokio::test]
#[ignore = "needs redis-server; ./test brings it"]
async fn what_is_used_up_at_one_node_is_known_at_the_other() {
    let mut redis = RedisServer::start();
    let app = TestApp::start().await;
    let nodes = Two::on(&app, &redis.url(), PACE).await;
    let (who, else_) = (Who::Id(Uuid::from_u128(7)), Who::Id(Uuid::from_u128(8)));
    let now = app.clock.now();
    let known = async |node: &Node, who: Who| node.app.limits.limiter().is_used_up(&LOOK, who, now).await;
    for n in 0..10 {
        assert!(!known(&nodes.one, who).await && !known(&nodes.other, who).await, "{n}: looking counts nothing");
        nodes.one.app.limits.limiter().take(&LOOK, who, now).await.expect("limits are on");
    }
    assert!(known(&nodes.one, who).await && known(&nodes.other, who).await);
    assert!(!known(&nodes.other, else_).await);
    redis.kill();
    nodes.are_alone().await;
    assert!(!known(&nodes.other, who).await, "it knows what it counted itself");
}

#[tokio::test]
#[ignore = "needs redis-server; ./test brings it"]
async fn a_window_in_redis_always_ends_and_names_nobody() {
    let redis = RedisServer::start();
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let nodes = Two::on(&app, &redis.url(), PACE).await;
    nodes.accept_at_once(&rita, 30, "019ab3d2-0000-7000-8000-000000000000").await;
    nodes.one.of(&app.bearer("lh_nobody")).get("/api/v1/provider/me").await.expect(401);
    guess(&nodes.one, &app).await.expect(401);
    let keys = redis.keys("*");
    for (quota, most) in [("accept", 1), ("stranger", 1), ("sign_in", 1), ("password", 1), ("probe", 1)] {
        let found = keys.iter().filter(|key| key.contains(&format!(":{quota}:"))).count();
        assert_eq!(found, most, "{quota} in {keys:?}");
    }
    for key in &keys {
        let left = redis.number(&format!("PTTL {key}"));
        assert!((1..=60_000).contains(&left), "{key} ends in {left} ms");
        assert!(key.starts_with("leadhouse:") && !key.contains("rita") && !key.contains("127"), "{key}");
        assert!(!key.contains(&rita.id), "{key}");
    }
    // Over the quota nothing is counted; and a key whose end was lost, by whatever hand, gets one again.
    let accept = keys.iter().find(|key| key.contains(":accept:")).expect("a window");
    assert_eq!(redis.number(&format!("GET {accept}")), 50);
    assert_eq!(redis.number(&format!("PERSIST {accept}")), 1);
    nodes.one.meets(&rita).accepts("019ab3d2-0000-7000-8000-000000000000").await.expect(429);
    assert!((1..=60_000).contains(&redis.number(&format!("PTTL {accept}"))));
    // The script is forgotten: it is sent again, and nobody notices.
    redis.says("SCRIPT FLUSH");
    assert_eq!(nodes.left().await, (9, 8));
}

#[tokio::test]
#[ignore = "needs redis-server; ./test brings it"]
async fn without_redis_each_node_limits_for_itself_until_it_is_back() {
    let mut redis = RedisServer::start();
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let lead = rita.is_sent_a_lead().await;
    let nodes = Two::on(&app, &redis.url(), PACE).await;
    redis.kill();
    nodes.are_alone().await;
    let answers = nodes.accept_at_once(&rita, 64, &lead.lead).await;
    assert_eq!((answers.count(200), answers.count(409), answers.count(429)), (1, 99, 28), "50 at each node");
    let refused = answers.with(429);
    assert!((1..=60).contains(&refused.header("retry-after").parse::<u64>().expect("seconds")));
    // Nobody guesses passwords meanwhile, and exports go on.
    for node in [&nodes.one, &nodes.other] {
        let mut tried = Vec::new();
        for _ in 0..11 {
            tried.push(guess(node, &app).await.status);
        }
        assert_eq!((tried[9], tried[10]), (401, 429));
    }
    let export = "/api/v1/provider/leads/export";
    nodes.one.of(&rita).post(export, &json!({})).await.expect(202);
    redis.start_again();
    nodes.are_shared().await;
    // As after a restart of Redis, so after FLUSHALL: windows begin anew, and nothing else has changed.
    nodes.accept_at_once(&rita, 30, &lead.lead).await;
    assert!(redis.says("FLUSHALL").starts_with("+OK"));
    let balance = rita.me().await["balance"].clone();
    let again = nodes.one.meets(&rita).accepts(&lead).await.expect(409);
    assert!(again.header("ratelimit").starts_with(r#""accept";r=49;"#), "{again:?}");
    assert_eq!(rita.me().await["balance"], balance);
    for _ in 0..4 {
        nodes.other.of(&rita).post(export, &json!({})).await.expect(202);
    }
    let sixth = nodes.other.of(&rita).post(export, &json!({})).await.expect(429);
    assert_eq!(sixth.problem_code(), "export_quota_exceeded");
}

#[tokio::test]
#[ignore = "needs redis-server; ./test brings it"]
async fn a_redis_that_answers_errors_is_no_redis() {
    let redis = RedisServer::start();
    let app = TestApp::start().await;
    let nodes = Two::on(&app, &redis.url(), PACE).await;
    for (breaks, mends) in [
        ("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0"),
        ("CONFIG SET min-replicas-to-write 1", "CONFIG SET min-replicas-to-write 0"),
        ("ACL SETUSER default -incrby", "ACL SETUSER default +incrby"),
        ("ACL SETUSER default -evalsha", "ACL SETUSER default +evalsha"),
    ] {
        redis.says(breaks);
        nodes.are_alone().await;
        redis.says(mends);
        nodes.are_shared().await;
    }
}

#[tokio::test]
#[ignore = "needs redis-server; ./test brings it"]
async fn a_redis_that_hangs_is_asked_once_and_not_by_every_request() {
    let redis = RedisServer::start();
    let app = TestApp::start().await;
    let rita = app.provider("rita").await;
    let pace = Pace { answer: Duration::from_millis(500), ..PACE };
    let nodes = Two::on(&app, &redis.url(), pace).await;
    redis.freeze();
    // One after the other, then all at once.
    for _ in 0..40 {
        nodes.one.meets(&rita).inbox("").await.expect(200);
    }
    nodes.one.of(&rita).at_once(40, |me| me.get("/api/v1/provider/leads")).await;
    assert_eq!(nodes.one.meets(&rita).inbox("").await.expect(200).header("ratelimit").split(';').nth(1), Some("r=19"));
    redis.thaw();
    let inbox = redis.keys("leadhouse:*:inbox:*").pop().expect("a window");
    assert_eq!(redis.number(&format!("GET {inbox}")), 1, "the first request asked, and none after it");
    nodes.are_shared().await;
}
