//! The statements of a worker: what is due, who takes it, whose lease goes on, and how an attempt ends. Their cost does not
//! grow with what waits or was done.

use std::collections::BTreeSet;

use ground::clock::Timestamp;
use ground::error::Result;
use units::sql::{numbered, slices};
use units::{Engine, Param, Read, Tx};

use super::id::JobId;
use super::lists::all_of;
use super::row::Job;
use super::store::{COLUMNS, LEASED};

/// The last error of a job that was buried without its worker.
pub const LOST: &str = "the worker ended, or lost its lease, during the last attempt";

/// Which jobs are looked for. On PostgreSQL what was running until just now is still in the index of the leases, so that
/// looking there costs the more the more is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sought {
    /// Those that are queued and due.
    Queued,
    /// Those whose worker let its lease run out, too.
    LostToo,
}

/// Where jobs are looked for.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Which ones.
    pub sought: Sought,
    /// Of the queued ones those that are due since then: what was taken before leaves dead entries in PostgreSQL's index until
    /// they are cleared away, and a look that begins at the first of all walks over them each time.
    pub from: Timestamp,
}

/// True where [`claim`] would find something.
pub fn is_due(read: &mut Read, kinds: &[&str], look: Look) -> Result<bool> {
    let now = read.now();
    let mut params: Vec<&dyn Param> = vec![&now, &look.from];
    params.extend(kinds.iter().map(|kind| -> &dyn Param { kind }));
    let found: Option<(i64,)> = read.optional(&due(kinds.len(), look.sought), &params)?;
    Ok(found.is_some())
}

/// The first of each kind in the order of the index, not whether one EXISTS: PostgreSQL thinks that so many are due that it
/// finds one anywhere, and reads all where none is.
fn due(kinds: usize, sought: Sought) -> String {
    let names = numbered(3, kinds);
    let first = |column: &str, which: &str| {
        format!("(SELECT {column} FROM jobs WHERE {which} ORDER BY {column} LIMIT 1) <= $1")
    };
    let queued =
        names.iter().map(|kind| first("run_at", &format!("state = 'queued' AND kind = {kind} AND run_at >= $2")));
    let lost = (sought == Sought::LostToo)
        .then(|| first("lease_until", &format!("state = 'running' AND kind IN ({})", names.join(", "))));
    format!("SELECT 1 WHERE {}", queued.chain(lost).collect::<Vec<_>>().join(" OR "))
}

/// Takes up to `limit` jobs of these kinds until `lease`: those whose worker let its lease run out where they are sought, then
/// the queued ones that are due, in their order.
pub fn claim(tx: &mut Tx, kinds: &[&str], look: Look, lease: Timestamp, limit: usize) -> Result<Vec<Job>> {
    let now = tx.now();
    let mut params: Vec<&dyn Param> = vec![&now, &lease, &look.from];
    params.extend(kinds.iter().map(|kind| -> &dyn Param { kind }));
    let mut jobs: Vec<Job> = tx.all(&claiming(tx.engine(), kinds.len(), look.sought, limit), &params)?;
    jobs.sort_by_key(|job| (job.run_at, job.id));
    Ok(jobs)
}

/// The limit stands in the text: of a parameter PostgreSQL thinks that it may be a tenth of all there is, and reads all.
fn claiming(engine: Engine, kinds: usize, sought: Sought, limit: usize) -> String {
    // The one fork of the queue: with several writers, each skips what another is about to take.
    let skip = match engine {
        Engine::Sqlite => "",
        Engine::Postgres => "FOR UPDATE SKIP LOCKED",
    };
    let names = numbered(4, kinds);
    // Each kind by itself: a backlog of one is not read through for the jobs of another.
    let queued = names.iter().map(|kind| {
        let due = format!("state = 'queued' AND kind = {kind} AND run_at >= $3 AND run_at <= $1");
        format!("SELECT id, 1 AS turn, run_at AS since FROM jobs WHERE {due} ORDER BY run_at, id LIMIT {limit} {skip}")
    });
    let lost = (sought == Sought::LostToo).then(|| {
        let over = format!("state = 'running' AND lease_until <= $1 AND kind IN ({})", names.join(", "));
        let order = format!("ORDER BY lease_until, id LIMIT {limit} {skip}");
        format!("SELECT id, 0 AS turn, lease_until AS since FROM jobs WHERE {over} {order}")
    });
    let (mut tables, mut found) = (Vec::new(), Vec::new());
    for (number, rows) in queued.chain(lost).enumerate() {
        tables.push(format!("some{number} AS ({rows})"));
        found.push(format!("SELECT id, turn, since FROM some{number}"));
    }
    let (tables, found) = (tables.join(", "), found.join(" UNION ALL "));
    format!(
        "WITH {tables}
         UPDATE jobs SET state = 'running', lease_until = $2, attempts = attempts + 1
          WHERE id IN (SELECT id FROM ({found}) AS candidate ORDER BY turn, since, id LIMIT {limit})
         RETURNING {COLUMNS}"
    )
}

/// Buries the jobs of these kinds whose last attempt ended with its worker.
pub fn bury_lost(tx: &mut Tx, kinds: &[&str]) -> Result<Vec<Job>> {
    let now = tx.now();
    let mut params: Vec<&dyn Param> = vec![&now, &LOST];
    params.extend(kinds.iter().map(|kind| -> &dyn Param { kind }));
    tx.all(&burying(kinds.len()), &params)
}

fn burying(kinds: usize) -> String {
    let names = numbered(3, kinds).join(", ");
    format!(
        "UPDATE jobs SET state = 'dead', lease_until = NULL, finished_at = $1, last_error = $2
          WHERE state = 'running' AND lease_until <= $1 AND attempts >= max_attempts AND kind IN ({names})
         RETURNING {COLUMNS}"
    )
}

/// Extends the leases of these jobs in their attempt of this number; those that somebody else has by now.
pub fn extend_all(tx: &mut Tx, attempts: i64, ids: &[JobId], lease: Timestamp) -> Result<Vec<JobId>> {
    on_mine(tx, EXTEND, Some(lease), attempts, ids)
}

/// The jobs are done; those whose end somebody else has to tell.
pub fn finish_all(tx: &mut Tx, attempts: i64, ids: &[JobId]) -> Result<Vec<JobId>> {
    let now = tx.now();
    on_mine(tx, FINISH, Some(now), attempts, ids)
}

/// The jobs are done, and their rows go; those whose end somebody else has to tell.
pub fn drop_all(tx: &mut Tx, attempts: i64, ids: &[JobId]) -> Result<Vec<JobId>> {
    on_mine(tx, DROP, None, attempts, ids)
}

const EXTEND: &str = "UPDATE jobs SET lease_until = ";
const FINISH: &str = "UPDATE jobs SET state = 'done', lease_until = NULL, finished_at = ";
const DROP: &str = "DELETE FROM jobs";

/// Changes running jobs in their attempt of this number, all in one statement. Those that were not: of some this very attempt
/// has told the end by itself (or their rows have gone), and the others are given back.
fn on_mine(tx: &mut Tx, change: &str, at: Option<Timestamp>, attempts: i64, ids: &[JobId]) -> Result<Vec<JobId>> {
    let mut lost = Vec::new();
    for some in slices(ids) {
        let mut params = all_of(&attempts, some);
        params.extend(at.as_ref().map(|at| -> &dyn Param { at }));
        let mine: BTreeSet<JobId> =
            tx.all::<(JobId,)>(&mine(change, at.is_some(), some.len()), &params)?.into_iter().map(|(id,)| id).collect();
        let rest: Vec<JobId> = some.iter().copied().filter(|id| !mine.contains(id)).collect();
        for few in slices(&rest) {
            let others: Vec<(JobId,)> = tx.all(&others(few.len()), &all_of(&attempts, few))?;
            lost.extend(others.into_iter().map(|(id,)| id));
        }
    }
    Ok(lost)
}

fn mine(change: &str, at: bool, count: usize) -> String {
    let ids = numbered(2, count).join(", ");
    let at = if at { format!("${}", count + 2) } else { String::new() };
    format!("{change}{at} WHERE {LEASED} AND attempts = $1 AND id IN ({ids}) RETURNING id")
}

fn others(count: usize) -> String {
    let ids = numbered(2, count).join(", ");
    format!("SELECT id FROM jobs WHERE id IN ({ids}) AND (state = 'running' OR attempts <> $1)")
}

/// Every statement of a worker for so many kinds, jobs at once and slots, named, with what its parameters are, a letter each: a
/// time, the first of all times, a kind, a number of attempts, a job's id, an error's text (`t`, `f`, `k`, `n`, `i`, `e`).
pub fn measured(engine: Engine, kinds: usize, jobs: usize) -> Vec<(String, String, String)> {
    let (names, ids) = ("k".repeat(kinds), "i".repeat(jobs));
    let mut all = vec![("lost ones given up", burying(kinds), format!("te{names}"))];
    for (asked, taken, sought) in
        [("due", "claim", Sought::Queued), ("due or lost", "claim lost ones too", Sought::LostToo)]
    {
        all.push((asked, due(kinds, sought), format!("tf{names}")));
        all.push((taken, claiming(engine, kinds, sought, jobs), format!("ttf{names}")));
    }
    all.push(("extend", mine(EXTEND, true, jobs), format!("n{ids}t")));
    all.push(("finish", mine(FINISH, true, jobs), format!("n{ids}t")));
    all.push(("drop", mine(DROP, false, jobs), format!("n{ids}")));
    all.push(("not mine", others(jobs), format!("n{ids}")));
    all.into_iter().map(|(name, sql, params)| (name.to_owned(), sql, params)).collect()
}
