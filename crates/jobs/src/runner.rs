//! The worker's loop. Each job runs in a task of its own, so one that panics or hangs leaves the others alone, and beside
//! each a watch extends its lease. Losing the database ends nothing: the loop polls until it is back, and the leases
//! decide who goes on with what was running.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use ground::clock::Clock;
use ground::error::{Error, Result};
use tokio::sync::watch;
use tokio::task::{JoinError, JoinHandle, JoinSet};
use tokio::time::{Instant, MissedTickBehavior, interval, interval_at, timeout};
use units::{Db, Tx};

use super::store::Sought;
use super::{Job, Kinds, Ticket, backoff, store};

/// Under this name its lines stand in the log.
const LOG: &str = "leadhouse::queue::runner";
/// More than this of an error's text helps nobody.
const ERROR_CHARS: usize = 1_000;

/// How a worker keeps time.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Jobs at work at the same time, in one process.
    pub slots: usize,
    /// A killed worker's jobs are taken up again after this and a poll.
    pub lease: Duration,
    /// How often a lease is extended while its job is at work.
    pub extend_every: Duration,
    /// The floor under wake-ups: other processes' jobs and retries are noticed this late. Lost leases are looked for as often.
    pub poll: Duration,
    /// How long a job may go on after the worker was told to stop; then it is released.
    pub grace: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            slots: 8,
            lease: Duration::from_secs(20),
            extend_every: Duration::from_secs(5),
            poll: Duration::from_secs(1),
            grace: Duration::from_secs(5),
        }
    }
}

/// When a run ends, beside being told to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Never.
    Forever,
    /// When nothing is due any more.
    UntilIdle,
}

/// Works jobs of its kinds, `C` being what they work with.
pub struct Runner<C> {
    shared: Arc<Shared<C>>,
    /// The period last seen of each schedule.
    periods: Vec<Option<i64>>,
    /// When lost leases are looked for again.
    lost_from: Instant,
    /// Whether the database was away in the last round: said once, not each second.
    away: bool,
}

struct Shared<C> {
    db: Db,
    clock: Clock,
    kinds: Kinds<C>,
    context: C,
    pace: Pace,
    stop: watch::Sender<bool>,
}

/// How an attempt ended.
enum Outcome {
    Done,
    Failed(String),
    /// Told to stop before it was through.
    Released,
    /// The lease is somebody else's: nothing to say any more.
    Lost,
}

impl<C: Clone + Send + Sync + 'static> Runner<C> {
    /// A worker of these kinds on this database.
    pub fn new(db: Db, clock: Clock, kinds: Kinds<C>, context: C, pace: Pace) -> Self {
        let periods = vec![None; kinds.schedules().len()];
        let shared = Shared { db, clock, kinds, context, pace, stop: watch::Sender::new(false) };
        Self { shared: Arc::new(shared), periods, lost_from: Instant::now(), away: false }
    }

    /// Works until `shutdown` (or, by `mode`, until nothing is due), lets what is running end or releases it, and tells
    /// how many jobs it took. In [`Mode::UntilIdle`] a database that is away is an error; else it is waited for.
    pub async fn run(mut self, mode: Mode, shutdown: impl Future<Output = ()>) -> Result<u64> {
        let mut shutdown = std::pin::pin!(shutdown);
        let mut wakeups = self.shared.db.wakeups();
        let mut poll = interval(self.shared.pace.poll);
        poll.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut running = JoinSet::new();
        let mut taken = 0;
        let mut outcome = Ok(());
        loop {
            let round = self.round(&mut running, mode).await;
            if mode == Mode::UntilIdle {
                if running.is_empty() || round.is_err() {
                    outcome = round.map(|_| ());
                    break;
                }
            } else {
                self.note(&round);
            }
            taken += round.unwrap_or(0);
            tokio::select! {
                () = &mut shutdown => break,
                _ = wakeups.changed(), if running.len() < self.shared.pace.slots => {}
                Some(_) = running.join_next() => {}
                _ = poll.tick() => {}
            }
        }
        self.stop(running).await;
        outcome.map(|()| taken)
    }

    /// Makes what the schedules ask for, claims what is due as far as there are free slots, and sets it to work.
    async fn round(&mut self, running: &mut JoinSet<()>, mode: Mode) -> Result<u64> {
        self.tick_schedules().await?;
        let free = self.shared.pace.slots.saturating_sub(running.len());
        if free == 0 {
            return Ok(0);
        }
        let sought = self.sought(mode);
        let names: Vec<&'static str> = self.shared.kinds.names().collect();
        let asked = names.clone();
        if !self.shared.db.read(move |read| store::is_due(read, &asked, sought)).await? {
            return Ok(0);
        }
        let shared = Arc::clone(&self.shared);
        let jobs = self
            .shared
            .write(move |tx| {
                if sought == Sought::LostToo {
                    shared.bury_lost(tx, &names)?;
                }
                let lease = tx.now().plus(shared.pace.lease);
                store::claim(tx, &names, sought, lease, i64::try_from(free).unwrap_or(1))
            })
            .await?;
        let taken = jobs.len();
        for job in jobs {
            running.spawn(Arc::clone(&self.shared).work(job));
        }
        Ok(u64::try_from(taken).unwrap_or(0))
    }

    fn sought(&mut self, mode: Mode) -> Sought {
        let now = Instant::now();
        if mode == Mode::Forever && now < self.lost_from {
            return Sought::Queued;
        }
        // Often enough that each poll may be the first to look.
        self.lost_from = now + self.shared.pace.poll / 2;
        Sought::LostToo
    }

    async fn tick_schedules(&mut self) -> Result<()> {
        let now = self.shared.clock.now();
        for (schedule, seen) in self.shared.kinds.schedules().iter().zip(&mut self.periods) {
            let period = Some(schedule.period(now));
            if *seen == period {
                continue;
            }
            let schedule = *schedule;
            self.shared.write(move |tx| store::insert_scheduled(tx, schedule)).await?;
            *seen = period;
        }
        Ok(())
    }

    fn note(&mut self, round: &Result<u64>) {
        match round {
            Err(error) if !self.away => {
                tracing::warn!(target: LOG, %error, "no jobs can be taken; trying again every second");
            }
            Ok(_) if self.away => tracing::info!(target: LOG, "jobs are being taken again"),
            _ => {}
        }
        self.away = round.is_err();
    }

    /// Waits for what is running, for the grace at most; then each is cut off and released.
    async fn stop(&self, mut running: JoinSet<()>) {
        let all = async { while running.join_next().await.is_some() {} };
        if timeout(self.shared.pace.grace, all).await.is_err() {
            self.shared.stop.send_replace(true);
            while running.join_next().await.is_some() {}
        }
    }
}

impl<C: Clone + Send + Sync + 'static> Shared<C> {
    async fn write<T: Send + 'static>(&self, unit: impl Fn(&mut Tx) -> Result<T> + Send + 'static) -> Result<T> {
        self.db.write(super::lane(), unit).await
    }

    fn bury_lost(&self, tx: &mut Tx, names: &[&str]) -> Result<()> {
        for lost in store::bury_lost(tx, names)? {
            self.kinds.hooks(&lost.kind).map_or(Ok(()), |hooks| (hooks.given_up)(tx, &lost, store::LOST))?;
        }
        Ok(())
    }

    /// One attempt from its start to its settling.
    async fn work(self: Arc<Self>, job: Job) {
        let ticket = job.ticket();
        let outcome = match self.kinds.handler(&job.kind) {
            Some(handler) => self.watch(tokio::spawn(handler(self.context.clone(), &job)), ticket).await,
            None => Outcome::Failed(format!("no worker here knows the kind {}", job.kind)),
        };
        outcome.note(&job);
        for _ in 0..3 {
            match self.settle(&job, &outcome).await {
                Ok(true) => return,
                Ok(false) => break,
                // Most likely a twin was queued in this very moment; the next look sees it.
                Err(error) => tracing::warn!(target: LOG, job = %job.id, %error, "a job's end could not be written"),
            }
        }
        tracing::warn!(target: LOG, job = %job.id, kind = job.kind, attempts = job.attempts, "a job's lease was lost; its end is not ours to tell");
    }

    /// Waits for the attempt and keeps its lease alive meanwhile.
    async fn watch(&self, mut task: JoinHandle<Result<()>>, ticket: Ticket) -> Outcome {
        let Pace { lease, extend_every, .. } = self.pace;
        let mut beat = interval_at(Instant::now() + extend_every, extend_every);
        let mut stop = self.stop.subscribe();
        loop {
            tokio::select! {
                ended = &mut task => return ended.map_or_else(|panic| Outcome::Failed(told(panic)), Outcome::of),
                _ = beat.tick() => {
                    let extended = self.write(move |tx| store::extend(tx, ticket, tx.now().plus(lease))).await;
                    if matches!(extended, Ok(false)) && !task.is_finished() {
                        cut_off(task).await;
                        return Outcome::Lost;
                    }
                }
                () = async { drop(stop.wait_for(|stop| *stop).await) } => {
                    cut_off(task).await;
                    return Outcome::Released;
                }
            }
        }
    }

    /// Writes how the attempt ended; false where the lease is no longer ours.
    async fn settle(&self, job: &Job, outcome: &Outcome) -> Result<bool> {
        let (ticket, last) = (job.ticket(), job.attempts >= job.max_attempts);
        match outcome {
            Outcome::Done => {
                self.write(move |tx| Ok(store::finish(tx, ticket)? || store::is_settled(tx, ticket)?)).await
            }
            Outcome::Released => self.write(move |tx| store::requeue(tx, ticket, tx.now(), None, 1)).await,
            Outcome::Lost => Ok(false),
            Outcome::Failed(error) => {
                let (error, job, hooks) = (error.clone(), job.clone(), self.kinds.hooks(&job.kind));
                self.write(move |tx| {
                    if last {
                        let buried = store::bury(tx, ticket, &error)?;
                        if let (true, Some(hooks)) = (buried, hooks) {
                            (hooks.given_up)(tx, &job, &error)?;
                        }
                        return Ok(buried);
                    }
                    store::requeue(tx, ticket, tx.now().plus(backoff::pause(ticket)), Some(&error), 0)
                })
                .await
            }
        }
    }
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

/// Ends a task that nobody waits for any more. What it has handed to the database still happens, whole.
async fn cut_off(task: JoinHandle<Result<()>>) {
    task.abort();
    // A task ends at its next await; one that never gets there is left behind.
    let _ended = timeout(Duration::from_secs(1), task).await;
}

fn told(error: JoinError) -> String {
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
