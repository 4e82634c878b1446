//! `Idempotency-Key`: the same request with the same key has its effect once, and its answer is kept in the unit that
//! has the effect. A request that was refused leaves nothing, so that it can be made again.

mod key;

pub use key::{KeyHeader, OnceKey, require_key};

use std::time::Duration;

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use uuid::Uuid;

use super::input::{Body, Fields};
use super::problem::Problem;
use ground::error::{Error, Result};
use key::Key;
use units::params;
use units::{Db, Lane, Tx, Unit};

/// How long an answer is kept.
const LIFE: Duration = Duration::from_hours(24);
/// Rows that one run of [`expire`] takes.
const EXPIRE_AT_ONCE: i64 = 5_000;

/// A POST's JSON body, and how its effect is had once.
#[derive(Debug)]
pub struct Once<T> {
    /// What was sent.
    pub body: T,
    /// The key, with what makes the same request known again.
    pub once: OnceKey,
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

impl OnceKey {
    /// Runs `unit` and answers `status` with what it returns as JSON; or, with a key that was used before, answers as
    /// then. `principal`: whose keys these are. 404 and 409 are kept too.
    pub async fn run<R: Serialize + Send + 'static>(
        self,
        db: &Db,
        principal: Uuid,
        status: StatusCode,
        unit: impl Unit<R>,
    ) -> Result<Response> {
        let unit = unit.then(|_, made| to_json(&made).map(|body| (body, None)));
        self.answer(db, principal, status, unit).await
    }

    /// The same for an answer that holds a secret: `unit` returns what is answered, and what is kept for the next time.
    pub async fn run_keeping<R: Serialize + Send + 'static>(
        self,
        db: &Db,
        principal: Uuid,
        status: StatusCode,
        unit: impl Unit<(R, R)>,
    ) -> Result<Response> {
        let unit = unit.then(|_, (shown, kept)| Ok((to_json(&shown)?, Some(to_json(&kept)?))));
        self.answer(db, principal, status, unit).await
    }

    /// `unit` makes the body, and the one to keep where that is another.
    async fn answer(
        self,
        db: &Db,
        principal: Uuid,
        status: StatusCode,
        unit: impl Unit<(String, Option<String>)>,
    ) -> Result<Response> {
        let Some(key) = self.key else {
            let (body, _) = db.run(unit).await?;
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
        let outcome = match db.run(once).await {
            Err(refusal @ (Error::NotFound(_) | Error::Conflict { .. })) => {
                // Nothing was changed, so the answer alone is kept, in a unit of its own.
                let problem = Problem::from(refusal);
                let body = String::from_utf8(problem.document(&self.request_id, None)).map_err(Error::internal)?;
                keep(db, principal, lane, key, Answer { status: problem.status, body }).await?
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

async fn keep(db: &Db, principal: Uuid, lane: Lane, key: Key, answer: Answer) -> Result<Outcome> {
    let (status, body) = (answer.status, answer.body.clone());
    let unit = move |tx: &mut Tx| {
        if let Some(earlier) = claim(tx, principal, &key)? {
            return Ok(Some(earlier));
        }
        settle(tx, principal, &key, status, &body).map(|()| None)
    };
    let earlier = db.write(lane, unit).await?;
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
