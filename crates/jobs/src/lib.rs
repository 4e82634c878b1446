//! Jobs: work that is promised in one unit of work and done in another.
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod attempts;
mod backoff;
mod claims;
mod id;
mod job;
mod kinds;
mod lists;
mod row;
mod runner;
mod schedule;
mod store;
mod turn;
#[cfg(feature = "web")]
mod web;

use std::time::Duration;

use ground::clock::Timestamp;
use ground::error::{Error, Result};
use units::sql::slices;
use units::{Engine, Lane, Read, Tx};
use uuid::Uuid;

use job::ATTEMPTS;

pub use id::JobId;
pub use job::{NewJob, State, Ticket};
pub use kinds::{Handler, Hooks, JobKind, Kinds};
pub use row::{Filter, Job};
pub use runner::{Mode, Pace, Runner};
pub use schedule::Schedule;
pub use store::{Backlog, COUNTED};

/// The lane of the queue's own units: none of the business waits behind them.
pub fn lane() -> Lane {
    Lane::of(Uuid::from_u128(0x6a6f_6273_0000_4000_8000_0000_0000_0000))
}

/// Promises the job in the caller's unit; this process's workers are woken when the unit is committed.
pub fn enqueue(tx: &mut Tx, job: &NewJob) -> Result<()> {
    store::insert(tx, JobId::new(tx.now()), job)?;
    tx.ring();
    Ok(())
}

/// Promises the jobs in the caller's unit, together: those without a key in one statement for each 64.
pub fn enqueue_all(tx: &mut Tx, jobs: &[NewJob]) -> Result<()> {
    let now = tx.now();
    let named: Vec<(JobId, NewJob)> = jobs.iter().map(|job| (JobId::new(now), job.clone())).collect();
    enqueue_as(tx, &named)
}

/// The same under ids of the caller's.
pub fn enqueue_as(tx: &mut Tx, jobs: &[(JobId, NewJob)]) -> Result<()> {
    if jobs.is_empty() {
        return Ok(());
    }
    let (keyed, plain): (Vec<_>, Vec<_>) = jobs.iter().partition(|(_, job)| job.dedup_key.is_some());
    slices(&plain).try_for_each(|some| store::insert_all(tx, some))?;
    keyed.into_iter().try_for_each(|(id, job)| store::insert(tx, *id, job))?;
    tx.ring();
    Ok(())
}

/// A job whose first attempt was part of another's and failed with this error: it is tried again as any job is, or is dead, where
/// that is of no use.
pub fn enqueue_tried(tx: &mut Tx, id: JobId, job: &NewJob, error: &str, dead: bool) -> Result<()> {
    let run_at = tx.now().plus(backoff::pause(Ticket { job: id, attempts: 1 }));
    store::insert_tried(tx, id, &NewJob { run_at, ..job.clone() }, error, dead)?;
    let kind = job.kind;
    tx.after_commit(move || {
        metrics::counter!("leadhouse_jobs_total", "kind" => kind, "outcome" => "failed").increment(1);
    });
    Ok(())
}

/// Ends these jobs where they are queued: what they are for is done.
pub fn finish_queued(tx: &mut Tx, jobs: &[JobId]) -> Result<()> {
    store::finish_queued(tx, jobs)
}

/// Has these jobs run now, where they are queued for later.
pub fn bring_forward(tx: &mut Tx, jobs: &[JobId]) -> Result<()> {
    store::bring_forward(tx, jobs)?;
    tx.ring();
    Ok(())
}

/// Whether the same work was asked for since this job began: one that is due, or under way. Whoever asked for it last has it
/// done from its beginning, so the earlier one may end.
pub fn is_overtaken(read: &mut Read, ticket: Ticket, kind: &str, key: &str) -> Result<bool> {
    store::is_overtaken(read, ticket, kind, key)
}

impl Ticket {
    /// Marks the job done in the unit that has its effect, so that both happen or neither. A stale ticket is a
    /// `lease_lost` conflict: the unit leaves nothing behind. A job that doesn't call it is marked done after it ran.
    pub fn finish(self, tx: &mut Tx) -> Result<()> {
        if store::finish(tx, self)? || store::is_finished(tx, self)? {
            return Ok(());
        }
        Err(lease_lost())
    }

    /// Puts the job off in the caller's unit; the attempt does not count. The job's function then ends well.
    pub fn postpone(self, tx: &mut Tx, until: Timestamp) -> Result<()> {
        if store::requeue(tx, self, until, None, 1)? { Ok(()) } else { Err(lease_lost()) }
    }

    /// The same where something is in the way; `why` stands beside the job.
    pub fn wait(self, tx: &mut Tx, until: Timestamp, why: &str) -> Result<()> {
        if store::requeue(tx, self, until, Some(why), 1)? { Ok(()) } else { Err(lease_lost()) }
    }

    /// Gives the job up in the caller's unit, for trying again is of no use. The job's function then ends well.
    pub fn bury(self, tx: &mut Tx, error: &str) -> Result<()> {
        if store::bury(tx, self, error)? { Ok(()) } else { Err(lease_lost()) }
    }
}

/// Gives up all jobs of a kind that have not ended, whoever works on them.
pub fn bury_all(tx: &mut Tx, kind: &str, error: &str) -> Result<()> {
    store::bury_all(tx, kind, error)
}

/// Queues these jobs once more where they are done: what they were for did not come about.
pub fn redo(tx: &mut Tx, jobs: &[JobId]) -> Result<()> {
    store::redo(tx, jobs, ATTEMPTS)?;
    tx.ring();
    Ok(())
}

fn lease_lost() -> Error {
    Error::conflict("lease_lost", "another worker has taken this job over")
}

/// Jobs for the back office, newest first.
pub fn list(read: &mut Read, filter: &Filter<'_>) -> Result<Vec<Job>> {
    store::list(read, filter)
}

/// One job; `NotFound` where there is none, or none any more.
pub fn get(read: &mut Read, id: JobId) -> Result<Job> {
    store::get(read, id)?.ok_or(Error::NotFound("job"))
}

/// Gives a dead job one more attempt, now. Its attempts go on counting, since they are what fences off old workers.
pub fn retry(tx: &mut Tx, id: JobId) -> Result<Job> {
    let Some(job) = store::revive(tx, id)? else {
        return Err(match get(tx, id)?.state {
            State::Dead => Error::conflict("job_already_queued", "the same work is queued already"),
            state => {
                Error::conflict("job_not_dead", format!("only a dead job can be tried again; this one is {state}"))
            }
        });
    };
    tx.ring();
    Ok(job)
}

/// How much of a kind waits, and since when.
pub fn backlog(read: &mut Read, kind: &str) -> Result<Backlog> {
    store::backlog(read, kind)
}

/// How many jobs are dead; [`COUNTED`] at most.
pub fn dead(read: &mut Read) -> Result<i64> {
    store::dead(read)
}

/// The statements that look through many jobs, named: for tests of their plans.
pub fn statements() -> Vec<(String, String)> {
    store::statements()
}

/// The statements of a worker, for measuring what they read: their names, texts and kinds of parameters, which are times `t`,
/// kinds `k`, attempts `n`, ids `i` and errors `e`; for so many kinds, and so many jobs at once.
pub fn measured(engine: Engine, kinds: usize, jobs: usize) -> Vec<(String, String, String)> {
    [claims::measured(engine, kinds, jobs), store::measured()].concat()
}

/// Deletes up to `limit` jobs that were done more than `age` ago; how many. Dead ones stay for a person to see.
pub fn prune(tx: &mut Tx, age: Duration, limit: i64) -> Result<u64> {
    store::prune(tx, tx.now().minus(age), limit)
}
