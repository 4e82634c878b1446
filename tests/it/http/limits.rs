//! Hazard I4 and its neighbours: what is counted, against what, and what the client is told.

use std::sync::Arc;
use std::time::Duration;

use axum::http::request::Parts;
use leadhouse::app::App;
use leadhouse::error::Result;
use leadhouse::http::guard::Peer;
use leadhouse::http::{Body, Fields, Json, NoBody, Problem, Query};
use leadhouse::id::LeadId;
use serde_json::{Value, json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Answer, Filters, Web, doors, request, who};

/// Someone known, counted.
struct Someone;

impl axum::extract::FromRequestParts<App> for Someone {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        who(app, parts).await?;
        Ok(Self)
    }
}

struct Reason;

impl Body for Reason {
    fn read(f: &mut Fields) -> Self {
        f.text("reason", 1..=5);
        Self
    }
}

#[utoipa::path(get, path = "/api/v1/provider/leads", params(("page" = Option<i64>, Query)), responses((status = 200)))]
async fn inbox(_: Someone, _: Query<Filters>) -> Json<Value> {
    Json(json!({}))
}

#[utoipa::path(get, path = "/api/v1/provider/leads/{lead_id}", params(("lead_id" = String, Path)), responses((status = 200)))]
async fn detail(_: Someone, _: leadhouse::http::Path<LeadId>) -> Json<Value> {
    Json(json!({}))
}

#[utoipa::path(post, path = "/api/v1/provider/leads/{lead_id}/accept", params(("lead_id" = String, Path)), responses((status = 200)))]
async fn accept(_: Someone, _: leadhouse::http::Path<LeadId>, _: leadhouse::http::Once<NoBody>) -> Json<Value> {
    Json(json!({}))
}

#[utoipa::path(post, path = "/api/v1/provider/leads/{lead_id}/reject", params(("lead_id" = String, Path)), responses((status = 200)))]
async fn reject(_: Someone, _: leadhouse::http::Path<LeadId>, _: leadhouse::http::Once<Reason>) -> Json<Value> {
    Json(json!({}))
}

#[utoipa::path(get, path = "/api/v1/provider/me", responses((status = 200)))]
async fn me(_: Someone) -> Json<Value> {
    Json(json!({}))
}

#[utoipa::path(get, path = "/api/v1/admin/niches", responses((status = 200)))]
async fn niches(_: Someone) -> Json<Value> {
    Json(json!({}))
}

async fn web(flags: &[&str]) -> Web {
    let limited: OpenApiRouter<App> = doors()
        .routes(routes!(inbox))
        .routes(routes!(detail))
        .routes(routes!(accept))
        .routes(routes!(reject))
        .routes(routes!(me))
        .routes(routes!(niches));
    Web::open(flags, limited).await
}

const LEAD: &str = "/api/v1/provider/leads/019ab3d2-0000-7000-8000-000000000000";

impl Web {
    async fn by(&self, who: &str, method: &str, path: &str) -> Answer {
        self.ask(request(method, path, &[("x-who", who)], "")).await
    }
}

#[tokio::test]
async fn each_call_has_its_quota() {
    let web = web(&[]).await;
    let (accept, reject) = (format!("{LEAD}/accept"), format!("{LEAD}/reject"));
    for (method, path, name, most) in [
        ("GET", "/api/v1/provider/leads", "inbox", 100),
        ("GET", LEAD, "detail", 200),
        ("POST", &accept, "accept", 50),
        ("POST", &reject, "reject", 50),
        ("GET", "/api/v1/provider/me", "provider", 100),
        ("GET", "/api/v1/admin/niches", "admin", 600),
    ] {
        for n in 1..=most {
            let answer = web.by("1", method, path).await;
            assert_ne!(answer.status, 429, "{name} {n}");
            assert_eq!(answer.header("ratelimit-policy"), format!("\"{name}\";q={most};w=60"));
            let state = answer.header("ratelimit");
            assert!(state.starts_with(&format!("\"{name}\";r={};t=", most - n)), "{state}");
        }
        let refused = web.by("1", method, path).await;
        assert_eq!(refused.outcome(), "429 rate_limited", "{name}");
        assert_eq!(refused.problem()["violated-policies"], json!([name]));
        let seconds: u64 = refused.header("retry-after").parse().unwrap();
        assert_eq!(refused.header("ratelimit"), format!("\"{name}\";r=0;t={seconds}"));
        assert!((1..=60).contains(&seconds));
        assert_ne!(web.by("2", method, path).await.status, 429, "another's quota is another one");
    }
    web.app.clock.advance(Duration::from_mins(1));
    assert_eq!(web.by("1", "GET", LEAD).await.header("ratelimit"), "\"detail\";r=199;t=60");
}

#[tokio::test]
async fn a_window_begins_with_its_first_request() {
    let web = web(&[]).await;
    let path = format!("{LEAD}/accept");
    let take = async || web.by("1", "POST", &path).await;
    assert_eq!(take().await.status, 200);
    web.app.clock.advance(Duration::from_secs(50));
    while take().await.status == 200 {}
    let refused = take().await;
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((9..=10).contains(&wait), "{wait}");
    web.app.clock.advance(Duration::from_secs(wait));
    let after = take().await;
    assert_eq!((after.status, after.header("ratelimit")), (200, "\"accept\";r=49;t=60"));
}

#[tokio::test]
async fn five_hundred_at_once_are_fifty() {
    let web = Arc::new(web(&[]).await);
    let tasks: Vec<_> = (0..500)
        .map(|_| {
            let web = web.clone();
            tokio::spawn(async move { web.by("1", "POST", &format!("{LEAD}/accept")).await.status })
        })
        .collect();
    let mut admitted = 0;
    for task in tasks {
        admitted += usize::from(task.await.unwrap() == 200);
    }
    assert_eq!(admitted, 50);
}

#[tokio::test]
async fn malformed_input_counts_and_strangers_do_not() {
    let web = web(&[]).await;
    let reject = format!("{LEAD}/reject");
    for _ in 0..10 {
        assert_eq!(web.by("1", "POST", &reject).await.status, 415);
        assert_eq!(web.by("nobody", "POST", &reject).await.status, 401);
    }
    for path in ["/api/v1/provider/leads/x/reject", &format!("{reject}?x=1")] {
        assert_eq!(web.by("1", "POST", path).await.status, 400);
    }
    let answer = web.by("1", "POST", &reject).await;
    assert!(answer.header("ratelimit").starts_with("\"reject\";r=37;"), "{answer:?}");
}

#[tokio::test]
async fn calls_without_parameters_take_none() {
    let web = web(&[]).await;
    for (method, path) in [("GET", "/api/v1/provider/me"), ("GET", LEAD), ("POST", &format!("{LEAD}/accept"))] {
        let answer = web.by("1", method, &format!("{path}?provider_id=2")).await;
        assert_eq!(answer.outcome(), "400 invalid_parameter [provider_id unknown_parameter]", "{path}");
        assert_eq!(web.by("nobody", method, &format!("{path}?provider_id=2")).await.status, 401);
        assert_eq!(web.by("1", method, &format!("{path}?")).await.status, 200);
    }
    assert_eq!(web.by("1", "GET", "/api/v1/provider/leads?page=2").await.status, 200);
    assert_eq!(web.by("1", "GET", "/api/v1/provider/leads?provider_id=2").await.status, 400);
}

#[tokio::test]
async fn strangers_are_counted_by_address() {
    let web = web(&["--trusted-proxies", "10.0.0.1,10.0.0.2,10.9.0.0/16"]).await;
    let from = async |peer: &str, forwarded: &[&str]| {
        let mut request = request("GET", "/api/v1/provider/me", &[], "");
        request.extensions_mut().insert(Peer(format!("{peer}:1234").parse().unwrap()));
        for value in forwarded {
            request.headers_mut().append("x-forwarded-for", value.parse().unwrap());
        }
        let answer = web.ask(request).await;
        let left = answer.header("ratelimit").split([';', '=']).nth(2).unwrap().to_owned();
        (answer.status, left)
    };
    // Whoever is no proxy says what he likes.
    assert_eq!(from("192.0.2.1", &[]).await, (401, "599".to_owned()));
    assert_eq!(from("192.0.2.1", &["198.51.100.1"]).await, (401, "598".to_owned()));
    assert_eq!(from("192.0.2.2", &[]).await, (401, "599".to_owned()));
    // A proxy names the one it was called by; what stands before that is hearsay.
    assert_eq!(from("10.0.0.1", &["198.51.100.1, 192.0.2.1"]).await, (401, "597".to_owned()));
    assert_eq!(from("10.0.0.1", &["198.51.100.1", "192.0.2.1, 10.0.0.2"]).await, (401, "596".to_owned()));
    assert_eq!(from("10.0.0.1", &["192.0.2.1, nonsense"]).await, (401, "599".to_owned()));
    assert_eq!(
        from("10.9.8.7", &["198.51.100.1, 192.0.2.1:4711, [::ffff:10.0.0.2]:80"]).await,
        (401, "595".to_owned())
    );
    for _ in 0..595 {
        from("192.0.2.1", &[]).await;
    }
    assert_eq!(from("192.0.2.1", &[]).await, (429, "0".to_owned()));
    assert_eq!(from("192.0.2.2", &[]).await, (401, "598".to_owned()));
}

#[tokio::test]
async fn limits_can_be_off() {
    let web = web(&["--rate-limits", "off"]).await;
    for _ in 0..60 {
        let answer = web.by("1", "POST", &format!("{LEAD}/accept")).await;
        assert_eq!((answer.status, answer.header("ratelimit-policy")), (200, ""));
    }
}
