//! A job as it is promised, and the right to work on one.

use ground::clock::Timestamp;
use units::{Json, Tx, text_enum};

use super::id::JobId;

/// With the pauses of `backoff`, they span more than a day.
pub(crate) const ATTEMPTS: i64 = 17;

text_enum! {
    /// Where a job is in its life.
    pub enum State {
        /// Promised; due at its time.
        Queued = "queued",
        /// Under somebody's lease.
        Running = "running",
        /// Through.
        Done = "done",
        /// Given up.
        Dead = "dead",
    }
}

/// Work to be done by whoever runs its `kind`.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// [`JobKind::KIND`](super::JobKind::KIND).
    pub kind: &'static str,
    /// What [`JobKind`](super::JobKind) is read from: a JSON object, of ids rather than of anybody's data.
    pub payload: Json,
    /// Not before.
    pub run_at: Timestamp,
    /// Asking twice for the same work is asking once: while a job of this kind and key is queued, a second one only
    /// brings it forward.
    pub dedup_key: Option<String>,
    /// How often it may be tried before it is dead, at least 1.
    pub max_attempts: i64,
}

impl NewJob {
    /// Work for now, tried 17 times over a good day.
    pub fn now(kind: &'static str, payload: &serde_json::Value, tx: &Tx) -> Self {
        Self { kind, payload: Json(payload.to_string()), run_at: tx.now(), dedup_key: None, max_attempts: ATTEMPTS }
    }

    /// The same, at most once in the queue under `key`.
    #[must_use]
    pub fn keyed(self, key: impl Into<String>) -> Self {
        Self { dedup_key: Some(key.into()), ..self }
    }
}

/// The right to finish one attempt of a job. Good until the lease is lost to somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    /// Whose attempt this is.
    pub job: JobId,
    /// Which attempt this is, from 1: the fencing token.
    pub attempts: i64,
}
