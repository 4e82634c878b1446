//! Every statement on `jobs`. What changes a running job says which attempt it speaks for, and changes nothing where that
//! attempt no longer holds the lease.

use ground::clock::Timestamp;
use ground::error::Result;
use units::sql::{numbered, slices, tuples};
use units::{Param, Read, Tx, params, row};

use super::id::JobId;
use super::job::{NewJob, State, Ticket};
use super::lists::all_of;
use super::row::{Filter, Job};
use super::schedule::Schedule;

pub const COLUMNS: &str =
    "id, kind, payload, state, run_at, attempts, max_attempts, last_error, created_at, finished_at";

/// Of a running job, as a constraint says, and without the word by which PostgreSQL knows that a job is in the index of the
/// leases: while that one is small it would rather read all of it than look for a few ids, and what is dead in it, too.
pub const LEASED: &str = "lease_until IS NOT NULL";

/// True while another queued job stands for the same work.
const TWIN: &str = "EXISTS (SELECT 1 FROM jobs AS twin
    WHERE twin.kind = jobs.kind AND twin.dedup_key = jobs.dedup_key AND twin.state = 'queued' AND twin.id <> jobs.id)";

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

/// One statement for jobs without a key.
pub fn insert_all(tx: &mut Tx, jobs: &[&(JobId, NewJob)]) -> Result<()> {
    let now = tx.now();
    let values: Vec<&dyn Param> = jobs
        .iter()
        .flat_map(|(id, job)| -> [&dyn Param; 7] {
            [id, &job.kind, &job.payload, &State::Queued, &job.run_at, &job.max_attempts, &now]
        })
        .collect();
    let sql = format!(
        "INSERT INTO jobs (id, kind, payload, state, run_at, max_attempts, created_at) VALUES {}",
        tuples(jobs.len(), 7)
    );
    tx.execute_later(&sql, &values)
}

/// A job that was tried once, in vain.
pub fn insert_tried(tx: &mut Tx, id: JobId, job: &NewJob, error: &str, dead: bool) -> Result<()> {
    let (now, state) = (tx.now(), if dead { State::Dead } else { State::Queued });
    tx.execute_later(
        "INSERT INTO jobs (id, kind, payload, state, run_at, attempts, max_attempts, last_error, created_at, finished_at)
         VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $8, $9)",
        params![id, job.kind, job.payload, state, job.run_at, job.max_attempts, error, now, dead.then_some(now)],
    )
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

pub fn finish(tx: &mut Tx, ticket: Ticket) -> Result<bool> {
    let now = tx.now();
    let changed = tx.execute(
        &format!(
            "UPDATE jobs SET state = 'done', lease_until = NULL, finished_at = $3
              WHERE id = $1 AND {LEASED} AND attempts = $2"
        ),
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
        &format!(
            "UPDATE jobs SET state = 'dead', lease_until = NULL, finished_at = $3, last_error = $4
              WHERE id = $1 AND {LEASED} AND attempts = $2"
        ),
        params![ticket.job, ticket.attempts, now, error],
    )?;
    Ok(changed == 1)
}

pub fn bury_all(tx: &mut Tx, kind: &str, error: &str) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE jobs SET state = 'dead', lease_until = NULL, finished_at = $2, last_error = $3
          WHERE kind = $1 AND state IN ('queued', 'running')",
        params![kind, now, error],
    )
    .map(drop)
}

/// Puts a running job back into the queue for `run_at`, with `spare` attempts more than it had. Where the same work is
/// queued a second time, that one stands for both and this one is done.
pub fn requeue(tx: &mut Tx, ticket: Ticket, run_at: Timestamp, error: Option<&str>, spare: i64) -> Result<bool> {
    let changed = tx.execute(&putting_off(), params![ticket.job, ticket.attempts, run_at, spare, error])?;
    Ok(changed == 1 || finish(tx, ticket)?)
}

fn putting_off() -> String {
    format!(
        "UPDATE jobs SET state = 'queued', lease_until = NULL, run_at = $3, max_attempts = max_attempts + $4,
                last_error = COALESCE($5, last_error)
          WHERE id = $1 AND {LEASED} AND attempts = $2 AND NOT {TWIN}"
    )
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

/// Ends queued jobs whose work was done by another.
pub fn finish_queued(tx: &mut Tx, ids: &[JobId]) -> Result<()> {
    let now = tx.now();
    for some in slices(ids) {
        let params = all_of(&now, some);
        let ids = numbered(2, some.len()).join(", ");
        let sql = format!("UPDATE jobs SET state = 'done', finished_at = $1 WHERE state = 'queued' AND id IN ({ids})");
        tx.execute_later(&sql, &params)?;
    }
    Ok(())
}

/// Has queued jobs that are put off run now.
pub fn bring_forward(tx: &mut Tx, ids: &[JobId]) -> Result<()> {
    let now = tx.now();
    for some in slices(ids) {
        let params = all_of(&now, some);
        let ids = numbered(2, some.len()).join(", ");
        let sql = format!("UPDATE jobs SET run_at = $1 WHERE state = 'queued' AND run_at > $1 AND id IN ({ids})");
        tx.execute(&sql, &params)?;
    }
    Ok(())
}

/// Not `id > $3`: SQLite would go through all that are younger instead of the few that are at work.
const OVERTAKEN: &str = "SELECT 1 WHERE
       EXISTS (SELECT 1 FROM jobs WHERE state = 'queued' AND dedup_key IS NOT NULL AND kind = $1 AND dedup_key = $2
                  AND run_at <= $4)
    OR EXISTS (SELECT 1 FROM jobs WHERE state = 'running' AND kind = $1 AND dedup_key = $2 AND NOT id <= $3)";

/// True where another job of this kind and key is due, or was made later and is being worked.
pub fn is_overtaken(read: &mut Read, ticket: Ticket, kind: &str, key: &str) -> Result<bool> {
    let found: Option<(i64,)> = read.optional(OVERTAKEN, params![kind, key, ticket.job, read.now()])?;
    Ok(found.is_some())
}

/// Queues done jobs for now, as often as new ones are tried: their work has to be done after all.
pub fn redo(tx: &mut Tx, ids: &[JobId], attempts: i64) -> Result<()> {
    let now = tx.now();
    for some in slices(ids) {
        let mut params = all_of(&now, some);
        params.push(&attempts);
        let (last, ids) = (params.len(), numbered(2, some.len()).join(", "));
        let sql = format!(
            "UPDATE jobs SET state = 'queued', finished_at = NULL, run_at = $1, max_attempts = attempts + ${last}
              WHERE state = 'done' AND id IN ({ids})"
        );
        tx.execute(&sql, &params)?;
    }
    Ok(())
}

row! {
    /// How much of a kind of work waits. More than [`COUNTED`] is not counted.
    #[derive(Debug, Clone, Copy)]
    pub struct Backlog {
        /// How many are due.
        pub due: i64,
        /// Since when the oldest of it is due.
        pub since: Option<Timestamp>,
    }
}

/// Where counting ends: whoever watches needs to know no more, and a count must not cost what the backlog is long.
pub const COUNTED: i64 = 10_000;

const BACKLOG: &str = "SELECT count(*) AS due, min(run_at) AS since FROM (SELECT run_at FROM jobs
    WHERE state = 'queued' AND kind = $1 AND run_at <= $2 ORDER BY run_at LIMIT $3) AS few";
const DEAD: &str = "SELECT count(*) FROM (SELECT 1 FROM jobs WHERE state = 'dead' LIMIT $1) AS few";

pub fn backlog(read: &mut Read, kind: &str) -> Result<Backlog> {
    let now = read.now();
    read.one(BACKLOG, params![kind, now, COUNTED])
}

pub fn dead(read: &mut Read) -> Result<i64> {
    let (dead,) = read.one(DEAD, params![COUNTED])?;
    Ok(dead)
}

/// What is asked each time that somebody watches.
pub fn statements() -> Vec<(String, String)> {
    [("backlog", BACKLOG), ("dead jobs", DEAD), ("overtaken", OVERTAKEN)]
        .map(|(name, sql)| (name.to_owned(), sql.to_owned()))
        .into()
}

/// See [`claims::measured`](super::claims::measured).
pub fn measured() -> Vec<(String, String, String)> {
    vec![
        ("overtaken".to_owned(), OVERTAKEN.to_owned(), "keit".to_owned()),
        ("put off".to_owned(), putting_off(), "intne".to_owned()),
    ]
}

pub fn prune(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<u64> {
    // From the first to the last, by the index: what a list of ids is looked up with reads the whole table on PostgreSQL.
    let some = format!(
        "SELECT MIN(finished_at), MAX(finished_at) FROM
           (SELECT finished_at FROM jobs WHERE state = 'done' AND finished_at < $1 ORDER BY finished_at LIMIT {limit}) AS few"
    );
    let (first, last) = tx.one::<(Option<Timestamp>, Option<Timestamp>)>(&some, params![before])?;
    let (Some(first), Some(last)) = (first, last) else { return Ok(0) };
    tx.execute(
        "DELETE FROM jobs WHERE state = 'done' AND finished_at >= $1 AND finished_at <= $2",
        params![first, last],
    )
}
