//! `Idempotency-Key`: the same request with the same key has its effect once, and its answer is kept in the unit that
//! has the effect. A request that was refused leaves nothing, so that it can be made again.

mod answer;
mod key;
mod keyed;
mod store;

pub use key::{KeyHeader, OnceKey, require_key};
pub use store::expire;

use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use uuid::Uuid;

use super::input::{Body, Fields};
use super::problem::Problem;
use answer::{Answer, Outcome};
use ground::error::{Error, Result};
use key::Key;
use keyed::Keyed;
use units::{Db, Lane, Tx, Unit};

/// A POST's JSON body, and how its effect is had once.
#[derive(Debug)]
pub struct Once<T> {
    /// What was sent.
    pub body: T,
    /// The key, with what makes the same request known again.
    pub once: OnceKey,
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
        let lane = unit.lane();
        let once = Keyed { unit, principal, key: key.clone(), status };
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
        if let [Some(earlier)] = store::claim(tx, &[(principal, &key)])?.as_mut_slice() {
            return Ok(Some(std::mem::replace(earlier, Outcome::Taken)));
        }
        store::settle(tx, &[(principal, &key, status.as_u16(), &body)]).map(|()| None)
    };
    let earlier = db.write(lane, unit).await?;
    Ok(earlier.unwrap_or(Outcome::First(answer)))
}
