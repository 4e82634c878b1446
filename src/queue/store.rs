//! Every statement on `jobs`. What changes a running job says which attempt it speaks for, and changes nothing where that
//! attempt no longer holds the lease.

use super::{NewJob, Schedule, State, Ticket};
use crate::clock::Timestamp;
use crate::db::{Engine, Json, Param, Read, Tx, params, row};
use crate::error::Result;
use crate::id::JobId;

row! {
    /// A job as it stands in the table.
    #[derive(Debug, Clone)]
    pub struct Job {
        pub id: JobId,
        pub kind: String,
        pub payload: Json,
        pub state: State,
        pub run_at: Timestamp,
        pub attempts: i64,
        pub max_attempts: i64,
        pub last_error: Option<String>,
        pub created_at: Timestamp,
        pub finished_at: Option<Timestamp>,
    }
}

const COLUMNS: &str = "id, kind, payload, state, run_at, attempts, max_attempts, last_error, created_at, finished_at";

/// True while another queued job stands for the same work.
const TWIN: &str = "EXISTS (SELECT 1 FROM jobs AS twin
    WHERE twin.kind = jobs.kind AND twin.dedup_key = jobs.dedup_key AND twin.state = 'queued' AND twin.id <> jobs.id)";

impl Job {
    pub fn ticket(&self) -> Ticket {
        Ticket { job: self.id, attempts: self.attempts }
    }
}

/// Which jobs, newest first: all, or those in one state; those older than `before`.
#[derive(Debug, Clone, Copy)]
pub struct Filter<'a> {
    pub state: Option<State>,
    pub kind: Option<&'a str>,
    pub before: Option<JobId>,
    pub limit: i64,
}

/// The update of the twin locks its row even where it changes nothing. So nobody claims the queued job before the caller's
/// unit is committed, and what that unit wrote is seen by the job it relies on.
pub fn insert(tx: &mut Tx, id: JobId, job: &NewJob) -> Result<()> {
    tx.execute(
        "INSERT INTO jobs (id, kind, payload, dedup_key, state, run_at, max_attempts, created_at)
         VALUES ($1, $2, $3, $4, 'queued', $5, $6, $7)
         ON CONFLICT (kind, dedup_key) WHERE state = 'queued' AND dedup_key IS NOT NULL
         DO UPDATE SET run_at = excluded.run_at WHERE jobs.run_at > excluded.run_at",
        params![id, job.kind, job.payload, job.dedup_key, job.run_at, job.max_attempts, tx.now()],
    )?;
    Ok(())
}

/// Makes the job of the schedule's period around now, unless some node did so before or the one of an earlier period is
/// still waiting. True where it was made.
pub fn insert_scheduled(tx: &mut Tx, schedule: Schedule) -> Result<bool> {
    let now = tx.now();
    let made = tx.execute(
        "INSERT INTO jobs (id, kind, payload, dedup_key, state, run_at, max_attempts, created_at)
         VALUES ($1, $2, '{}', 'schedule', 'queued', $3, 5, $3) ON CONFLICT DO NOTHING",
        params![schedule.job_at(now), schedule.kind, now],
    )?;
    Ok(made == 1)
}

/// True where [`claim`] would find something.
pub fn is_due(read: &mut Read) -> Result<bool> {
    let now = read.now();
    let found: Option<(i64,)> = read.optional(
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM jobs WHERE state = 'queued' AND run_at <= $1)
                     OR EXISTS (SELECT 1 FROM jobs WHERE state = 'running' AND lease_until <= $1)",
        params![now],
    )?;
    Ok(found.is_some())
}

/// Takes up to `limit` jobs of these kinds until `lease`: those whose worker let its lease run out, then the queued ones
/// that are due, in their order.
pub fn claim(tx: &mut Tx, kinds: &[&str], lease: Timestamp, limit: i64) -> Result<Vec<Job>> {
    // The one fork of the queue: with several writers, each skips what another is about to take.
    let skip = match tx.engine() {
        Engine::Sqlite => "",
        Engine::Postgres => "FOR UPDATE SKIP LOCKED",
    };
    let now = tx.now();
    let mut params: Vec<&dyn Param> = vec![&now, &lease, &limit];
    params.extend(kinds.iter().map(|kind| -> &dyn Param { kind }));
    let names = (4..4 + kinds.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
    let mut jobs: Vec<Job> = tx.all(
        &format!(
            "WITH lost AS (SELECT id FROM jobs WHERE state = 'running' AND lease_until <= $1 AND kind IN ({names})
                            ORDER BY lease_until, id LIMIT $3 {skip}),
                  due AS (SELECT id FROM jobs WHERE state = 'queued' AND run_at <= $1 AND kind IN ({names})
                           ORDER BY run_at, id LIMIT $3 {skip})
             UPDATE jobs SET state = 'running', lease_until = $2, attempts = attempts + 1
              WHERE id IN (SELECT id FROM lost UNION ALL SELECT id FROM due LIMIT $3)
             RETURNING {COLUMNS}"
        ),
        &params,
    )?;
    jobs.sort_by_key(|job| (job.run_at, job.id));
    Ok(jobs)
}

/// Buries the jobs whose last attempt ended with its worker; how many.
pub fn bury_lost(tx: &mut Tx) -> Result<u64> {
    let now = tx.now();
    tx.execute(
        "UPDATE jobs SET state = 'dead', lease_until = NULL, finished_at = $1,
                last_error = 'the worker ended, or lost its lease, during the last attempt'
          WHERE state = 'running' AND lease_until <= $1 AND attempts >= max_attempts",
        params![now],
    )
}

/// False where the lease belongs to somebody else by now.
pub fn extend(tx: &mut Tx, ticket: Ticket, lease: Timestamp) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE jobs SET lease_until = $3 WHERE id = $1 AND state = 'running' AND attempts = $2",
        params![ticket.job, ticket.attempts, lease],
    )?;
    Ok(changed == 1)
}

pub fn finish(tx: &mut Tx, ticket: Ticket) -> Result<bool> {
    let now = tx.now();
    let changed = tx.execute(
        "UPDATE jobs SET state = 'done', lease_until = NULL, finished_at = $3
          WHERE id = $1 AND state = 'running' AND attempts = $2",
        params![ticket.job, ticket.attempts, now],
    )?;
    Ok(changed == 1)
}

/// True where this very attempt has finished the job.
pub fn is_finished(read: &mut Read, ticket: Ticket) -> Result<bool> {
    let found: Option<(i64,)> = read.optional(
        "SELECT 1 FROM jobs WHERE id = $1 AND attempts = $2 AND state = 'done'",
        params![ticket.job, ticket.attempts],
    )?;
    Ok(found.is_some())
}

pub fn bury(tx: &mut Tx, ticket: Ticket, error: &str) -> Result<bool> {
    let now = tx.now();
    let changed = tx.execute(
        "UPDATE jobs SET state = 'dead', lease_until = NULL, finished_at = $3, last_error = $4
          WHERE id = $1 AND state = 'running' AND attempts = $2",
        params![ticket.job, ticket.attempts, now, error],
    )?;
    Ok(changed == 1)
}

/// Puts a running job back into the queue for `run_at`, with `spare` attempts more than it had. Where the same work is
/// queued a second time, that one stands for both and this one is done.
pub fn requeue(tx: &mut Tx, ticket: Ticket, run_at: Timestamp, error: Option<&str>, spare: i64) -> Result<bool> {
    let changed = tx.execute(
        &format!(
            "UPDATE jobs SET state = 'queued', lease_until = NULL, run_at = $3, max_attempts = max_attempts + $4,
                    last_error = COALESCE($5, last_error)
              WHERE id = $1 AND state = 'running' AND attempts = $2 AND NOT {TWIN}"
        ),
        params![ticket.job, ticket.attempts, run_at, spare, error],
    )?;
    Ok(changed == 1 || finish(tx, ticket)?)
}

/// Queues a dead job for one attempt more; `None` where it isn't dead or its work is queued already.
pub fn revive(tx: &mut Tx, id: JobId) -> Result<Option<Job>> {
    let now = tx.now();
    tx.optional(
        &format!(
            "UPDATE jobs SET state = 'queued', finished_at = NULL, run_at = $2, max_attempts = attempts + 1
              WHERE id = $1 AND state = 'dead' AND NOT {TWIN} RETURNING {COLUMNS}"
        ),
        params![id, now],
    )
}

pub fn get(read: &mut Read, id: JobId) -> Result<Option<Job>> {
    read.optional(&format!("SELECT {COLUMNS} FROM jobs WHERE id = $1"), params![id])
}

pub fn list(read: &mut Read, filter: &Filter<'_>) -> Result<Vec<Job>> {
    let mut params: Vec<&dyn Param> = vec![&filter.limit];
    let mut conditions = vec!["TRUE".to_owned()];
    let mut only = |column: &str, param| {
        params.push(param);
        conditions.push(format!("{column} ${}", params.len()));
    };
    if let Some(state) = &filter.state {
        only("state =", state);
    }
    if let Some(kind) = &filter.kind {
        only("kind =", kind);
    }
    if let Some(before) = &filter.before {
        only("id <", before);
    }
    let conditions = conditions.join(" AND ");
    read.all(&format!("SELECT {COLUMNS} FROM jobs WHERE {conditions} ORDER BY id DESC LIMIT $1"), &params)
}

pub fn prune(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM jobs WHERE id IN
           (SELECT id FROM jobs WHERE state = 'done' AND finished_at < $1 ORDER BY finished_at LIMIT $2)",
        params![before, limit],
    )
}
