//! The HTTP kit, with doors of the tests' own: hazards C and E, limits, and the wire.

mod bodies;
mod health;
mod idempotency;
mod json;
mod limits;
mod log;
mod parameters;
mod problems;
mod slow;
mod tls;
mod wire;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body as AxumBody;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use clap::Parser;
use http_body_util::BodyExt;
use leadhouse::app::App;
use leadhouse::clock::Clock;
use leadhouse::config::{DatabaseUrl, Settings};
use leadhouse::error::{Error, Result};
use leadhouse::http::input::Limits;
use leadhouse::http::{Body, Fields, Json, ListQuery, MoneyFields, NoBody, Path, Query, QueryInput, RawBody, Sign};
use leadhouse::id::LeadId;
use leadhouse::server;
use serde_json::{Value, json};
use tower::ServiceExt;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::support::database::{self, Place};

/// A web of test doors over a real app.
pub struct Web {
    pub app: App,
    pub router: Router,
    _place: Place,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    settings: Settings,
}

impl Web {
    pub async fn open(flags: &[&str], doors: OpenApiRouter<App>) -> Self {
        let (url, place) = database::migrated().await;
        let url = match url {
            DatabaseUrl::Sqlite(file) => format!("sqlite://{}", file.display()),
            DatabaseUrl::Postgres(url) => url,
        };
        let settings = Flags::parse_from(["leadhouse", "--database-url", &url].iter().chain(flags)).settings;
        let app = App::start(settings, Clock::default()).await.unwrap();
        Self { router: server::router_of(app.clone(), doors), app, _place: place }
    }

    pub async fn ask(&self, request: Request) -> Answer {
        Answer::read(self.router.clone().oneshot(request).await.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask(request("GET", path, &[], "")).await
    }

    /// A POST of JSON.
    pub async fn post(&self, path: &str, body: &str) -> Answer {
        self.ask(request("POST", path, &[("content-type", "application/json")], body.to_owned())).await
    }
}

pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<AxumBody>) -> Request {
    let mut request = Request::builder().method(method).uri(path).header("host", "localhost");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body.into()).unwrap()
}

impl Answer {
    pub async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Self { status: parts.status.as_u16(), headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    /// The problem document, which must be whole.
    #[track_caller]
    pub fn problem(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], self.status, "{self:?}");
        for member in ["type", "title", "detail", "code", "request_id"] {
            assert!(problem[member].as_str().is_some_and(|s| !s.is_empty()), "no {member}: {self:?}");
        }
        assert_eq!(problem["request_id"], self.header("x-request-id"));
        problem
    }

    /// `400 code [place code, …]` of a refusal; `200` of what was taken.
    #[track_caller]
    pub fn outcome(&self) -> String {
        if self.status < 400 {
            return self.status.to_string();
        }
        let problem = self.problem();
        let place = |e: &Value| {
            let place = e["pointer"].as_str().or(e["parameter"].as_str()).unwrap();
            assert!(e["detail"].as_str().is_some_and(|d| !d.is_empty()));
            format!("{place} {}", e["code"].as_str().unwrap())
        };
        let errors: Vec<String> = problem["errors"].as_array().into_iter().flatten().map(place).collect();
        let code = problem["code"].as_str().unwrap();
        if errors.is_empty() {
            format!("{} {code}", self.status)
        } else {
            format!("{} {code} [{}]", self.status, errors.join(", "))
        }
    }
}

/// The test doors' own body, with a field of each kind.
struct Everything(Value);

impl Body for Everything {
    fn read(f: &mut Fields) -> Self {
        Self(json!({
            "text": f.opt_text("text", 2..=5),
            "prose": f.opt_prose("prose", 2..=5),
            "line": f.opt_line("line", 2..=5),
            "email": f.opt_email("email").map(|e| e.address),
            "int": f.opt_int("int", 1..=100),
            "price": f.opt_money("price", Sign::NotNegative),
            "amount": f.opt_money("amount", Sign::Positive),
            "flag": f.opt_flag("flag"),
            "id": f.opt_id::<LeadId>("id"),
            "choice": f.opt_choice("choice", &[("red", 1), ("blue", 2)]),
            "time": f.opt_time("time"),
            "bound": f.opt_bound("bound").map(|b| format!("{b:?}")),
            "form_data": f.opt_object("form_data", Limits::FORM_DATA).map(|json| json.0),
            "list": f.opt_list_of_text("list", 1..=3, 2..=5),
            "nested": f.opt_nested("nested", |n| n.text("inner", 1..=5)),
        }))
    }
}

/// One that must have its fields.
struct Needed(Value);

impl Body for Needed {
    fn read(f: &mut Fields) -> Self {
        Self(json!({
            "text": f.text("text", 1..=5),
            "int": f.int("int", 1..=100),
            "choice": f.choice("choice", &[("red", 1), ("blue", 2)]),
            "id": f.id::<LeadId>("id"),
            "form_data": f.object("form_data", Limits::FORM_DATA).0,
        }))
    }
}

/// For a PATCH: absent, null and a value.
#[derive(utoipa::ToSchema)]
struct Changes(Value);

impl Body for Changes {
    fn read(f: &mut Fields) -> Self {
        let budget = f.patch_money("budget", Sign::Positive).map(|b| b.map(|b| b.to_string()));
        let cap = f.patch_int("cap", 1..=100);
        let prefixes = f.patch_list("prefixes", 0..=3, 1..=5);
        Self(json!({ "budget": format!("{budget:?}"), "cap": format!("{cap:?}"), "prefixes": format!("{prefixes:?}"),
            "flag": f.opt_flag("flag") }))
    }
}

struct Filters(Value);

impl QueryInput for Filters {
    fn read(q: &mut Fields) -> Self {
        Self(json!({
            "page": q.opt_int("page", 1..=10_000),
            "viewed": q.opt_flag("viewed"),
            "status": q.opt_choice("status", &[("active", 1), ("accepted", 2)]),
            "search": q.opt_line("search", 3..=100),
            "niche_id": q.opt_id::<LeadId>("niche_id"),
            "date_from": q.opt_bound("date_from").map(|b| format!("{b:?}")),
        }))
    }
}

#[utoipa::path(post, path = "/api/test/everything", responses((status = 200)))]
async fn everything(body: leadhouse::http::Once<Everything>) -> Json<Value> {
    Json(body.body.0)
}

#[utoipa::path(post, path = "/api/test/needed", responses((status = 200)))]
async fn needed(body: leadhouse::http::Once<Needed>) -> Json<Value> {
    Json(body.body.0)
}

#[utoipa::path(post, path = "/api/test/nothing", responses((status = 200)))]
async fn nothing(_: leadhouse::http::Once<NoBody>) -> Json<Value> {
    Json(json!({}))
}

#[utoipa::path(patch, path = "/api/test/changes", responses((status = 200)))]
async fn changes(Json(Changes(changes)): Json<Changes>) -> Json<Value> {
    Json(changes)
}

#[utoipa::path(post, path = "/api/test/raw", responses((status = 200)))]
async fn raw(raw: RawBody) -> Result<Json<Value>> {
    let pairs = leadhouse::http::input::form_pairs(&raw.bytes)?;
    Ok(Json(json!({ "content_type": raw.content_type.media, "pairs": pairs })))
}

#[utoipa::path(get, path = "/api/test/filters", params(("page" = Option<i64>, Query)), responses((status = 200)))]
async fn filters(Query(Filters(filters)): Query<Filters>) -> Json<Value> {
    Json(filters)
}

#[utoipa::path(get, path = "/api/test/lists", params(ListQuery), responses((status = 200)))]
async fn lists(app: App, Query(query): Query<ListQuery>) -> Result<Json<leadhouse::http::List<u128>>> {
    let below = query.below(&app.seals, "numbers")?.map_or(120, |id| id.as_u128());
    let rows = (0..below).rev().take(usize::try_from(query.fetch()).unwrap()).collect();
    Ok(Json(leadhouse::http::List::new(rows, &query, &app.seals, "numbers", |n| Uuid::from_u128(*n))))
}

#[utoipa::path(get, path = "/api/test/things/{id}", params(("id" = Uuid, Path)), responses((status = 200)))]
async fn thing(Path(id): Path<LeadId>) -> Json<Value> {
    Json(json!({ "id": id }))
}

/// Doors to everything that the kit reads.
pub fn doors() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(everything))
        .routes(routes!(needed))
        .routes(routes!(nothing))
        .routes(routes!(changes))
        .routes(routes!(raw))
        .routes(routes!(filters))
        .routes(routes!(lists))
        .routes(routes!(thing))
}

/// Who asks, by a header of the tests' own: `x-who: 1`; no one is a stranger.
pub async fn who(app: &App, parts: &Parts) -> Result<Uuid> {
    let Some(number) = parts.headers.get("x-who").and_then(|v| v.to_str().ok()?.parse().ok()) else {
        app.limits.stranger(parts).await?;
        return Err(Error::Unauthenticated);
    };
    let who = Uuid::from_u128(number);
    app.limits.call(parts, who).await?;
    Ok(who)
}

/// Counts what a test's door was called for, by key.
pub fn tally(key: &str) -> Arc<AtomicU64> {
    static TALLIES: OnceLock<std::sync::Mutex<HashMap<String, Arc<AtomicU64>>>> = OnceLock::new();
    TALLIES.get_or_init(Default::default).lock().unwrap().entry(key.to_owned()).or_default().clone()
}

pub fn read(tally: &AtomicU64) -> u64 {
    tally.load(Ordering::SeqCst)
}

pub const CREATED: StatusCode = StatusCode::CREATED;
