//! Attempts at work, each in a task of its own: one that panics or hangs leaves the others alone.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use ground::error::{Error, Result};
use tokio::sync::oneshot;
use tokio::task::{JoinError, JoinHandle, JoinSet};
use tokio::time::timeout;

use super::{Job, Ticket};
use crate::id::JobId;

/// Under this name the lines of the worker stand in the log.
pub const LOG: &str = "leadhouse::queue::runner";
/// More than this of an error's text helps nobody.
const ERROR_CHARS: usize = 1_000;

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Done,
    Failed(String),
    /// Told to stop before it was through.
    Released,
    /// The lease is somebody else's: nothing to say any more.
    Lost,
}

/// An attempt that ended, and is to be settled.
#[derive(Debug, Clone)]
pub struct Ended {
    pub job: Job,
    pub outcome: Outcome,
    /// How often its end could not be written.
    pub tries: u32,
}

/// What a job's function does.
pub type Work = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// Those that are at work.
#[derive(Default)]
pub struct Attempts {
    tasks: JoinSet<Ended>,
    /// How each is told to end.
    ends: BTreeMap<(JobId, i64), oneshot::Sender<Outcome>>,
}

impl Attempts {
    pub fn begin(&mut self, job: Job, work: Option<Work>) {
        let (end, told) = oneshot::channel();
        self.ends.insert((job.id, job.attempts), end);
        self.tasks.spawn(async move {
            let outcome = match work {
                Some(work) => watched(tokio::spawn(work), told).await,
                None => Outcome::Failed(format!("no worker here knows the kind {}", job.kind)),
            };
            outcome.note(&job);
            Ended { job, outcome, tries: 0 }
        });
    }

    pub fn len(&self) -> usize {
        self.tasks.len()
    }

    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    pub fn tickets(&self) -> Vec<Ticket> {
        self.ends.keys().map(|(job, attempts)| Ticket { job: *job, attempts: *attempts }).collect()
    }

    /// The next that ends; `None` where none is at work. Waiting for it may be given up.
    pub async fn next(&mut self) -> Option<Ended> {
        loop {
            if let Ok(ended) = self.tasks.join_next().await? {
                return Some(self.without(ended));
            }
        }
    }

    /// All that have ended by now.
    pub fn ready(&mut self) -> Vec<Ended> {
        let mut all = Vec::new();
        while let Some(ended) = self.tasks.try_join_next() {
            all.extend(ended.map(|ended| self.without(ended)));
        }
        all
    }

    /// Cuts this one off: its lease is lost.
    pub fn lose(&mut self, ticket: Ticket) {
        self.end((ticket.job, ticket.attempts), Outcome::Lost);
    }

    /// Cuts all of them off, to be done by others.
    pub fn release_all(&mut self) {
        let all: Vec<_> = self.ends.keys().copied().collect();
        for one in all {
            self.end(one, Outcome::Released);
        }
    }

    fn end(&mut self, one: (JobId, i64), outcome: Outcome) {
        if let Some(end) = self.ends.remove(&one) {
            // It may have ended by itself.
            let _told = end.send(outcome);
        }
    }

    fn without(&mut self, ended: Ended) -> Ended {
        self.ends.remove(&(ended.job.id, ended.job.attempts));
        ended
    }
}

/// Waits for the attempt, or until it is told to end.
async fn watched(mut task: JoinHandle<Result<()>>, told: oneshot::Receiver<Outcome>) -> Outcome {
    tokio::select! {
        ended = &mut task => ended.map_or_else(|panic| Outcome::Failed(said(panic)), Outcome::of),
        Ok(outcome) = told => {
            cut_off(task).await;
            outcome
        }
    }
}

/// Ends a task that nobody waits for any more. What it has handed to the database still happens, whole.
async fn cut_off(task: JoinHandle<Result<()>>) {
    task.abort();
    // A task ends at its next await; one that never gets there is left behind.
    let _ended = timeout(Duration::from_secs(1), task).await;
}

impl Outcome {
    fn of(ended: Result<()>) -> Self {
        match ended {
            Ok(()) => Self::Done,
            Err(Error::Conflict { code: "lease_lost", .. }) => Self::Lost,
            Err(error) => Self::Failed(clipped(&error.to_string())),
        }
    }

    fn note(&self, job: &Job) {
        let word = match self {
            Self::Done => "done",
            Self::Released => "released",
            Self::Lost => "lost",
            Self::Failed(error) => {
                let Job { id, kind, attempts, max_attempts, .. } = job;
                tracing::warn!(target: LOG, job = %id, kind, attempts, of = max_attempts, error, "a job failed");
                "failed"
            }
        };
        metrics::counter!("leadhouse_jobs_total", "kind" => job.kind.clone(), "outcome" => word).increment(1);
    }
}

fn said(error: JoinError) -> String {
    let panic = match error.try_into_panic() {
        Ok(panic) => panic,
        Err(error) => return error.to_string(),
    };
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    clipped(&format!("panicked: {}", text.unwrap_or("without a text")))
}

/// Fit for the table: no NUL, which PostgreSQL refuses, and no more than a person reads.
fn clipped(text: &str) -> String {
    text.chars().filter(|c| *c != '\0').take(ERROR_CHARS).collect()
}
