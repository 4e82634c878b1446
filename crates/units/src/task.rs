//! A unit on its way: from the caller into a queue, onto a thread, and back as an answer that nobody may be waiting for.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::error::{DbError, Failure, Kind};
use super::meters::Meters;
use super::tx::{AfterCommit, Read, Tx};
use ground::error::{Error, Result};

/// How often a unit is run again when others got in its way, before its caller is told to come back later.
pub(super) const RETRIES: u32 = 3;

/// How one run of a unit ended, before its transaction did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    Well,
    Failed,
    Raced,
    Panicked,
}

/// A unit in a queue. `X` is what it is given: `Read` or `Tx`.
pub(super) struct Task<X> {
    queued: Instant,
    deadline: Instant,
    /// Never shares a transaction: a long one, which others should not wait for.
    pub alone: bool,
    /// Whose it is, as a number: those who share a transaction are run in the order of it.
    pub key: u64,
    unit: Box<dyn Unit<X>>,
    after_commit: Vec<AfterCommit>,
}

/// What a unit is, once its type is forgotten.
trait Unit<X>: Send {
    fn run(&mut self, hands: &mut X) -> Ended;
    /// Sends what the last run came to, or `instead`. The receiver may be gone: then the answer is nobody's.
    fn answer(self: Box<Self>, instead: Option<Error>, meters: &Meters);
}

struct Job<T, F> {
    unit: F,
    outcome: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<X, T, F> Unit<X> for Job<T, F>
where
    F: Fn(&mut X) -> Result<T> + Send,
    T: Send,
{
    fn run(&mut self, hands: &mut X) -> Ended {
        let (ended, outcome) = match catch_unwind(AssertUnwindSafe(|| (self.unit)(hands))) {
            Ok(Ok(value)) => (Ended::Well, Ok(value)),
            Ok(Err(Error::Raced)) => {
                (Ended::Raced, Err(Error::Unavailable("raced by other units again and again".into())))
            }
            Ok(Err(error)) => (Ended::Failed, Err(error)),
            Err(panic) => (Ended::Panicked, Err(Error::internal(format!("a unit panicked: {}", said(&*panic))))),
        };
        self.outcome = Some(outcome);
        ended
    }

    fn answer(self: Box<Self>, instead: Option<Error>, meters: &Meters) {
        let Self { outcome, reply, .. } = *self;
        let outcome = match (instead, outcome) {
            (Some(error), _) => Err(error),
            (None, Some(outcome)) => outcome,
            (None, None) => Err(Error::Unavailable("the unit was not run".into())),
        };
        meters.answered(&outcome);
        let _ = reply.send(outcome);
    }
}

/// The words of a panic, where it has any.
fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a word")
}

impl<X: 'static> Task<X> {
    /// A unit that has `limit` from now on, queue included.
    pub fn new<T: Send + 'static>(
        limit: Duration,
        alone: bool,
        unit: impl Fn(&mut X) -> Result<T> + Send + 'static,
    ) -> (Self, oneshot::Receiver<Result<T>>) {
        let (reply, answer) = oneshot::channel();
        let queued = Instant::now();
        let job = Job { unit, outcome: None, reply };
        let deadline = queued + limit;
        (Self { queued, deadline, alone, key: 0, unit: Box::new(job), after_commit: Vec::new() }, answer)
    }

    /// It was taken from the queue: counts its wait. `None` where its time is up; then it is answered.
    pub fn taken(self, meters: &Meters) -> Option<Self> {
        meters.waited(self.queued.elapsed());
        self.in_time(meters)
    }

    /// `None` where its time is up; then it is answered without being run.
    pub fn in_time(self, meters: &Meters) -> Option<Self> {
        if Instant::now() < self.deadline {
            return Some(self);
        }
        self.refuse(Failure::late().error, meters);
        None
    }

    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Answers with what the last run came to.
    pub fn answer(self, meters: &Meters) {
        self.unit.answer(None, meters);
    }

    /// Answers with `error`.
    pub fn refuse(self, error: Error, meters: &Meters) {
        self.unit.answer(Some(error), meters);
    }
}

impl Task<Read> {
    pub fn run(&mut self, read: &mut Read) -> Ended {
        read.start(self.deadline);
        self.unit.run(read)
    }
}

impl Task<Tx> {
    pub fn run(&mut self, tx: &mut Tx) -> Ended {
        tx.start(self.deadline);
        let ended = self.unit.run(tx);
        // One that failed may share its transaction with others, and that is committed.
        self.after_commit = tx.take_after_commit();
        if ended != Ended::Well {
            self.after_commit.clear();
        }
        ended
    }

    /// Its transaction is committed: first what it wanted done then, then the answer.
    pub fn committed(mut self, meters: &Meters) {
        for run in std::mem::take(&mut self.after_commit) {
            if let Err(panic) = catch_unwind(AssertUnwindSafe(run)) {
                tracing::error!("after commit: a panic: {}", said(&*panic));
            }
        }
        self.answer(meters);
    }
}

/// What a unit is told that went on after a database error and said all was well.
pub(super) fn swallowed() -> Error {
    DbError::new(Kind::Swallowed, "a unit went on after a database error".to_owned()).into()
}
