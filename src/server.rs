//! The web's front door: every room's routes under one router, the document made from them, the portal's pages, and the
//! calls about its health. Layers, outside in: the wire (`http::wire`, `http::listen`), the guard (`http::guard`), the
//! routes.

mod document;
mod gauges;
mod health;
mod quotas;

use std::sync::atomic::Ordering;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Router, middleware};
use tokio::net::TcpListener;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::app::App;
use crate::config::Settings;
use crate::error::Result;
use crate::http::compression::compressed;
use crate::http::guard::{self, Guard};
use crate::http::listen::{self, Tls};
use crate::http::{Problem, loopback};
use crate::{accounts, audit, billing, catalog, exports, inbox, intake, outbox, portal, preferences, returns, worker};

/// The doors of every room. One that gets a new door adds its line here.
fn rooms() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(accounts::routes())
        .merge(audit::routes())
        .merge(preferences::routes())
        .merge(inbox::routes())
        .merge(returns::routes())
        .merge(exports::routes())
        .merge(catalog::routes())
        .merge(billing::routes())
        .merge(intake::routes())
        .merge(outbox::routes())
        .merge(worker::routes())
}

/// The OpenAPI 3.1 document of everything we serve, as JSON.
pub fn openapi() -> serde_json::Value {
    document::finished(&document::complete(with_health(rooms()).into_openapi()))
}

fn with_health(rooms: OpenApiRouter<App>) -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(document::begin()).merge(health::routes()).merge(rooms)
}

/// TLS as the settings say; `Err` is the line to show.
pub fn tls(settings: &Settings) -> Result<Option<Tls>, String> {
    match (&settings.tls_cert, &settings.tls_key) {
        (None, None) => Ok(None),
        (Some(certificate), Some(key)) => Tls::of(certificate.clone(), key.clone()).map(Some),
        (Some(_), None) => Err("TLS_CERT needs TLS_KEY: the file of its private key".to_owned()),
        (None, Some(_)) => Err("TLS_KEY needs TLS_CERT: the file of its certificate chain".to_owned()),
    }
}

/// The whole web, to be called in process or served.
pub fn router(app: App) -> Router {
    router_of(app, rooms())
}

/// The same with other rooms, or none.
pub fn router_of(app: App, rooms: OpenApiRouter<App>) -> Router {
    let (routes, document) = with_health(rooms).split_for_parts();
    let document = document::complete(document);
    let options = guard::Options {
        clock: app.clock.clone(),
        public_url: &app.config.public_url,
        is_https: app.config.is_https(),
        allowed_hosts: &app.config.allowed_hosts,
        trusted_proxies: app.config.trusted_proxies.clone(),
        quotas: quotas::TABLE,
        unkept: "/api/",
    };
    let guard = Guard::new(options, &document);
    let pages = routes
        .merge(docs(&document))
        .merge(portal::routes())
        .fallback(async || Problem::not_found())
        // After all routes: it is put into those that are there.
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .layer(middleware::from_fn_with_state(app.clone(), portal::as_pages));
    let at_home = loopback::is_plain_loopback(&app.config.public_url) && app.config.tls_cert.is_none();
    let pages =
        if at_home { pages.layer(middleware::from_fn_with_state(portal::COOKIES, loopback::run)) } else { pages };
    pages.layer(compressed()).layer(middleware::from_fn_with_state(guard, guard::run)).with_state(app)
}

/// `GET /openapi.json`, and `GET /docs`, a page to browse it with no need of another host.
fn docs(document: &OpenApi) -> Router<App> {
    let json: bytes::Bytes = serde_json::to_vec(&document::finished(document)).unwrap_or_default().into();
    let pages: Router<App> = SwaggerUi::new("/docs").config(Config::from("/openapi.json").validator_url("none")).into();
    let get_json = axum::routing::get(async move || ([(header::CONTENT_TYPE, "application/json")], json));
    pages.layer(middleware::map_response(with_policy)).route("/openapi.json", get_json)
}

/// Swagger UI styles itself from its script; nothing comes from, or goes to, another host.
async fn with_policy(mut response: Response) -> Response {
    if response.status() == StatusCode::NOT_FOUND {
        return Problem::not_found().into_response();
    }
    let policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}

/// Serves until `shutdown`; then says that it is not ready, serves on while a load balancer finds that out, takes no more
/// connections, lets requests end for some seconds, and returns.
pub async fn serve(
    app: App,
    listener: TcpListener,
    tls: Option<Tls>,
    shutdown: impl Future<Output = ()>,
) -> Result<()> {
    let router = router(app.clone());
    serve_router(app, router, listener, tls, shutdown).await
}

/// The same for a router made with [`router_of`].
pub async fn serve_router(
    app: App,
    router: Router,
    listener: TcpListener,
    tls: Option<Tls>,
    shutdown: impl Future<Output = ()>,
) -> Result<()> {
    let (leaving, live) = (app.leaving.clone(), app.live.clone());
    let shutdown = async move {
        shutdown.await;
        leaving.store(true, Ordering::Relaxed);
    };
    // Streams have no end of their own. Whoever comes again after this finds the door closed, and tries again.
    let closing = move || live.end();
    let options = listen::Options { trusted: app.config.trusted_proxies.clone(), tls };
    listen::serve(listener, router, app.clock.clone(), options, shutdown, closing).await
}
