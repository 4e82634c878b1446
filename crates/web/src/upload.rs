//! A form of our own page with a file in it.

use axum::extract::{FromRef, FromRequest, Request};
use axum::http::header;
use bytes::Bytes;

use super::csrf::{self, FormTokens};
use super::form::Given;
use super::input::{multipart_file, read_body};
use super::problem::Problem;

/// A form post of our own page, from this site and with its token, as `multipart/form-data`.
#[derive(Debug)]
pub struct Upload {
    /// The bytes of its first file; empty where none was chosen.
    pub file: Bytes,
    /// The other fields, as they were sent.
    pub given: Given,
}

impl<S: Send + Sync> FromRequest<S> for Upload
where
    FormTokens: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        csrf::not_foreign(&parts.method, &parts.headers)?;
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !kind.to_ascii_lowercase().starts_with("multipart/form-data") {
            return Err(Problem::unsupported("Send the form as multipart/form-data."));
        }
        let bytes = read_body(&parts.headers, body).await?;
        let read = multipart_file(bytes, kind).await;
        let (pairs, file) = read.ok_or_else(|| Problem::bad_request("malformed_form", "The form has no parts."))?;
        let (given, token) = Given::with_token(pairs);
        FormTokens::from_ref(state).proof(&parts.headers, token.as_deref()).check()?;
        Ok(Self { file, given })
    }
}
