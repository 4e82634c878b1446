//! Pages of other origins may post by script where the source lists them (Fetch, CORS). It is no authentication: a lead from
//! elsewhere is taken all the same, its page is only not told.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::sender::by_key;
use crate::app::App;
use crate::http::Problem;

/// For so many seconds a browser asks no second time.
const MAX_AGE: &str = "7200";

/// Which origin the answer is for, where that is one of the source's.
#[derive(Debug, Default)]
pub(super) struct Cors {
    allowed: Option<HeaderValue>,
}

impl FromRequestParts<App> for Cors {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let mut origins = parts.headers.get_all(header::ORIGIN).iter();
        let (Some(origin), None) = (origins.next().cloned(), origins.next()) else { return Ok(Self::default()) };
        let Ok(Path(key)) = Path::<String>::from_request_parts(parts, app).await else { return Ok(Self::default()) };
        let key = key.split('&').next().unwrap_or_default().trim().to_owned();
        let Ok(source) = by_key(app, key).await else { return Ok(Self::default()) };
        let listed = source.cors_origins.each();
        let allowed = if listed.contains(&"*") {
            Some(HeaderValue::from_static("*"))
        } else {
            origin.to_str().ok().filter(|origin| listed.contains(origin)).map(|_| origin.clone())
        };
        Ok(Self { allowed })
    }
}

impl Cors {
    /// The answer, which the page's script may read where its origin is listed.
    pub fn allow(self, mut response: Response) -> Response {
        if let Some(origin) = self.allowed {
            let headers = response.headers_mut();
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.append(header::VARY, HeaderValue::from_static("Origin"));
            let exposed = HeaderValue::from_static("X-Request-Id, Retry-After, Idempotent-Replayed");
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
        }
        response
    }
}

/// Whether the browser may post. Who asks for anything else, or from elsewhere, gets what every method gets that there is none of.
pub(super) async fn preflight(cors: Cors, headers: HeaderMap) -> Response {
    if cors.allowed.is_none() || !headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
        return ([(header::ALLOW, "POST")], Problem::method_not_allowed()).into_response();
    }
    let answer = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "Content-Type, Idempotency-Key"),
        (header::ACCESS_CONTROL_MAX_AGE, MAX_AGE),
    ];
    cors.allow((StatusCode::NO_CONTENT, answer).into_response())
}
