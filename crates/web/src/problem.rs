//! What the API says when it refuses: RFC 9457 documents. A handler returns an `Error` or a `Problem`; the guard, which
//! knows the request id, turns it into bytes. The portal renders the same `Problem` as a page.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};

use ground::error::{At, Error, Invalid};

/// The media type of a document.
const KIND: &str = "application/problem+json";
/// RFC 9457 `type` of every 429 (the IETF's draft of the rate limit headers).
const QUOTA_EXCEEDED: &str = "https://iana.org/assignments/http-problem-types#quota-exceeded";
/// More findings than this are not listed: an answer stays small however hostile the request.
const MAX_ERRORS: usize = 50;
/// Seconds after which a dependency that is down is worth another try.
const RETRY_UNAVAILABLE: u32 = 5;

/// Codes that say what is wrong with one field; with only these the document's own code is `invalid_parameter` or
/// `invalid_field`. Any other code of a finding is also the document's.
const PLAIN: &[&str] = &[
    "control_character",
    "duplicate_field",
    "duplicate_parameter",
    "empty",
    "invalid_choice",
    "invalid_date",
    "invalid_email",
    "invalid_encoding",
    "invalid_time",
    "invalid_uuid",
    "nul_character",
    "out_of_range",
    "required",
    "too_deep",
    "too_large",
    "too_long",
    "too_many",
    "too_short",
    "unknown_field",
    "unknown_parameter",
    "wrong_type",
];

/// A refusal, before the request id is known.
#[derive(Debug)]
pub struct Problem {
    /// The status of the answer.
    pub status: StatusCode,
    /// Stable, for machines.
    pub code: &'static str,
    /// For people.
    pub detail: Cow<'static, str>,
    /// What is wrong with which field.
    pub errors: Vec<Invalid>,
    /// The state that stands in the way, for a conflict that has one.
    pub lead_status: Option<&'static str>,
    /// Seconds, for 429 and 503.
    pub retry_after: Option<u32>,
    /// What went wrong on our side: for the log, never for the client.
    pub cause: Option<String>,
}

/// A problem on its way to the guard, as an extension of an answer without a body.
#[derive(Debug, Clone)]
pub struct Pending(pub Arc<Problem>);

impl Problem {
    /// Of this status and stable code; `detail` is for people.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        let detail = detail.into();
        Self { status, code, detail, errors: Vec::new(), lead_status: None, retry_after: None, cause: None }
    }

    /// 400: the request itself is wrong, before any field of it is looked at.
    pub fn bad_request(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// 413.
    pub fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "The body may have 2 MiB at most.")
    }

    /// 415; `detail` says what would be right.
    pub fn unsupported(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail)
    }

    fn of_invalid(mut errors: Vec<Invalid>) -> Self {
        if let [Invalid { at: At::Parameter(_), code: code @ ("malformed_json" | "malformed_form"), detail }] =
            errors.as_slice()
        {
            return Self::bad_request(code, detail.clone());
        }
        let in_request = errors.iter().any(|e| matches!(e.at, At::Parameter(_)));
        let (status, plain) = if in_request {
            (StatusCode::BAD_REQUEST, "invalid_parameter")
        } else {
            (StatusCode::UNPROCESSABLE_ENTITY, "invalid_field")
        };
        let special = errors.iter().find(|e| !PLAIN.contains(&e.code));
        let code = special.map_or(plain, |e| e.code);
        let detail = match (special, errors.as_slice()) {
            (Some(e), _) | (None, [e]) => e.detail.clone(),
            (None, all) => format!("{} things are wrong with this request; see errors.", all.len()).into(),
        };
        errors.truncate(MAX_ERRORS);
        Self { errors, ..Self::new(status, code, detail) }
    }

    fn unavailable(cause: String) -> Self {
        let detail = "Something this needs is not available at the moment; try again later.";
        Self {
            retry_after: Some(RETRY_UNAVAILABLE),
            cause: Some(cause),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail)
        }
    }

    /// A defect of ours. `cause` goes to the log.
    pub fn internal(cause: String) -> Self {
        let detail = "This is our fault. The request id names it in our log.";
        Self { cause: Some(cause), ..Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", detail) }
    }

    /// The document's bytes. `policy`: the rate limit that was exceeded, where it was one.
    pub fn document(&self, request_id: &str, policy: Option<&str>) -> Vec<u8> {
        let too_many = self.status == StatusCode::TOO_MANY_REQUESTS;
        let document = Document {
            kind: if too_many { QUOTA_EXCEEDED } else { "about:blank" },
            title: if too_many { "Quota exceeded" } else { title(self.status) },
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code,
            request_id,
            errors: self.errors.iter().map(Finding::of).collect(),
            lead_status: self.lead_status,
            violated_policies: too_many.then(|| vec![policy.unwrap_or(self.code)]),
        };
        serde_json::to_vec(&document).unwrap_or_default()
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Unauthenticated => Self::new(
                StatusCode::UNAUTHORIZED,
                "unauthenticated",
                "Send a token that is valid: Authorization: Bearer lh_…",
            ),
            Error::Forbidden { code, detail } => Self::new(StatusCode::FORBIDDEN, code, detail),
            // The noun stays out: what is not there and what is not yours must look the same.
            Error::NotFound(_) => Self::not_found(),
            Error::Conflict { code, detail, state } => {
                Self { lead_status: state, ..Self::new(StatusCode::CONFLICT, code, detail) }
            }
            Error::Invalid(errors) => Self::of_invalid(errors),
            Error::TooMany { code, detail, retry_after } => {
                let seconds = u32::try_from(retry_after).unwrap_or(u32::MAX).max(1);
                Self { retry_after: Some(seconds), ..Self::new(StatusCode::TOO_MANY_REQUESTS, code, detail) }
            }
            Error::Gone(noun) => Self::new(StatusCode::GONE, "gone", format!("This {noun} has ended.")),
            Error::Unavailable(cause) => Self::unavailable(cause.into_owned()),
            Error::Raced => Self::unavailable("a unit of work was raced too often".to_owned()),
            Error::Internal(source) => Self::internal(chain(source.as_ref())),
        }
    }
}

impl Problem {
    /// 404, the only one there is.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "There is nothing here, or it is not yours.")
    }

    /// 405; the router adds `Allow`.
    pub fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "This method is not allowed here; see Allow.")
    }
}

/// The status in the words of RFC 9110, which are newer than those of the `http` crate for some.
pub fn title(status: StatusCode) -> &'static str {
    match status.as_u16() {
        413 => "Content Too Large",
        416 => "Range Not Satisfiable",
        422 => "Unprocessable Content",
        _ => status.canonical_reason().unwrap_or("Error"),
    }
}

/// The error and what caused it, in one line.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut line = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        line.push_str(": ");
        line.push_str(&source.to_string());
        next = source.source();
    }
    line
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(KIND));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"leadhouse\""));
        }
        response.extensions_mut().insert(Pending(Arc::new(self)));
        response
    }
}

/// A problem document (RFC 9457).
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
struct Document<'a> {
    /// A URI for the kind of problem; `about:blank`: the status says all there is
    #[serde(rename = "type")]
    kind: &'a str,
    title: &'a str,
    status: u16,
    /// For people: what is wrong in this case
    detail: &'a str,
    /// For programs: it does not change
    code: &'a str,
    /// Also in the header X-Request-Id and in our log
    request_id: &'a str,
    /// What is wrong with the input, one by one
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<Finding<'a>>,
    /// The lead's status now, if a conflict is about a lead
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    lead_status: Option<&'a str>,
    /// The names of the quotas that were exceeded
    #[serde(rename = "violated-policies", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    violated_policies: Option<Vec<&'a str>>,
}

/// One thing that is wrong with the input.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ProblemFinding)]
struct Finding<'a> {
    /// A JSON pointer into the body: `#/rejection_reason`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pointer: Option<&'a str>,
    /// A parameter of the path or the query: `page`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    parameter: Option<&'a str>,
    code: &'a str,
    detail: &'a str,
}

impl<'a> Finding<'a> {
    fn of(invalid: &'a Invalid) -> Self {
        let (pointer, parameter) = match &invalid.at {
            At::Pointer(pointer) => (Some(pointer.as_ref()), None),
            At::Parameter(name) => (None, Some(name.as_ref())),
        };
        Self { pointer, parameter, code: invalid.code, detail: &invalid.detail }
    }
}

/// Every refusal a call may answer with, for `#[utoipa::path(responses(…, Problems))]`.
pub struct Problems;

const REFUSALS: &[(&str, &str)] = &[
    ("400", "Something in path, query or headers is wrong, or the body does not parse"),
    ("401", "No valid identity"),
    ("403", "This identity may not"),
    ("404", "Not there, or not yours"),
    ("409", "The state of things does not allow it"),
    ("410", "It existed, and has ended"),
    ("413", "The body is too large"),
    ("415", "The body's media type is not supported"),
    ("421", "This host is not served here"),
    ("422", "The body parses and is not valid"),
    ("429", "Too many requests; see Retry-After"),
    ("503", "Something that is needed is not available; see Retry-After"),
];

impl utoipa::IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::response::Response>> {
        let refusal = |&(status, description): &(&str, &str)| {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
            let response =
                ResponseBuilder::new().description(description).content("application/problem+json", content).build();
            (status.to_owned(), RefOr::T(response))
        };
        REFUSALS.iter().map(refusal).collect()
    }
}

/// The schemas that `Problems` refers to, for the document's components.
pub fn schemas() -> Vec<(String, RefOr<utoipa::openapi::schema::Schema>)> {
    use utoipa::{PartialSchema, ToSchema};
    let mut all = vec![(Document::name().into_owned(), Document::schema())];
    Document::schemas(&mut all);
    all
}

/// Whether the document is still to be written: the portal has made no page of it.
pub(super) fn is_bare(response: &Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == KIND)
}

/// Writes the document into the answer that carried the problem.
pub(super) fn render(
    response: &mut Response,
    problem: &Problem,
    request_id: &str,
    policy: Option<&str>,
    is_head: bool,
) {
    let document = problem.document(request_id, policy);
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(document.len()));
    *response.body_mut() = if is_head { axum::body::Body::empty() } else { document.into() };
}
