//! A unit on its way: from the caller into a queue, onto a thread, and back as an answer that nobody may be waiting for.

use std::any::{Any, TypeId};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::error::{DbError, Failure, Kind};
use super::meters::Meters;
use super::tx::{AfterCommit, Read, Tx};
use super::unit::Unit;
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
    work: Box<dyn Work<X>>,
    after_commit: Vec<AfterCommit>,
}

/// What a unit is, once its type is forgotten.
trait Work<X>: Send {
    fn run(&mut self, hands: &mut X) -> Ended;
    /// Sends what the last run came to, or `instead`. The receiver may be gone: then the answer is nobody's.
    fn answer(self: Box<Self>, instead: Option<Error>, meters: &Meters);

    /// What it can be run together with: all of the same kind.
    fn kind(&self) -> Option<TypeId> {
        None
    }

    /// Runs it and these, which are of its kind and come after it, together. How it ended holds for all of them.
    fn run_with(&mut self, _: &mut [&mut dyn Any], hands: &mut X) -> Ended {
        self.run(hands)
    }

    fn as_any(&mut self) -> &mut dyn Any;
}

/// What somebody waits for.
struct Reply<T> {
    outcome: Option<Result<T>>,
    to: oneshot::Sender<Result<T>>,
}

/// A closure.
struct Job<T, F> {
    run: F,
    reply: Reply<T>,
}

/// A unit with its type.
struct Typed<T, U> {
    unit: U,
    reply: Reply<T>,
}

impl<T> Reply<T> {
    /// Keeps what a run came to.
    fn keep(&mut self, ran: std::thread::Result<Result<T>>) -> Ended {
        let (ended, outcome) = match ran {
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

    fn answer(self, instead: Option<Error>, meters: &Meters) {
        let outcome = match (instead, self.outcome) {
            (Some(error), _) => Err(error),
            (None, Some(outcome)) => outcome,
            (None, None) => Err(Error::Unavailable("the unit was not run".into())),
        };
        meters.answered(&outcome);
        let _ = self.to.send(outcome);
    }
}

impl<X, T, F> Work<X> for Job<T, F>
where
    F: Fn(&mut X) -> Result<T> + Send + 'static,
    T: Send + 'static,
{
    fn run(&mut self, hands: &mut X) -> Ended {
        let ran = catch_unwind(AssertUnwindSafe(|| (self.run)(hands)));
        self.reply.keep(ran)
    }

    fn answer(self: Box<Self>, instead: Option<Error>, meters: &Meters) {
        self.reply.answer(instead, meters);
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}

impl<T: Send + 'static, U: Unit<T>> Work<Tx> for Typed<T, U> {
    fn run(&mut self, tx: &mut Tx) -> Ended {
        let ran = catch_unwind(AssertUnwindSafe(|| self.unit.run(tx)));
        self.reply.keep(ran)
    }

    fn answer(self: Box<Self>, instead: Option<Error>, meters: &Meters) {
        self.reply.answer(instead, meters);
    }

    fn kind(&self) -> Option<TypeId> {
        U::TOGETHER.then(TypeId::of::<Self>)
    }

    fn run_with(&mut self, others: &mut [&mut dyn Any], tx: &mut Tx) -> Ended {
        let others = others.iter_mut().filter_map(|other| other.downcast_mut::<Self>());
        let mut all: Vec<&mut Self> = std::iter::once(self).chain(others).collect();
        let units: Vec<&U> = all.iter().map(|one| &one.unit).collect();
        match catch_unwind(AssertUnwindSafe(|| U::run_all(&units, tx))) {
            Ok(Ok(made)) if made.len() == all.len() => {
                for (one, made) in all.iter_mut().zip(made) {
                    one.reply.outcome = Some(Ok(made));
                }
                Ended::Well
            }
            Ok(Err(Error::Raced)) => Ended::Raced,
            Ok(_) => Ended::Failed,
            Err(_) => Ended::Panicked,
        }
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
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
        run: impl Fn(&mut X) -> Result<T> + Send + 'static,
    ) -> (Self, oneshot::Receiver<Result<T>>) {
        let (to, answer) = oneshot::channel();
        (Self::of(limit, alone, Box::new(Job { run, reply: Reply { outcome: None, to } })), answer)
    }

    fn of(limit: Duration, alone: bool, work: Box<dyn Work<X>>) -> Self {
        let queued = Instant::now();
        Self { queued, deadline: queued + limit, alone, key: 0, work, after_commit: Vec::new() }
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
        self.work.answer(None, meters);
    }

    /// Answers with `error`.
    pub fn refuse(self, error: Error, meters: &Meters) {
        self.work.answer(Some(error), meters);
    }
}

impl Task<Read> {
    pub fn run(&mut self, read: &mut Read) -> Ended {
        read.start(self.deadline);
        self.work.run(read)
    }
}

impl Task<Tx> {
    /// A unit of its own type.
    pub fn typed<T: Send + 'static>(limit: Duration, unit: impl Unit<T>) -> (Self, oneshot::Receiver<Result<T>>) {
        let (to, answer) = oneshot::channel();
        let key = unit.lane().key().unwrap_or_default();
        let work = Box::new(Typed { unit, reply: Reply { outcome: None, to } });
        (Self { key, ..Self::of(limit, false, work) }, answer)
    }

    /// See [`Work::kind`].
    pub fn kind(&self) -> Option<TypeId> {
        self.work.kind()
    }

    pub fn run(&mut self, tx: &mut Tx) -> Ended {
        tx.start(self.deadline);
        let ended = self.work.run(tx);
        self.ends(ended, tx)
    }

    /// Runs it together with these, which are of its kind and come after it.
    pub fn run_with(&mut self, others: &mut [Self], tx: &mut Tx) -> Ended {
        tx.start(others.iter().map(Self::deadline).fold(self.deadline, Instant::min));
        let mut works: Vec<&mut dyn Any> = others.iter_mut().map(|other| other.work.as_any()).collect();
        let ended = self.work.run_with(&mut works, tx);
        self.ends(ended, tx)
    }

    fn ends(&mut self, ended: Ended, tx: &mut Tx) -> Ended {
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
