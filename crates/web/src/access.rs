//! The access log and the request metrics. A line names the route, not the path: paths hold sources' keys, queries hold
//! what people search for.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{Method, StatusCode};
use metrics::{counter, gauge, histogram};

use super::context::Context;

/// A request that is under way. Dropped without [`Entry::finish`], it is one whose client hung up.
pub(super) struct Entry {
    start: Instant,
    method: &'static str,
    route: Option<MatchedPath>,
    context: Arc<Context>,
    status: Option<StatusCode>,
}

impl Entry {
    pub fn new(request: &Request, context: Arc<Context>) -> Self {
        gauge!("leadhouse_http_requests_in_flight").increment(1.0);
        let route = request.extensions().get::<MatchedPath>().cloned();
        Self { start: Instant::now(), method: name(request.method()), route, context, status: None }
    }

    pub fn finish(mut self, status: StatusCode) {
        self.status = Some(status);
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let route = self.route.as_ref().map_or("-", MatchedPath::as_str);
        let took = self.start.elapsed();
        let status = self.status.map_or(0, |status| status.as_u16());
        gauge!("leadhouse_http_requests_in_flight").decrement(1.0);
        let labels = [
            ("method", self.method.to_owned()),
            ("route", route.to_owned()),
            ("status", if status == 0 { "hung up".to_owned() } else { status.to_string() }),
        ];
        counter!("leadhouse_http_requests_total", &labels).increment(1);
        histogram!("leadhouse_http_request_seconds", "method" => self.method, "route" => route.to_owned()).record(took);
        tracing::info!(
            target: "access",
            request_id = %self.context.request_id,
            client = %self.context.client,
            method = self.method,
            route,
            status,
            micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        );
    }
}

/// Methods we know; all others are one label, whatever a client makes up.
fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
