//! `Idempotency-Key`: the same request with the same key has its effect once, and its answer is kept in the unit that has
//! the effect. A request that was refused leaves nothing, so that it can be made again.

use std::time::Duration;

use axum::extract::{FromRequest, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::guard::Context;
use super::input::{Body, Fields};
use super::json::Value;
use super::problem::Problem;
use crate::app::App;
use crate::db::{Lane, Tx, Unit};
use crate::error::{Error, Result};
use crate::params;

/// How long an answer is kept.
const LIFE: Duration = Duration::from_hours(24);
const MAX_KEY: usize = 255;
/// Rows that one run of [`expire`] takes.
const EXPIRE_AT_ONCE: i64 = 5_000;

/// A POST's JSON body, and how its effect is had once.
#[derive(Debug)]
pub struct Once<T> {
    pub body: T,
    pub once: OnceKey,
}

/// How a request has its effect once: by its key, where it has one.
#[derive(Debug)]
pub struct OnceKey {
    key: Option<Key>,
    request_id: String,
}

#[derive(Debug, Clone)]
struct Key {
    /// As it was sent.
    text: String,
    /// SHA-256 of the text, which may speak of a person: only this is kept.
    digest: String,
    /// SHA-256 of method, path and body.
    fingerprint: [u8; 32],
}

/// A request's key before its body was read.
#[derive(Debug)]
pub struct KeyHeader {
    text: Option<String>,
    call: String,
    request_id: String,
}

/// An answer as it is kept.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    body: String,
}

enum Outcome {
    /// The first answer to this key.
    First(Answer),
    Kept(Answer),
    /// The key belongs to another request.
    Taken,
}

impl<S: Send + Sync, T: Body> FromRequest<S> for Once<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let header = KeyHeader::of(&parts)?;
        let bytes = super::input::read_body(&parts.headers, body).await?;
        let value = super::input::json_value(&parts.headers, &bytes, T::OPTIONAL)?;
        let once = header.with_json(&value);
        let mut fields = Fields::of_body(value)?;
        let body = T::read(&mut fields);
        fields.finish()?;
        Ok(Self { body, once })
    }
}

impl KeyHeader {
    /// `Err` (400) where there are several, or one that is none.
    pub fn of(parts: &Parts) -> Result<Self, Problem> {
        let mut values = parts.headers.get_all("idempotency-key").iter();
        let text = match (values.next(), values.next()) {
            (None, _) => None,
            (Some(value), None) => Some(read_key(value)?),
            _ => return Err(wrong_key("Send one Idempotency-Key.")),
        };
        let call = format!("{} {}\n", parts.method, parts.uri.path());
        Ok(Self { text, call, request_id: Context::of(parts)?.request_id.clone() })
    }

    /// The same for bodies that differ in white space and in the order of their keys only.
    pub fn with_json(self, body: &Value) -> OnceKey {
        let canonical = if self.text.is_some() { body.to_canonical() } else { String::new() };
        self.with_bytes(canonical.as_bytes())
    }

    pub fn with_bytes(self, body: &[u8]) -> OnceKey {
        let key = self.text.map(|text| {
            let fingerprint = Sha256::new().chain_update(self.call).chain_update(body).finalize().into();
            let digest = format!("sha256:{}", crate::text::hex(&Sha256::digest(&text)));
            Key { text, digest, fingerprint }
        });
        OnceKey { key, request_id: self.request_id }
    }
}

fn wrong_key(detail: &'static str) -> Problem {
    Problem::bad_request("invalid_idempotency_key", detail)
}

/// A structured-field string (`"…"`), or the same bare.
fn read_key(value: &HeaderValue) -> Result<String, Problem> {
    let printable = value.to_str().ok().filter(|text| text.bytes().all(|b| (0x20..=0x7e).contains(&b)));
    let text = printable.ok_or_else(|| wrong_key("An Idempotency-Key is printable ASCII."))?.trim();
    let text = match text.strip_prefix('"') {
        Some(rest) => unquote(rest).ok_or_else(|| wrong_key("This Idempotency-Key is not quoted well."))?,
        None => text.to_owned(),
    };
    if text.is_empty() || text.len() > MAX_KEY {
        return Err(wrong_key("An Idempotency-Key has 1 to 255 characters."));
    }
    Ok(text)
}

fn unquote(rest: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = rest.chars();
    loop {
        match chars.next()? {
            '"' => return chars.next().is_none().then_some(out),
            '\\' => out.push(chars.next().filter(|c| matches!(c, '"' | '\\'))?),
            c => out.push(c),
        }
    }
}

/// For calls where a second effect would cost money: 400 without a key.
pub fn require_key(once: &OnceKey) -> Result<()> {
    if once.key.is_some() {
        return Ok(());
    }
    let detail = "This call moves money: send an Idempotency-Key, so that it can safely be made again.";
    Err(Error::parameter("Idempotency-Key", "idempotency_key_required", detail))
}

impl OnceKey {
    /// Runs `unit` and answers `status` with what it returns as JSON; or, with a key that was used before, answers as then.
    /// `principal`: whose keys these are. 404 and 409 are kept too.
    pub async fn run<R: Serialize + Send + 'static>(
        self,
        app: &App,
        principal: Uuid,
        status: StatusCode,
        unit: impl Unit<R>,
    ) -> Result<Response> {
        let unit = unit.then(|_, made| to_json(&made).map(|body| (body, None)));
        self.answer(app, principal, status, unit).await
    }

    /// The same for an answer that holds a secret: `unit` returns what is answered, and what is kept for the next time.
    pub async fn run_keeping<R: Serialize + Send + 'static>(
        self,
        app: &App,
        principal: Uuid,
        status: StatusCode,
        unit: impl Unit<(R, R)>,
    ) -> Result<Response> {
        let unit = unit.then(|_, (shown, kept)| Ok((to_json(&shown)?, Some(to_json(&kept)?))));
        self.answer(app, principal, status, unit).await
    }

    /// `unit` makes the body, and the one to keep where that is another.
    async fn answer(
        self,
        app: &App,
        principal: Uuid,
        status: StatusCode,
        unit: impl Unit<(String, Option<String>)>,
    ) -> Result<Response> {
        let Some(key) = self.key else {
            let (body, _) = app.db.run(unit).await?;
            return Ok(Answer { status, body }.into_response());
        };
        let (claimed, lane) = (key.clone(), unit.lane());
        // The key is claimed before anything is done: the unit can't be gone on from, it is a part of this one.
        let once = lane.unit(move |tx| {
            if let Some(earlier) = claim(tx, principal, &claimed)? {
                return Ok(earlier);
            }
            let (body, kept) = unit.run(tx)?;
            settle(tx, principal, &claimed, status, kept.as_ref().unwrap_or(&body))?;
            Ok(Outcome::First(Answer { status, body }))
        });
        let outcome = match app.db.run(once).await {
            Err(refusal @ (Error::NotFound(_) | Error::Conflict { .. })) => {
                // Nothing was changed, so the answer alone is kept, in a unit of its own.
                let problem = Problem::from(refusal);
                let body = String::from_utf8(problem.document(&self.request_id, None)).map_err(Error::internal)?;
                keep(app, principal, lane, key, Answer { status: problem.status, body }).await?
            }
            outcome => outcome?,
        };
        Ok(match outcome {
            Outcome::First(answer) => answer.into_response(),
            Outcome::Kept(answer) => answer.replay(),
            Outcome::Taken => reused().into_response(),
        })
    }
}

fn reused() -> Problem {
    let detail = "This Idempotency-Key was used for another request. Use a new key for a new request.";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail)
}

fn to_json<R: Serialize>(made: &R) -> Result<String> {
    serde_json::to_string(made).map_err(Error::internal)
}

async fn keep(app: &App, principal: Uuid, lane: Lane, key: Key, answer: Answer) -> Result<Outcome> {
    let (status, body) = (answer.status, answer.body.clone());
    let unit = move |tx: &mut Tx| {
        if let Some(earlier) = claim(tx, principal, &key)? {
            return Ok(Some(earlier));
        }
        settle(tx, principal, &key, status, &body).map(|()| None)
    };
    let earlier = app.db.write(lane, unit).await?;
    Ok(earlier.unwrap_or(Outcome::First(answer)))
}

/// Takes the key for this unit, or says what it was used for. A second unit with the same key waits here for the first.
fn claim(tx: &mut Tx, principal: Uuid, key: &Key) -> Result<Option<Outcome>> {
    let (now, end) = (tx.now(), tx.now().plus(LIFE));
    let taken = tx.execute(
        "INSERT INTO idempotency_keys (principal_id, key, fingerprint, status, body, created_at, expires_at)
         SELECT $1, $2, $3, 0, '', $4, $5
          WHERE NOT EXISTS (SELECT 1 FROM idempotency_keys WHERE principal_id = $1 AND key = $6 AND expires_at > $4)
         ON CONFLICT (principal_id, key) DO UPDATE
           SET fingerprint = excluded.fingerprint, status = 0, body = '',
               created_at = excluded.created_at, expires_at = excluded.expires_at
         WHERE idempotency_keys.expires_at <= excluded.created_at",
        params![principal, key.digest, key.fingerprint, now, end, key.text],
    )?;
    if taken == 1 {
        return Ok(None);
    }
    // Those of a program that kept them as they were sent are good for their day too.
    let row: Option<(Vec<u8>, u16, String)> = tx.optional(
        "SELECT fingerprint, status, body FROM idempotency_keys
          WHERE principal_id = $1 AND key IN ($2, $3) AND expires_at > $4",
        params![principal, key.digest, key.text, now],
    )?;
    // Expired and swept between the two statements: once more.
    let (fingerprint, status, body) = row.ok_or(Error::Raced)?;
    if fingerprint != key.fingerprint {
        return Ok(Some(Outcome::Taken));
    }
    let status = StatusCode::from_u16(status).map_err(Error::internal)?;
    Ok(Some(Outcome::Kept(Answer { status, body })))
}

fn settle(tx: &mut Tx, principal: Uuid, key: &Key, status: StatusCode, body: &str) -> Result<()> {
    tx.execute(
        "UPDATE idempotency_keys SET status = $3, body = $4 WHERE principal_id = $1 AND key = $2",
        params![principal, key.digest, status.as_u16(), body],
    )?;
    Ok(())
}

/// Drops answers that were kept long enough, some thousands at a time; says how many. For a schedule.
pub fn expire(tx: &mut Tx) -> Result<u64> {
    tx.execute(
        "DELETE FROM idempotency_keys WHERE (principal_id, key) IN
           (SELECT principal_id, key FROM idempotency_keys WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
        params![tx.now(), EXPIRE_AT_ONCE],
    )
}

impl Answer {
    fn replay(self) -> Response {
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
