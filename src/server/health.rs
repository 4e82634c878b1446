//! Health: is it alive, is it ready, how is it doing. No identity.

use std::sync::atomic::Ordering;

use axum::extract::Request;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use subtle::ConstantTimeEq;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::gauges;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::{Context, Fields, Json, Problems, Query, QueryInput};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(healthz)).routes(routes!(readyz)).routes(routes!(metrics))
}

/// A call that takes no parameters.
struct NoQuery;

impl QueryInput for NoQuery {
    fn read(_: &mut Fields) -> Self {
        Self
    }
}

#[derive(Serialize, ToSchema)]
struct Health {
    ok: bool,
}

/// The process is alive
#[utoipa::path(get, path = "/healthz", tag = "health", responses((status = 200, body = Health), Problems))]
async fn healthz(_: Query<NoQuery>) -> Json<Health> {
    Json(Health { ok: true })
}

/// The database answers, and the node is not about to stop
#[utoipa::path(get, path = "/readyz", tag = "health", responses((status = 200, body = Health), Problems))]
async fn readyz(app: App, _: Query<NoQuery>) -> Result<Json<Health>> {
    if app.leaving.load(Ordering::Relaxed) {
        return Err(Error::Unavailable("the node is about to end".into()));
    }
    app.db.ping().await.map(|()| Json(Health { ok: true }))
}

/// Metrics for Prometheus, for callers on this machine or with the token that is set for them
#[utoipa::path(get, path = "/metrics", tag = "health",
    responses((status = 200, body = String, content_type = "text/plain"), Problems))]
async fn metrics(app: App, _: Query<NoQuery>, request: Request) -> Result<Response> {
    let (parts, _) = request.into_parts();
    let token = app.config.metrics_token.as_ref();
    let bearer = parts.headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()?.strip_prefix("Bearer "));
    let known = token.zip(bearer).is_some_and(|(token, bearer)| is_token(token, bearer));
    // A proxy on this machine is no one on this machine.
    let relayed = ["x-forwarded-for", "forwarded", "via"].into_iter().any(|name| parts.headers.contains_key(name));
    if !known && (relayed || !Context::of(&parts)?.client.is_loopback()) {
        return Err(match token {
            Some(_) => Error::Unauthenticated,
            None => Error::forbidden("metrics_are_local", "Set METRICS_TOKEN to read metrics from elsewhere."),
        });
    }
    gauges::take(&app).await;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], app.metrics.render()).into_response())
}

fn is_token(token: &SecretString, bearer: &str) -> bool {
    let token = token.expose_secret().as_bytes();
    !token.is_empty() && bool::from(token.ct_eq(bearer.as_bytes()))
}
