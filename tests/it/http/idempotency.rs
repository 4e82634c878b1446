//! Hazards E: a request that is made again has its effect once.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use leadhouse::app::App;
use leadhouse::db::{Lane, Tx, params};
use leadhouse::error::{Error, Result};
use leadhouse::http::{Body, Fields, NoBody, Once, Problem, RawBody, idempotency, json, require_key};
use serde_json::Value as Json;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{Answer, CREATED, Web, read, request, tally, who};

/// Who asks.
struct Caller(Uuid);

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        Ok(Self(who(app, parts).await?))
    }
}

/// A niche to be made, and how it ends.
struct Order {
    name: String,
    end: Option<&'static str>,
}

impl Body for Order {
    fn read(f: &mut Fields) -> Self {
        const ENDS: &[(&str, &str)] = &[
            ("conflict", "conflict"),
            ("missing", "missing"),
            ("late", "late"),
            ("invalid", "invalid"),
            ("forbidden", "forbidden"),
            ("busy", "busy"),
            ("broken", "broken"),
            ("panic", "panic"),
            ("raced", "raced"),
        ];
        let order = Self { name: f.line("name", 1..=50), end: f.opt_choice("end", ENDS) };
        f.opt_int("n", 0..=10);
        f.opt_flag("deep");
        order
    }
}

fn make(tx: &mut Tx, name: &str, end: Option<&str>) -> Result<Json> {
    let runs = tally(name).fetch_add(1, Ordering::SeqCst) + 1;
    let id = leadhouse::id::new_uuid(tx.now());
    let insert = "INSERT INTO niches (id, name, active, created_at) VALUES ($1, $2, TRUE, $3)";
    match end {
        Some("conflict") => return Err(Error::conflict("already_there", "It is there.")),
        Some("missing") => return Err(Error::NotFound("niche")),
        // One that wrote before it refused, as none should.
        Some("late") => {
            tx.execute(insert, params![id, name, tx.now()])?;
            return Err(Error::conflict("too_late", "Too late."));
        }
        Some("invalid") => return Err(Error::field("name", "taken", "is taken")),
        Some("forbidden") => return Err(Error::forbidden("no", "No.")),
        Some("busy") if runs == 1 => return Err(Error::Unavailable("busy".into())),
        Some("broken") if runs == 1 => return Err(Error::internal("broken")),
        Some("panic") if runs == 1 => panic!("at the first try"),
        Some("raced") if runs == 1 => return Err(Error::Raced),
        _ => {}
    }
    tx.execute(insert, params![id, name, tx.now()])?;
    Ok(json!({ "id": id.to_string(), "name": name, "price": 25.0 }))
}

#[utoipa::path(post, path = "/api/v1/admin/orders", responses((status = 201)))]
async fn order(app: App, caller: Caller, order: Once<Order>) -> Result<Response> {
    let Order { name, end } = order.body;
    order.once.run(&app.db, caller.0, CREATED, Lane::of(caller.0).unit(move |tx| make(tx, &name, end))).await
}

#[utoipa::path(post, path = "/api/v1/admin/others", responses((status = 201)))]
async fn other(app: App, caller: Caller, order: Once<Order>) -> Result<Response> {
    let Order { name, end } = order.body;
    order.once.run(&app.db, caller.0, CREATED, Lane::MONEY.unit(move |tx| make(tx, &name, end))).await
}

#[utoipa::path(post, path = "/api/v1/admin/things/{id}", params(("id" = String, Path)), responses((status = 201)))]
async fn thing(
    app: App,
    caller: Caller,
    name: leadhouse::http::Path<leadhouse::http::input::Text>,
    once: Once<NoBody>,
) -> Result<Response> {
    require_key(&once.once)?;
    once.once.run(&app.db, caller.0, CREATED, Lane::MONEY.unit(move |tx| make(tx, &name.0.0, None))).await
}

#[utoipa::path(post, path = "/api/v1/admin/raw", responses((status = 201)))]
async fn raw(app: App, caller: Caller, raw: RawBody) -> Result<Response> {
    let once = if raw.content_type.media == "application/json" {
        raw.once.with_json(&json::parse(&raw.bytes)?)
    } else {
        raw.once.with_bytes(&raw.bytes)
    };
    let unit = Lane::MONEY.unit(|tx| make(tx, &format!("raw {}", tx.now()), None));
    once.run(&app.db, caller.0, CREATED, unit).await
}

async fn web() -> Web {
    let doors: OpenApiRouter<App> =
        OpenApiRouter::new().routes(routes!(order)).routes(routes!(other)).routes(routes!(thing)).routes(routes!(raw));
    Web::open(&["--rate-limits", "off"], doors).await
}

impl Web {
    async fn order(&self, who: &str, key: &str, path: &str, body: &str) -> Answer {
        let headers = [("content-type", "application/json"), ("x-who", who), ("idempotency-key", key)];
        self.ask(request("POST", path, &headers, body.to_owned())).await
    }

    async fn niches(&self, name: &str) -> i64 {
        let name = name.to_owned();
        let count = move |read: &mut leadhouse::db::Read| {
            read.one::<(i64,)>("SELECT count(*) FROM niches WHERE name = $1", params![name])
        };
        self.app.db.read(count).await.unwrap().0
    }

    async fn kept(&self) -> i64 {
        self.app.db.read(|read| read.one::<(i64,)>("SELECT count(*) FROM idempotency_keys", params![])).await.unwrap().0
    }
}

const ORDERS: &str = "/api/v1/admin/orders";

fn fresh(name: &str) -> (String, String) {
    let name = format!("{name} {}", leadhouse::id::new_uuid(leadhouse::clock::Clock::default().now()));
    let body = json!({ "name": name }).to_string();
    (name, body)
}

#[tokio::test]
async fn a_second_request_gets_the_first_ones_answer() {
    let web = web().await;
    let (name, body) = fresh("one");
    let first = web.order("1", "k1", ORDERS, &body).await;
    assert_eq!((first.status, first.header("idempotent-replayed")), (201, ""), "{first:?}");
    for key in ["k1", "\"k1\"", " k1 "] {
        let again = web.order("1", key, ORDERS, &body).await;
        assert_eq!((again.status, &again.text), (201, &first.text));
        assert_eq!(again.header("idempotent-replayed"), "true");
        assert_eq!(again.header("content-type"), first.header("content-type"));
    }
    assert_eq!((read(&tally(&name)), web.niches(&name).await), (1, 1));
    // Without a key everything is done every time.
    let (name, _) = fresh("none");
    let body = json!({ "name": name, "end": "conflict" }).to_string();
    for _ in 0..2 {
        let headers = [("content-type", "application/json"), ("x-who", "1")];
        assert_eq!(web.ask(request("POST", ORDERS, &headers, body.clone())).await.status, 409);
    }
    assert_eq!(read(&tally(&name)), 2);
}

#[tokio::test]
async fn of_many_at_once_one_is_carried_out() {
    let web = std::sync::Arc::new(web().await);
    for path in [ORDERS, "/api/v1/admin/others"] {
        let (name, body) = fresh("many");
        let tasks: Vec<_> = (0..64)
            .map(|_| {
                let (web, body) = (web.clone(), body.clone());
                tokio::spawn(async move { web.order("1", path, path, &body).await })
            })
            .collect();
        let mut first = 0;
        for task in tasks {
            let answer = task.await.unwrap();
            assert_eq!(answer.status, 201, "{answer:?}");
            first += usize::from(answer.header("idempotent-replayed").is_empty());
        }
        assert_eq!((first, read(&tally(&name)), web.niches(&name).await), (1, 1, 1));
    }
}

#[tokio::test]
async fn two_nodes_carry_it_out_once() {
    let web = web().await;
    let other = leadhouse::server::router_of(
        App::start((*web.app.config).clone(), web.app.clock.clone()).await.unwrap(),
        OpenApiRouter::new().routes(routes!(order)),
    );
    let (name, body) = fresh("nodes");
    let headers = [("content-type", "application/json"), ("x-who", "1"), ("idempotency-key", "nodes")];
    let tasks: Vec<_> = (0..32)
        .map(|n| {
            let router = if n % 2 == 0 { other.clone() } else { web.router.clone() };
            let request = request("POST", ORDERS, &headers, body.clone());
            tokio::spawn(async move { Answer::read(tower::ServiceExt::oneshot(router, request).await.unwrap()).await })
        })
        .collect();
    let mut texts = Vec::new();
    for task in tasks {
        texts.push(task.await.unwrap().text);
    }
    texts.dedup();
    assert_eq!((texts.len(), web.niches(&name).await), (1, 1), "{texts:?}");
}

#[tokio::test]
async fn a_client_that_hangs_up_finds_its_answer_later() {
    let web = web().await;
    for polls in 0..4 {
        let (name, body) = fresh("hung up");
        {
            // Dropped at one of its awaits.
            let mut asked = std::pin::pin!(web.order("1", &name, ORDERS, &body));
            for _ in 0..polls {
                let polled =
                    std::future::poll_fn(|cx| std::task::Poll::Ready(asked.as_mut().poll(cx).is_ready())).await;
                assert!(!polled || polls > 0);
                tokio::task::yield_now().await;
            }
        }
        let answer = web.order("1", &name, ORDERS, &body).await;
        assert_eq!((answer.status, web.niches(&name).await, read(&tally(&name))), (201, 1, 1), "{polls} polls");
    }
}

#[tokio::test]
async fn a_key_belongs_to_one_request_of_one_caller() {
    let web = web().await;
    let (name, _) = fresh("whose");
    let body = format!(r#"{{"name":"{name}","n":1,"deep":true}}"#);
    let first = web.order("1", "k", ORDERS, &body).await;
    assert_eq!(first.status, 201);
    // The same request in other words.
    for same in [
        format!(r#" {{ "deep" : true, "n":1,"name"{}"{name}" }}"#, ":\n"),
        format!(r#"{{"n":1,"name":"\u0077{}","deep":true}}"#, name.strip_prefix('w').unwrap()),
    ] {
        let again = web.order("1", "k", ORDERS, &same).await;
        assert_eq!(again.text, first.text, "{same}");
    }
    // Other requests.
    let other_name = format!(r#"{{"name":"{name}!","n":1,"deep":true}}"#);
    let other_number = format!(r#"{{"name":"{name}","n":2,"deep":true}}"#);
    let fewer = format!(r#"{{"name":"{name}","n":1}}"#);
    for (path, other) in
        [(ORDERS, &other_name), (ORDERS, &other_number), (ORDERS, &fewer), ("/api/v1/admin/others", &body)]
    {
        let answer = web.order("1", "k", path, other).await;
        assert_eq!(answer.outcome(), "422 idempotency_key_reused", "{path} {other}");
        assert_eq!(answer.header("idempotent-replayed"), "");
    }
    assert_eq!(web.niches(&name).await, 1);
    // Another caller's key of the same name is another key.
    let (name, body) = fresh("theirs");
    assert_eq!(web.order("2", "k", ORDERS, &body).await.status, 201);
    assert_eq!(web.niches(&name).await, 1);
}

#[tokio::test]
async fn answers_of_requests_that_were_carried_out_are_kept() {
    let web = web().await;
    for (end, status) in [("conflict", 409), ("missing", 404), ("late", 409)] {
        let (name, _) = fresh(end);
        let body = json!({ "name": name, "end": end }).to_string();
        let first = web.order("1", &name, ORDERS, &body).await;
        assert_eq!((first.status, first.header("idempotent-replayed")), (status, ""));
        let first_id = first.problem()["request_id"].clone();
        let again = web.order("1", &name, ORDERS, &body).await;
        assert_eq!((again.status, &again.text), (status, &first.text), "{end}");
        assert_eq!(again.header("content-type"), "application/problem+json");
        assert_eq!(again.header("idempotent-replayed"), "true");
        assert_eq!(again.json()["request_id"], first_id);
        assert_eq!((read(&tally(&name)), web.niches(&name).await), (1, 0), "{end}");
    }
}

#[tokio::test]
async fn refused_requests_leave_the_key_free() {
    let web = web().await;
    let (name, body) = fresh("free");
    for (who, path, wrong, status) in [
        ("1", ORDERS, "{", 400),
        ("1", ORDERS, r#"{"name":""}"#, 422),
        ("1", ORDERS, r#"{"name":"x","end":"invalid"}"#, 422),
        ("1", ORDERS, r#"{"name":"x","end":"forbidden"}"#, 403),
        ("nobody", ORDERS, &body, 401),
    ] {
        let answer = web.order(who, "free", path, wrong).await;
        assert_eq!(answer.status, status, "{wrong}");
    }
    assert_eq!(web.kept().await, 0);
    assert_eq!(web.order("1", "free", ORDERS, &body).await.status, 201);
    assert_eq!(web.niches(&name).await, 1);
    // What failed on our side is carried out when it is tried again.
    for (end, status) in [("busy", 503), ("broken", 500), ("panic", 500)] {
        let (name, _) = fresh(end);
        let body = json!({ "name": name, "end": end }).to_string();
        assert_eq!(web.order("1", &name, ORDERS, &body).await.status, status, "{end}");
        assert_eq!(web.niches(&name).await, 0);
        let again = web.order("1", &name, ORDERS, &body).await;
        assert_eq!((again.status, again.header("idempotent-replayed")), (201, ""), "{end}");
        assert_eq!(web.niches(&name).await, 1);
    }
    // A race inside is ours to settle.
    let (name, _) = fresh("raced");
    let body = json!({ "name": name, "end": "raced" }).to_string();
    assert_eq!(web.order("1", &name, ORDERS, &body).await.status, 201);
    assert_eq!((read(&tally(&name)), web.niches(&name).await), (2, 1));
}

#[tokio::test]
async fn a_key_is_one_printable_text() {
    let web = web().await;
    let (_, body) = fresh("keys");
    let long = "k".repeat(255);
    for key in ["a", long.as_str(), "\"a \\\" \\\\ b\"", "8e03978e-40d5-43dd-bc93-6894a57f9324", "a b"] {
        assert_eq!(web.order("3", key, ORDERS, "{}").await.status, 422, "{key}");
    }
    let too_long = "k".repeat(256);
    let long_quoted = format!("\"{too_long}\"");
    for key in ["", "\"\"", "\"a", "\"a\"b", "\"a\\\"", "\"\\a\"", "k\tk", "\u{e9}", &too_long, &long_quoted] {
        let answer = web.order("3", key, ORDERS, &body).await;
        assert_eq!(answer.outcome(), "400 invalid_idempotency_key", "{key:?}");
    }
    let two =
        [("content-type", "application/json"), ("x-who", "3"), ("idempotency-key", "a"), ("idempotency-key", "a")];
    let answer = web.ask(request("POST", ORDERS, &two, body)).await;
    assert_eq!(answer.outcome(), "400 invalid_idempotency_key");
}

#[tokio::test]
async fn where_money_moves_a_key_is_needed() {
    let web = web().await;
    let (name, _) = fresh("money");
    let path = format!("/api/v1/admin/things/{}", name.replace(' ', "-"));
    let answer = web.ask(request("POST", &path, &[("x-who", "1")], "")).await;
    assert_eq!(answer.outcome(), "400 idempotency_key_required [Idempotency-Key idempotency_key_required]");
    // No body and an empty object are the same request.
    let first = web.ask(request("POST", &path, &[("x-who", "1"), ("idempotency-key", "m")], "")).await;
    let again = web.ask(request("POST", &path, &[("x-who", "1"), ("idempotency-key", "m")], " {}")).await;
    assert_eq!((first.status, &first.text), (201, &again.text));
    let elsewhere =
        web.ask(request("POST", &format!("{path}x"), &[("x-who", "1"), ("idempotency-key", "m")], "")).await;
    assert_eq!(elsewhere.outcome(), "422 idempotency_key_reused");
}

#[tokio::test]
async fn other_bodies_are_compared_byte_by_byte() {
    let web = web().await;
    let sent = async |media: &str, body: &str| {
        let headers = [("content-type", media), ("x-who", "1"), ("idempotency-key", media)];
        web.ask(request("POST", "/api/v1/admin/raw", &headers, body.to_owned())).await
    };
    let (form, json) = ("application/x-www-form-urlencoded", "application/json");
    let first = sent(form, "a=1&b=2").await;
    assert_eq!(sent(form, "a=1&b=2").await.text, first.text);
    assert_eq!(sent(form, "b=2&a=1").await.outcome(), "422 idempotency_key_reused");
    let first = sent(json, r#"{"a":1,"b":2}"#).await;
    assert_eq!(sent(json, r#"{"b":2, "a":1}"#).await.text, first.text);
    assert_eq!(sent(json, r#"{"b":2, "a":1.0}"#).await.outcome(), "422 idempotency_key_reused");
}

#[tokio::test]
async fn a_key_is_kept_for_a_day() {
    let web = web().await;
    let day = Duration::from_hours(24);
    let (_, body) = fresh("day");
    let first = web.order("1", "day", ORDERS, &body).await;
    web.app.clock.advance(Duration::from_mins(24 * 60 - 1));
    assert_eq!(web.order("1", "day", ORDERS, &body).await.text, first.text);
    assert_eq!(web.app.db.write(Lane::MONEY, idempotency::expire).await.unwrap(), 0);
    web.app.clock.advance(Duration::from_secs(61));
    // Swept or not, an old key is a new one.
    let (name, other) = fresh("day after");
    let answer = web.order("1", "day", ORDERS, &other).await;
    assert_eq!((answer.status, answer.header("idempotent-replayed"), web.niches(&name).await), (201, "", 1));
    assert_eq!(web.order("1", "day", ORDERS, &other).await.text, answer.text);
    web.app.clock.advance(day);
    assert_eq!(web.app.db.write(Lane::MONEY, idempotency::expire).await.unwrap(), 1);
    assert_eq!(web.kept().await, 0);
}
