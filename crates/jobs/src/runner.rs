//! The worker's loop. Jobs run in tasks of their own; beside them the loop takes its turns at the queue, a unit each: what has
//! ended since the last one is settled, and what is due is taken as far as there are free slots. The more there is to do, the
//! more a turn does, so the queue's share of the work shrinks under load. Losing the database ends nothing: the loop
//! polls until it is back, and the leases decide who goes on with what was running.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use ground::clock::{Clock, Timestamp};
use ground::error::{Error, Result};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout_at};
use units::{Db, Tx};

use super::attempts::{Attempts, Ended, LOG, Outcome};
use super::claims::{self, Look, Sought};
use super::store;
use super::turn::{Turn, Turned};
use super::{Job, Kinds};

/// How often it is tried to write down how one attempt ended.
const TRIES: u32 = 3;

/// How a worker keeps time.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Jobs at work at the same time, in one process.
    pub slots: usize,
    /// The same while many wait for the database ([`Db::is_pressed`]): what was promised goes on, and lets them go first.
    pub slots_pressed: usize,
    /// A killed worker's jobs are taken up again after this and what it takes until somebody looks for lost ones.
    pub lease: Duration,
    /// How often leases are extended while their jobs are at work.
    pub extend_every: Duration,
    /// How often lost leases are looked for.
    pub lost_every: Duration,
    /// The floor under wake-ups: other processes' jobs and retries are noticed this late, and jobs that became due in the past.
    pub poll: Duration,
    /// How long a job may go on after the worker was told to stop; then it is released.
    pub grace: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            slots: 8,
            slots_pressed: 8,
            lease: Duration::from_secs(20),
            extend_every: Duration::from_secs(5),
            lost_every: Duration::from_secs(5),
            poll: Duration::from_secs(1),
            grace: Duration::from_secs(5),
        }
    }
}

/// So much older than what was seen a job may be that is seen later: its unit began before, and is committed after.
const BACK: Duration = Duration::from_millis(250);

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
    attempts: Attempts,
    /// What is still to be settled.
    ended: Vec<Ended>,
    /// The period last seen of each schedule.
    periods: Vec<Option<i64>>,
    /// When lost leases are looked for again.
    lost_from: Instant,
    /// Whatever was due before then is taken, as far as is known; and when all is looked at again.
    due_from: Timestamp,
    all_from: Instant,
    /// When leases are extended again.
    extend_from: Instant,
    /// Whether the database was away in the last round: said once, not each second.
    away: bool,
}

struct Shared<C> {
    db: Db,
    clock: Clock,
    kinds: Kinds<C>,
    context: C,
    pace: Pace,
}

impl<C: Clone + Send + Sync + 'static> Runner<C> {
    /// A worker of these kinds on this database.
    pub fn new(db: Db, clock: Clock, kinds: Kinds<C>, context: C, pace: Pace) -> Self {
        let (periods, now) = (vec![None; kinds.schedules().len()], Instant::now());
        Self {
            shared: Arc::new(Shared { db, clock, kinds, context, pace }),
            attempts: Attempts::default(),
            ended: Vec::new(),
            periods,
            lost_from: now,
            due_from: Timestamp::MIN,
            all_from: now,
            extend_from: now,
            away: false,
        }
    }

    /// Works until `shutdown` (or, by `mode`, until nothing is due), lets what is running end or releases it, and tells
    /// how many jobs it took. In [`Mode::UntilIdle`] a database that is away is an error; else it is waited for.
    pub async fn run(mut self, mode: Mode, shutdown: impl Future<Output = ()>) -> Result<u64> {
        let mut shutdown = std::pin::pin!(shutdown);
        let mut wakeups = self.shared.db.wakeups();
        let mut poll = interval(self.shared.pace.poll);
        poll.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let slots = self.shared.pace.slots;
        let mut taken = 0;
        let mut outcome = Ok(());
        loop {
            let round = self.round(mode).await;
            if mode == Mode::UntilIdle {
                if round.is_err() || self.attempts.is_empty() && self.ended.is_empty() {
                    outcome = round.map(|_| ());
                    break;
                }
            } else {
                self.note(&round);
            }
            if round.is_err() {
                self.extend_from = self.extend_from.max(Instant::now() + self.shared.pace.poll);
            }
            taken += round.unwrap_or(0);
            tokio::select! {
                () = &mut shutdown => break,
                _ = wakeups.changed(), if self.attempts.len() < slots => {}
                Some(ended) = self.attempts.next() => self.ended.push(ended),
                _ = poll.tick() => {}
                () = sleep_until(self.extend_from), if !self.attempts.is_empty() => {}
            }
            self.ended.extend(self.attempts.ready());
        }
        self.stop().await;
        outcome.map(|()| taken)
    }

    /// Makes what the schedules ask for, and takes a turn where there is something to do; how many jobs were taken.
    async fn round(&mut self, mode: Mode) -> Result<u64> {
        self.tick_schedules().await?;
        let (shared, now) = (Arc::clone(&self.shared), Instant::now());
        let mut turn = Turn { ended: self.unsettled(), ..Turn::default() };
        if now >= self.extend_from {
            turn.running = self.attempts.tickets();
            self.extend_from = now + shared.pace.extend_every;
        }
        let pressed = mode == Mode::Forever && shared.db.is_pressed();
        let slots = if pressed { shared.pace.slots_pressed } else { shared.pace.slots };
        let free = slots.saturating_sub(self.attempts.len());
        let asks = turn.ended.is_empty();
        if free > 0 {
            let (look, began) = (self.look(mode), shared.clock.now());
            if !asks || self.is_due(look).await? {
                turn.take = Some((look, free));
            } else {
                self.due_from = seen_until(look, began, &[], free);
            }
        }
        if asks && turn.running.is_empty() && turn.take.is_none() {
            return Ok(0);
        }
        let (look, began) = (turn.take, shared.clock.now());
        let jobs = self.take_turn(turn).await?;
        let taken = jobs.len();
        if let Some((look, free)) = look {
            self.due_from = seen_until(look, began, &jobs, free);
        }
        for job in jobs {
            let work = self.shared.kinds.handler(&job.kind).map(|handler| handler(self.shared.context.clone(), &job));
            self.attempts.begin(job, work);
        }
        if taken > 0 && self.attempts.len() == taken {
            // Nothing was at work: these have fresh leases.
            self.extend_from = Instant::now() + self.shared.pace.extend_every;
        }
        Ok(u64::try_from(taken).unwrap_or(0))
    }

    /// What is to be written down of those that ended: of those whose lease was lost there is nothing.
    fn unsettled(&mut self) -> Vec<Ended> {
        self.ended.retain(|ended| {
            let ours = ended.outcome != Outcome::Lost;
            if !ours {
                not_ours(&ended.job);
            }
            ours
        });
        self.ended.clone()
    }

    async fn is_due(&self, look: Look) -> Result<bool> {
        let names: Vec<&'static str> = self.shared.kinds.names().collect();
        self.shared.db.read(move |read| claims::is_due(read, &names, look)).await
    }

    /// Has the turn's unit run; the jobs that were taken. Where it fails, what ended is settled one by one, so that one of
    /// them cannot keep the others.
    async fn take_turn(&mut self, turn: Turn) -> Result<Vec<Job>> {
        let settles = !turn.ended.is_empty();
        match self.shared.turn(turn).await {
            Ok(Turned { stale, lost, jobs }) => {
                for Ended { job, .. } in self.ended.drain(..).filter(|ended| stale.contains(&ended.job.ticket())) {
                    not_ours(&job);
                }
                for ticket in lost {
                    self.attempts.lose(ticket);
                }
                Ok(jobs)
            }
            Err(_) if settles => self.settle_each().await.map(|()| Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Settles what ended one by one; an error where the database is away. What cannot be written all the same is given up in the
    /// end, and its lease decides.
    async fn settle_each(&mut self) -> Result<()> {
        let mut away = None;
        for mut ended in std::mem::take(&mut self.ended) {
            let turn = Turn { ended: vec![ended.clone()], ..Turn::default() };
            match self.shared.turn(turn).await {
                Ok(turned) if turned.stale.is_empty() => {}
                Ok(_) => not_ours(&ended.job),
                Err(error) => {
                    tracing::warn!(target: LOG, job = %ended.job.id, %error, "a job's end could not be written");
                    // A database that is away may be back while the lease holds.
                    if matches!(error, Error::Unavailable(_)) {
                        away.get_or_insert(error);
                    } else {
                        ended.tries += 1;
                    }
                    if ended.tries < TRIES { self.ended.push(ended) } else { not_ours(&ended.job) }
                }
            }
        }
        away.map_or(Ok(()), Err)
    }

    /// Where it is looked this time: now and then at everything.
    fn look(&mut self, mode: Mode) -> Look {
        let now = Instant::now();
        let (mut sought, mut from) = (Sought::Queued, self.due_from);
        if mode == Mode::UntilIdle || now >= self.all_from {
            self.all_from = now + self.shared.pace.poll / 2;
            from = Timestamp::MIN;
        }
        if mode == Mode::UntilIdle || now >= self.lost_from {
            self.lost_from = now + self.shared.pace.lost_every;
            sought = Sought::LostToo;
        }
        Look { sought, from }
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
    async fn stop(&mut self) {
        let end = Instant::now() + self.shared.pace.grace;
        let mut late = false;
        while !self.attempts.is_empty() {
            let next = if late { Ok(self.attempts.next().await) } else { timeout_at(end, self.attempts.next()).await };
            let Ok(ended) = next else {
                late = true;
                self.attempts.release_all();
                continue;
            };
            self.ended.extend(ended);
            self.ended.extend(self.attempts.ready());
            if !late {
                self.settle().await;
            }
        }
        for _ in 0..TRIES {
            self.settle().await;
        }
        self.ended.drain(..).for_each(|ended| not_ours(&ended.job));
    }

    async fn settle(&mut self) {
        let ended = self.unsettled();
        if !ended.is_empty() {
            // What could not be settled is still there.
            let _ended = self.take_turn(Turn { ended, ..Turn::default() }).await;
        }
    }
}

impl<C: Send + Sync + 'static> Shared<C> {
    async fn write<T: Send + 'static>(&self, unit: impl Fn(&mut Tx) -> Result<T> + Send + 'static) -> Result<T> {
        self.db.write(super::lane(), unit).await
    }

    async fn turn(self: &Arc<Self>, turn: Turn) -> Result<Turned> {
        let shared = Arc::clone(self);
        self.write(move |tx| turn.run(tx, &shared.kinds, shared.pace.lease)).await
    }
}

/// Up to when nothing is due any more after a turn that `began` then, looked there and took these jobs of `free` at most.
fn seen_until(Look { sought, from }: Look, began: Timestamp, jobs: &[Job], free: usize) -> Timestamp {
    match jobs.last() {
        // More may be due, from the last one on; where lost ones are among them it may be before that.
        Some(_) if jobs.len() >= free && sought == Sought::LostToo => from,
        Some(last) if jobs.len() >= free => last.run_at.minus(BACK).max(from),
        _ => began.minus(BACK).max(from),
    }
}

fn not_ours(job: &Job) {
    let Job { id, kind, attempts, .. } = job;
    tracing::warn!(target: LOG, job = %id, kind, attempts, "a job's lease was lost; its end is not ours to tell");
}
