//! What a worker can do: kinds of jobs by name, each with the function that does it, and what is due by the calendar.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use ground::error::{Error, Result};
use serde::de::DeserializeOwned;
use units::Tx;

use super::id::JobId;
use super::job::Ticket;
use super::row::Job;
use super::schedule::Schedule;

/// A kind of job: its payload's shape and what is to be done. `C` is what it needs to work with (the app).
pub trait JobKind<C>: DeserializeOwned + Send + 'static {
    /// `room.what`, as it stands in `jobs.kind`.
    const KIND: &'static str;

    /// Whether a job's row goes when it is done, for kinds of which nobody asks afterwards.
    const LEAVES: bool = false;

    /// One attempt. It may be cut off at any await and begun again, here or elsewhere; what must happen once happens in a
    /// unit with [`Ticket::finish`].
    fn run(self, context: C, ticket: Ticket) -> impl Future<Output = Result<()>> + Send;

    /// The job is given up after its last attempt, with this error: what else is to be true then, in the same unit.
    fn given_up(&self, _tx: &mut Tx, _job: JobId, _error: &str) -> Result<()> {
        Ok(())
    }

    /// A job that was given up is queued again: what else is to be true then, in the same unit.
    fn revived(&self, _tx: &mut Tx, _job: JobId) -> Result<()> {
        Ok(())
    }
}

/// What happens to a job besides its runs; no error where the payload can't be read.
#[derive(Clone, Copy)]
pub struct Hooks {
    /// [`JobKind::given_up`].
    pub given_up: fn(&mut Tx, &Job, &str) -> Result<()>,
    /// [`JobKind::revived`].
    pub revived: fn(&mut Tx, &Job) -> Result<()>,
}

impl Hooks {
    fn of<C, K: JobKind<C>>() -> Self {
        Self {
            given_up: |tx, job, error| read::<C, K>(job).map_or(Ok(()), |kind| kind.given_up(tx, job.id, error)),
            revived: |tx, job| read::<C, K>(job).map_or(Ok(()), |kind| kind.revived(tx, job.id)),
        }
    }
}

fn read<C, K: JobKind<C>>(job: &Job) -> Option<K> {
    serde_json::from_str(&job.payload.0).ok()
}

/// One attempt of a job, from its row.
pub type Handler<C> = Box<dyn Fn(C, &Job) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + Send + Sync>;

/// What is known of a kind.
struct Known<C> {
    handler: Handler<C>,
    hooks: Hooks,
    leaves: bool,
}

/// The kinds and schedules of one worker.
pub struct Kinds<C> {
    handlers: BTreeMap<&'static str, Known<C>>,
    schedules: Vec<Schedule>,
}

impl<C> Default for Kinds<C> {
    fn default() -> Self {
        Self { handlers: BTreeMap::new(), schedules: Vec::new() }
    }
}

impl<C: 'static> Kinds<C> {
    /// Takes on jobs of this kind. A worker claims no others, so an old binary leaves a newer one's jobs alone.
    #[must_use]
    pub fn with<K: JobKind<C>>(mut self) -> Self {
        let handler: Handler<C> = Box::new(|context, job| match serde_json::from_str::<K>(&job.payload.0) {
            Ok(payload) => Box::pin(payload.run(context, job.ticket())),
            Err(error) => Box::pin(async move { Err(Error::internal(error)) }),
        });
        self.handlers.insert(K::KIND, Known { handler, hooks: Hooks::of::<C, K>(), leaves: K::LEAVES });
        self
    }

    /// Takes on jobs of this kind, and makes one with the payload `{}` once in every period.
    #[must_use]
    pub fn every<K: JobKind<C>>(mut self, every: Duration) -> Self {
        self.schedules.push(Schedule { kind: K::KIND, every });
        self.with::<K>()
    }

    /// What jobs are claimed of.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.handlers.keys().copied()
    }

    /// What does a job of this kind.
    pub fn handler(&self, kind: &str) -> Option<&Handler<C>> {
        self.handlers.get(kind).map(|known| &known.handler)
    }

    /// What else happens to one.
    pub fn hooks(&self, kind: &str) -> Option<Hooks> {
        self.handlers.get(kind).map(|known| known.hooks)
    }

    /// Whether the rows of such jobs go when they are done.
    pub fn leaves(&self, kind: &str) -> bool {
        self.handlers.get(kind).is_some_and(|known| known.leaves)
    }

    /// What is due by the calendar.
    pub fn schedules(&self) -> &[Schedule] {
        &self.schedules
    }
}
