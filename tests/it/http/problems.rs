//! How refusals look: one kind of document, whatever went wrong.

use axum::http::Method;
use leadhouse::app::App;
use leadhouse::error::{Error, Invalid, Result};
use leadhouse::http::Json;
use leadhouse::http::input::Text;
use serde_json::{Value, json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Web, request};

#[utoipa::path(get, path = "/api/test/fails/{how}", params(("how" = String, Path)), responses((status = 200)))]
async fn fails(leadhouse::http::Path(Text(how)): leadhouse::http::Path<Text>) -> Result<Json<Value>> {
    Err(match how.as_str() {
        "unauthenticated" => Error::Unauthenticated,
        "forbidden" => Error::forbidden("account_suspended", "This account is suspended."),
        "no_lead" => Error::NotFound("lead"),
        "no_export" => Error::NotFound("export"),
        "conflict" => Error::Conflict { code: "already_resolved", detail: "It is.".into(), state: Some("accepted") },
        "gone" => Error::Gone("link"),
        "quota" => Error::TooMany { code: "export_quota_exceeded", detail: "Five.".into(), retry_after: 0 },
        "unavailable" => Error::Unavailable("postgres://secret is down".into()),
        "raced" => Error::Raced,
        "internal" => Error::internal("SELECT secret FROM house"),
        "panic" => panic!("the secret is forty-two"),
        "many" => {
            Error::Invalid((0..1000).map(|n| Invalid::field(&format!("f{n}"), "required", "is required")).collect())
        }
        "mixed" => Error::Invalid(vec![Invalid::field("a", "required", "x"), Invalid::parameter("b", "required", "x")]),
        "deep" => Error::parameter("page", "page_too_deep", "Use cursor."),
        _ => return Ok(Json(json!({}))),
    })
}

/// A door that fails as it is asked to.
pub fn doors() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(fails))
}

async fn web() -> Web {
    Web::open(&["--rate-limits", "off"], super::doors().merge(doors())).await
}

#[tokio::test]
async fn every_error_has_its_document() {
    let web = web().await;
    for (how, outcome, title) in [
        ("unauthenticated", "401 unauthenticated", "Unauthorized"),
        ("forbidden", "403 account_suspended", "Forbidden"),
        ("no_lead", "404 not_found", "Not Found"),
        ("conflict", "409 already_resolved", "Conflict"),
        ("gone", "410 gone", "Gone"),
        ("quota", "429 export_quota_exceeded", "Quota exceeded"),
        ("unavailable", "503 unavailable", "Service Unavailable"),
        ("raced", "503 unavailable", "Service Unavailable"),
        ("internal", "500 internal_error", "Internal Server Error"),
        ("panic", "500 internal_error", "Internal Server Error"),
        ("mixed", "400 invalid_parameter [#/a required, b required]", "Bad Request"),
        ("deep", "400 page_too_deep [page page_too_deep]", "Bad Request"),
    ] {
        let answer = web.get(&format!("/api/test/fails/{how}")).await;
        assert_eq!(answer.outcome(), outcome);
        assert_eq!(answer.problem()["title"], title);
        assert_eq!(answer.header("content-length"), answer.text.len().to_string());
        for secret in ["secret", "SELECT", "postgres", "forty"] {
            assert!(!answer.text.contains(secret), "{how} tells {secret}: {answer:?}");
        }
    }
    assert_eq!(web.get("/api/test/fails/not").await.status, 200);
}

#[tokio::test]
async fn what_goes_with_a_status() {
    let web = web().await;
    let get = async |how: &str| web.get(&format!("/api/test/fails/{how}")).await;
    assert!(get("unauthenticated").await.header("www-authenticate").starts_with("Bearer"));
    assert_eq!(get("conflict").await.problem()["lead_status"], "accepted");
    assert_eq!(get("gone").await.problem()["lead_status"], Value::Null);
    let quota = get("quota").await;
    assert_eq!(quota.header("retry-after"), "1");
    assert_eq!(quota.problem()["type"], "https://iana.org/assignments/http-problem-types#quota-exceeded");
    assert_eq!(quota.problem()["violated-policies"], json!(["export_quota_exceeded"]));
    assert_eq!(get("unavailable").await.header("retry-after"), "5");
    assert_eq!(get("gone").await.problem()["type"], "about:blank");
    let many = get("many").await.problem();
    assert_eq!(many["errors"].as_array().unwrap().len(), 50);
    assert_eq!(many["detail"], "1000 things are wrong with this request; see errors.");
}

#[tokio::test]
async fn not_there_and_not_yours_look_the_same() {
    let web = web().await;
    let mut seen = Vec::new();
    for path in
        ["/api/test/fails/no_lead", "/api/test/fails/no_export", "/api/nowhere", "/nowhere", "/api/test/things/"]
    {
        let mut answer = web.get(path).await;
        assert_eq!(answer.outcome(), "404 not_found", "{path}");
        let id = answer.header("x-request-id").to_owned();
        answer.headers.remove("x-request-id");
        answer.headers.remove("cache-control");
        seen.push((answer.text.replace(&id, ""), format!("{:?}", answer.headers)));
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "{seen:?}");
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let web = web().await;
    for (method, path, allow) in [
        ("DELETE", "/api/test/filters", "GET,HEAD"),
        ("POST", "/api/test/filters", "GET,HEAD"),
        ("GET", "/api/test/everything", "POST"),
        ("PATCH", "/api/test/everything", "POST"),
        ("GET", "/api/test/changes", "PATCH"),
        ("BREW", "/api/test/everything", "POST"),
        ("OPTIONS", "/healthz", "GET,HEAD"),
        ("POST", "/openapi.json", "GET,HEAD"),
    ] {
        let answer = web.ask(request(method, path, &[], "")).await;
        assert_eq!(answer.outcome(), "405 method_not_allowed", "{method} {path}");
        assert_eq!(answer.header("allow"), allow, "{method} {path}");
    }
    let traced = web.ask(request("TRACE", "/api/test/filters", &[("cookie", "secret")], "")).await;
    assert_eq!(traced.outcome(), "405 method_not_allowed");
    assert_eq!(traced.header("connection"), "close");
    assert!(!traced.header("allow").is_empty());
    let overridden = request("GET", "/api/test/everything", &[("x-http-method-override", "POST")], "");
    assert_eq!(web.ask(overridden).await.status, 405);
}

#[tokio::test]
async fn every_answer_has_a_request_id() {
    let web = web().await;
    let sent = async |id: &str| {
        let answer = web.ask(request("GET", "/healthz", &[("x-request-id", id)], "")).await;
        answer.header("x-request-id").to_owned()
    };
    for id in ["a", "Abc-123_x.y", &"x".repeat(64)] {
        assert_eq!(sent(id).await, id);
    }
    for id in ["", "a b", "a\tb", "<script>", "x=y", "\u{e9}", &"x".repeat(65)] {
        let ours = sent(id).await;
        assert!(leadhouse::id::parse_uuid(&ours).is_some(), "{id:?} became {ours:?}");
    }
    for path in ["/healthz", "/nowhere", "/api/test/fails/panic", "/openapi.json", "/docs/"] {
        let (one, two) = (web.get(path).await, web.get(path).await);
        assert!(!one.header("x-request-id").is_empty(), "{path}");
        assert_ne!(one.header("x-request-id"), two.header("x-request-id"), "{path}");
        assert_eq!(one.header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn answers_of_the_api_are_not_kept_by_caches() {
    let web = web().await;
    for path in ["/api/test/filters", "/api/test/fails/gone", "/api/nowhere"] {
        assert_eq!(web.get(path).await.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn only_our_own_host_is_answered() {
    let web =
        Web::open(&["--allowed-hosts", "leads.example.com", "--public-url", "https://p.example"], super::doors()).await;
    let asked = async |hosts: &[&str], target: &str| {
        let mut request = axum::extract::Request::builder().uri(target);
        for host in hosts {
            request = request.header("host", *host);
        }
        web.ask(request.body(axum::body::Body::empty()).unwrap()).await.outcome()
    };
    for host in ["localhost", "127.0.0.1:9", "[::1]:8080", "leads.example.com", "p.example"] {
        assert_eq!(asked(&[host], "/healthz").await, "200", "{host}");
    }
    assert_eq!(asked(&["evil.example"], "/healthz").await, "421 misdirected");
    assert_eq!(asked(&["localhost:8080"], "http://evil.example/healthz").await, "421 misdirected");
    assert_eq!(asked(&["evil.example"], "http://localhost/healthz").await, "421 misdirected");
    assert_eq!(asked(&["localhost"], "http://localhost/healthz").await, "200");
    assert_eq!(asked(&[], "/healthz").await, "400 invalid_host");
    assert_eq!(asked(&["localhost", "localhost"], "/healthz").await, "400 invalid_host");
    assert_eq!(asked(&["evil.example"], "/nowhere").await, "421 misdirected");
    let forwarded = [("x-forwarded-host", "evil.example"), ("forwarded", "host=evil.example")];
    assert_eq!(web.ask(request("GET", "/healthz", &forwarded, "")).await.status, 200);
}

#[tokio::test]
async fn head_has_the_headers_and_no_body() {
    let web = web().await;
    for path in ["/api/test/filters", "/api/test/fails/gone"] {
        let get = web.get(path).await;
        let head =
            web.ask(request(Method::HEAD.as_str(), path, &[("x-request-id", get.header("x-request-id"))], "")).await;
        assert_eq!((head.status, head.text.as_str()), (get.status, ""), "{path}");
        assert_eq!(head.header("content-type"), get.header("content-type"));
        assert_eq!(head.header("content-length"), get.text.len().to_string(), "{path}");
    }
}
