//! How an error is answered over HTTP, and how a moment looks in an OpenAPI document. It stands here since only the package
//! of a type may say so; what the answer is, the door says.

use std::sync::OnceLock;

use axum_core::response::{IntoResponse, Response};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::clock::Timestamp;
use crate::error::Error;

static ANSWER: OnceLock<fn(Error) -> Response> = OnceLock::new();

/// Says how errors are answered in this process: once, before the first request. The first word counts.
pub fn answer_errors_with(answer: fn(Error) -> Response) {
    ANSWER.get_or_init(|| answer);
}

impl IntoResponse for Error {
    /// Where nobody has said how: a 500 that tells nothing.
    fn into_response(self) -> Response {
        match ANSWER.get() {
            Some(answer) => answer(self),
            None => http::StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

impl PartialSchema for Timestamp {
    fn schema() -> RefOr<Schema> {
        let moment = ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::String))
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("RFC 3339, UTC, `Z`, six digits of fraction"))
            .build();
        RefOr::T(Schema::Object(moment))
    }
}

impl ToSchema for Timestamp {}
