//! Bodies: read whole within a size and a rate, then looked at strictly.

use std::time::Duration;

use axum::body::Body as AxumBody;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use tokio::time::{Instant, timeout_at};

use super::Body;
use super::fields::Fields;
use crate::idempotency::KeyHeader;
use crate::json::{self, Value};
use crate::problem::Problem;

/// The most a body may have, in bytes.
pub const MAX_BODY: usize = 2 * 1024 * 1024;
/// A sender has this much time in hand, and gets a second back for every `RATE` bytes, never more in hand than that,
/// and `LONGEST` for all. So a phone far out in the country gets through with its form, pauses and all; who sends a
/// byte a second does not, nor who sends a lot and then nothing. docs/decisions/0017.
const PATIENCE: Duration = Duration::from_secs(8);
const RATE: u32 = 1024;
const LONGEST: Duration = Duration::from_mins(1);

/// A JSON body that changes something (PATCH); as an answer, any JSON.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

/// The body of a call that needs none: nothing, or `{}`.
#[derive(Debug, Clone, Copy)]
pub struct NoBody;

impl Body for NoBody {
    const OPTIONAL: bool = true;

    fn read(_: &mut Fields) -> Self {
        Self
    }
}

/// A body as it came, for senders whose format decides how to read it.
#[derive(Debug)]
pub struct RawBody {
    /// What the sender calls it.
    pub content_type: ContentType,
    /// As they came.
    pub bytes: Bytes,
    /// The request's Idempotency-Key, if any.
    pub once: KeyHeader,
    /// All headers, for senders who prove themselves by one.
    pub headers: HeaderMap,
}

/// What a sender says of its body.
#[derive(Debug, Clone, Default)]
pub struct ContentType {
    /// The media type in lower case; empty where none was sent.
    pub media: String,
    /// The charset that the sender names.
    pub charset: Option<String>,
    /// The whole header.
    pub sent: String,
}

impl ContentType {
    /// `Err` (415) where there are several.
    fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let mut values = headers.get_all(header::CONTENT_TYPE).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            let some = headers.contains_key(header::CONTENT_TYPE);
            return if some { Err(Problem::unsupported("Send one Content-Type.")) } else { Ok(Self::default()) };
        };
        Ok(Self::parse(value.to_str().unwrap_or_default()))
    }

    /// What such a header says.
    pub fn parse(sent: &str) -> Self {
        let sent = sent.to_owned();
        let mut parts = sent.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default().to_ascii_lowercase();
        let charset = parts.filter_map(|parameter| parameter.split_once('=')).find_map(|(name, value)| {
            let label = value.trim().trim_matches(['"', '\'']);
            name.trim().eq_ignore_ascii_case("charset").then(|| label.to_owned())
        });
        Self { media, charset, sent }
    }

    /// What of it is needed to read the body again.
    pub fn kept(&self) -> &str {
        let is_utf8 = self.charset.as_ref().is_none_or(|label| label.eq_ignore_ascii_case("utf-8"));
        if is_utf8 && !self.media.starts_with("multipart/") { &self.media } else { &self.sent }
    }
}

impl<S: Send + Sync, T: Body> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let bytes = read_body(&parts.headers, body).await?;
        let value = json_value(&parts.headers, &bytes, T::OPTIONAL)?;
        let mut fields = Fields::of_patch(value)?;
        let body = T::read(&mut fields);
        fields.finish()?;
        Ok(Self(body))
    }
}

impl<T: serde::Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => json_response(StatusCode::OK, body),
            Err(e) => Problem::internal(format!("an answer that is no JSON: {e}")).into_response(),
        }
    }
}

/// An answer of bytes that are JSON already.
pub(crate) fn json_response(status: StatusCode, body: impl Into<AxumBody>) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.into()).into_response()
}

impl<S: Send + Sync> FromRequest<S> for RawBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let once = KeyHeader::of(&parts)?;
        let bytes = read_body(&parts.headers, body).await?;
        let content_type = ContentType::of(&parts.headers)?;
        Ok(Self { content_type, bytes, once, headers: parts.headers })
    }
}

/// Reads a body to its end: 415 for an encoding, 413 past `MAX_BODY`, 408 where it comes too slowly.
pub async fn read_body(headers: &HeaderMap, mut body: AxumBody) -> Result<Bytes, Problem> {
    let encodings = headers.get_all(header::CONTENT_ENCODING);
    if encodings.iter().any(|e| !e.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(Problem::unsupported("Send the body without a Content-Encoding."));
    }
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > MAX_BODY) {
        return Err(Problem::too_large());
    }
    let mut pace = Pace::start();
    let mut whole = BytesMut::new();
    loop {
        let frame = timeout_at(pace.until(), body.frame()).await.map_err(|_| too_slow())?;
        let Some(frame) = frame else { return Ok(whole.freeze()) };
        let frame = frame.map_err(|_| Problem::bad_request("incomplete_body", "The body broke off."))?;
        // Trailers say nothing to us.
        let Ok(data) = frame.into_data() else { continue };
        if whole.len() + data.len() > MAX_BODY {
            return Err(Problem::too_large());
        }
        whole.extend_from_slice(&data);
        pace.came(data.len(), Instant::now());
    }
}

/// Until when the next bytes have to come.
struct Pace {
    next: Instant,
    end: Instant,
}

impl Pace {
    fn start() -> Self {
        let now = Instant::now();
        Self { next: now + PATIENCE, end: now + LONGEST }
    }

    fn until(&self) -> Instant {
        self.next.min(self.end)
    }

    fn came(&mut self, bytes: usize, now: Instant) {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        self.next = (self.next + Duration::from_secs(1) * bytes / RATE).min(now + PATIENCE);
    }
}

fn too_slow() -> Problem {
    Problem::new(StatusCode::REQUEST_TIMEOUT, "body_too_slow", "The body came too slowly.")
}

/// The body as JSON, after its Content-Type was found right.
pub(crate) fn json_value(headers: &HeaderMap, bytes: &Bytes, optional: bool) -> Result<Value, Problem> {
    // Calls that need no body take an empty object however it is labelled: proxies and clients add what they like.
    let nothing = bytes.iter().filter(|b| !b.is_ascii_whitespace()).take(3);
    if optional && matches!(nothing.copied().collect::<Vec<u8>>().as_slice(), [] | [b'{', b'}']) {
        return Ok(Value::Object(Vec::new()));
    }
    if media_type(headers)?.as_deref() != Some("application/json") {
        return Err(Problem::unsupported("Send the body as application/json."));
    }
    if bytes.is_empty() {
        return Err(Problem::bad_request("malformed_json", "The body is empty; send a JSON object."));
    }
    json::parse(bytes).map_err(|refused| ground::error::Error::from(refused).into())
}

/// The media type in lower case, without parameters; a charset other than UTF-8, and more than one header, are refused.
fn media_type(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let ContentType { media, charset, .. } = ContentType::of(headers)?;
    if charset.is_some_and(|label| !label.eq_ignore_ascii_case("utf-8")) {
        return Err(Problem::unsupported("Send text in UTF-8."));
    }
    Ok(headers.contains_key(header::CONTENT_TYPE).then_some(media))
}

#[cfg(test)]
mod tests {
    use super::{Duration, LONGEST, Pace};

    /// How many seconds a sender is listened to that sends so many bytes every so many milliseconds.
    fn seconds(bytes: usize, every: u64) -> u64 {
        let mut pace = Pace::start();
        let start = pace.end - LONGEST;
        let mut now = start + Duration::from_millis(every);
        while now < pace.until() {
            pace.came(bytes, now);
            now += Duration::from_millis(every);
        }
        (pace.until() - start).as_secs()
    }

    #[test]
    fn who_sends_a_kilobyte_a_second_is_listened_to_and_who_drips_is_not() {
        assert_eq!(seconds(1, 1_000), 8, "a byte a second");
        assert_eq!(seconds(20, 100), 9, "200 bytes a second");
        assert_eq!(seconds(1_100, 1_000), 60, "a phone with next to no network");
        assert_eq!(seconds(9 * 1024, 7_000), 60, "and one that passes through tunnels");
        assert_eq!(seconds(2 << 20, 9_000), 8, "a lot, but too late");
        let mut pace = Pace::start();
        let now = pace.next - super::PATIENCE;
        pace.came(2 << 20, now);
        assert_eq!(pace.until() - now, super::PATIENCE, "a lot at once is no right to keep it for long");
    }
}
