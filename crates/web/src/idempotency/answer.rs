//! What is answered to a key.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// An answer as it is kept.
#[derive(Debug)]
pub(super) struct Answer {
    pub status: StatusCode,
    pub body: String,
}

pub(super) enum Outcome {
    /// The first answer to this key.
    First(Answer),
    Kept(Answer),
    /// The key belongs to another request.
    Taken,
}

impl Answer {
    pub fn replay(self) -> Response {
        let mut response = self.into_response();
        response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
        response
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let refused = self.status.is_client_error();
        let media = if refused { "application/problem+json" } else { "application/json" };
        (self.status, [(header::CONTENT_TYPE, media)], self.body).into_response()
    }
}
