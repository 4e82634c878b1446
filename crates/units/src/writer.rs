//! A thread that writes: takes the units that wait together into one transaction, and answers after its COMMIT.
//!
//! A unit that fails leaves nothing behind. On SQLite each has a savepoint. On PostgreSQL a savepoint would cost a round
//! trip, so a unit that fails having written nothing just stays; one that fails having written takes the transaction
//! with it, and every unit of it runs again in one of its own.
//!
//! Units that say so of their type are done as a set, by one run. A set that fails leaves nothing behind and is tried again
//! in halves, so that one of them which cannot be done ends alone, and the others together.
//!
//! Several nodes have each such a thread. Two transactions of many units that take the same rows in different orders wait for
//! each other until PostgreSQL looks, a second later. So units of one transaction run in the order of their keys, the same
//! everywhere; and money, whose units take the rows of several owners, has one transaction at a time over all nodes.

use std::collections::VecDeque;
use std::time::Instant;

use crossbeam_channel::Receiver;

use super::engine::Engine;
use super::error::{Committed, Failure, Fault};
use super::meters::Meters;
use super::set::Set;
use super::task::{Ended, RETRIES, Task, swallowed};
use super::thread::pause;
use super::tx::Tx;
use ground::error::Error;

pub(super) struct Writer {
    tx: Tx,
    queue: Receiver<Order>,
    meters: Meters,
    /// How many units may share a transaction.
    batch: usize,
    /// PostgreSQL: what each transaction holds against the same lane of other nodes.
    turn: Option<i64>,
}

/// The number that means "money's turn" among the advisory locks of a PostgreSQL database.
pub(super) const MONEY: i64 = 0x6c65_6164_6d6f;

/// What a lane is told.
pub(super) enum Order {
    Run(Task<Tx>),
    /// Ends the thread, after what was ordered before.
    Stop,
}

/// One try of a set in a transaction of its own.
enum Tried {
    Committed,
    /// Ended, and nothing is left of it: the outcome of the run is the answer.
    Undone,
    Instead(Error),
    /// The database cannot do it now, or nobody knows whether it did: it is not tried again.
    Refused(Error),
    Again,
}

/// What a set's run did to the transaction it shares.
enum Shared {
    Stays,
    /// Nothing of it is in the transaction; it wants another run.
    Again,
    /// The transaction is no good any more.
    Spoilt,
}

impl Writer {
    pub fn new(tx: Tx, queue: Receiver<Order>, meters: Meters, batch: usize, turn: Option<i64>) -> Self {
        Self { tx, queue, meters, batch, turn }
    }

    /// Works until it is stopped or nobody is left who could order.
    pub fn run(mut self) {
        let _ = self.tx.conn.ready(&self.meters);
        let mut held = None;
        loop {
            let first = held.take().map_or_else(|| self.queue.recv().unwrap_or(Order::Stop), Order::Run);
            let Order::Run(first) = first else { return };
            let (batch, next, stop) = self.gather(first);
            held = next;
            self.work(batch);
            if stop {
                return;
            }
        }
    }

    /// All units that wait now and may share a transaction; one taken from the queue that may not; whether to stop.
    fn gather(&self, first: Task<Tx>) -> (Vec<Task<Tx>>, Option<Task<Tx>>, bool) {
        let mut batch = Vec::with_capacity(self.batch.min(1 + self.queue.len()));
        let mut alone = first.alone;
        batch.extend(first.taken(&self.meters));
        while !alone && batch.len() < self.batch {
            match self.queue.try_recv() {
                Ok(Order::Run(task)) if task.alone && !batch.is_empty() => return (batch, Some(task), false),
                Ok(Order::Run(task)) => {
                    alone = task.alone;
                    batch.extend(task.taken(&self.meters));
                }
                Ok(Order::Stop) => return (batch, None, true),
                Err(_) => break,
            }
        }
        (batch, None, false)
    }

    fn work(&mut self, mut batch: Vec<Task<Tx>>) {
        if batch.is_empty() {
            return;
        }
        self.meters.shared(batch.len());
        let share = batch.len() > 1;
        if self.tx.engine() == Engine::Postgres {
            batch.sort_by_key(|task| task.key);
        }
        let mut sets = Set::all(batch);
        // Twice, since only BEGIN finds out that a connection at rest was cut.
        let until = sets.iter().map(Set::deadline).max();
        if let Some(until) = until.filter(|_| share)
            && (0..2).any(|_| self.begin_shared(until))
        {
            sets = self.together(sets);
        }
        for set in sets {
            self.apart(set);
        }
    }

    fn begin_shared(&mut self, until: Instant) -> bool {
        if self.tx.conn.ready(&self.meters).is_err() || self.tx.conn.begin(false, until).is_err() {
            return false;
        }
        let turn = self.tx.conn.take_turn(self.turn, until);
        if turn.is_err() {
            self.tx.conn.rollback();
        }
        turn.is_ok()
    }

    /// One transaction for all. Gives back what is still to be run, each in its own.
    fn together(&mut self, sets: Vec<Set>) -> Vec<Set> {
        let (mut done, mut again) = (Vec::with_capacity(sets.len()), Vec::new());
        let mut waiting = VecDeque::from(sets);
        while let Some(mut set) = waiting.pop_front() {
            let (ended, shared) = self.share(&mut set);
            match shared {
                Shared::Stays => done.push(set),
                Shared::Again if set.is_one() => again.push(set),
                Shared::Again => {
                    self.meters.again();
                    set.halves().into_iter().rev().flatten().for_each(|half| waiting.push_front(half));
                }
                Shared::Spoilt => {
                    self.tx.conn.rollback();
                    self.meters.again();
                    // A unit that panicked would panic again.
                    if ended == Ended::Panicked && set.is_one() {
                        set.answer(&self.meters);
                    } else if let Some(set) = set.in_time(&self.meters) {
                        done.extend(set.halves().into_iter().flatten());
                    }
                    done.extend(again);
                    done.extend(waiting);
                    return done;
                }
            }
        }
        match self.tx.conn.commit() {
            Committed::Yes => done.into_iter().for_each(|set| set.committed(&self.meters)),
            // One of them broke a constraint that is looked at last, or all were cut off.
            Committed::No(failure) if failure.fault != Fault::Down => {
                self.meters.again();
                done.extend(again);
                return done;
            }
            Committed::No(failure) | Committed::Unknown(failure) => self.refuse_all(done, &failure),
        }
        again
    }

    fn refuse_all(&self, sets: Vec<Set>, failure: &Failure) {
        let units: usize = sets.iter().map(Set::len).sum();
        tracing::error!("a shared commit of {units} units failed: {}", failure.error);
        for set in sets {
            set.refuse(Error::Unavailable(failure.error.to_string().into()), &self.meters);
        }
    }

    /// Runs a set in the transaction that others share.
    fn share(&mut self, set: &mut Set) -> (Ended, Shared) {
        if self.tx.conn.mark().is_err() {
            return (Ended::Failed, Shared::Spoilt);
        }
        let ended = set.run(&mut self.tx);
        let fault = self.tx.fault();
        let well = ended == Ended::Well && fault.is_none();
        let clean = !self.tx.wrote() && fault.is_none();
        let kept = self.tx.conn.settle(well, clean);
        let shared = match (kept, ended, fault) {
            (false, _, _) => Shared::Spoilt,
            (true, Ended::Well, None) => Shared::Stays,
            (true, Ended::Failed | Ended::Panicked, _) if fault != Some(Fault::Retry) && set.is_one() => Shared::Stays,
            // Also one that swallowed a database error: run alone it is told so.
            _ => Shared::Again,
        };
        (ended, shared)
    }

    /// Runs a set in transactions of its own: in one, or in smaller and smaller parts.
    fn apart(&mut self, set: Set) {
        let mut waiting = VecDeque::from([set]);
        while let Some(set) = waiting.pop_front() {
            let mut set = match set.into_one() {
                Ok(task) => {
                    self.alone(task);
                    continue;
                }
                Err(set) => set,
            };
            match self.attempt(&mut set) {
                Tried::Committed => set.committed(&self.meters),
                Tried::Refused(error) => set.refuse(error, &self.meters),
                Tried::Undone | Tried::Instead(_) | Tried::Again => {
                    self.meters.again();
                    let Some(set) = set.in_time(&self.meters) else { continue };
                    set.halves().into_iter().rev().flatten().for_each(|half| waiting.push_front(half));
                }
            }
        }
    }

    /// Runs a unit in a transaction of its own, again where others got in its way.
    fn alone(&mut self, task: Task<Tx>) {
        let Some(mut set) = Set::one(task).in_time(&self.meters) else { return };
        for tries in 0..=RETRIES {
            match self.attempt(&mut set) {
                Tried::Committed => return set.committed(&self.meters),
                Tried::Undone => return set.answer(&self.meters),
                Tried::Instead(error) | Tried::Refused(error) => return set.refuse(error, &self.meters),
                Tried::Again if tries < RETRIES => {
                    self.meters.again();
                    pause(tries);
                    let Some(in_time) = set.in_time(&self.meters) else { return };
                    set = in_time;
                }
                Tried::Again => {}
            }
        }
        set.refuse(Error::Unavailable("the unit was raced or cut off again and again".into()), &self.meters);
    }

    fn attempt(&mut self, set: &mut Set) -> Tried {
        if let Err(failure) = self.tx.conn.ready(&self.meters) {
            return Tried::Refused(failure.error);
        }
        let turn = self.turn.filter(|_| !set.is_long());
        let begun = self.tx.conn.begin(set.is_long(), set.deadline());
        if let Err(failure) = begun.and_then(|()| self.tx.conn.take_turn(turn, set.deadline())) {
            self.tx.conn.rollback();
            return match failure.fault {
                Fault::Retry | Fault::Lost => Tried::Again,
                Fault::Down => Tried::Refused(failure.error),
                Fault::Late | Fault::Defect => Tried::Instead(failure.error),
            };
        }
        let ended = set.run(&mut self.tx);
        let fault = self.tx.fault();
        if ended == Ended::Well && fault.is_none() {
            return match self.tx.conn.commit() {
                Committed::Yes => Tried::Committed,
                Committed::No(failure) if matches!(failure.fault, Fault::Retry | Fault::Lost) => Tried::Again,
                Committed::No(failure) if failure.fault != Fault::Down => Tried::Instead(failure.error),
                Committed::No(failure) | Committed::Unknown(failure) => Tried::Refused(failure.error),
            };
        }
        self.tx.conn.rollback();
        match (ended, fault) {
            (Ended::Panicked, _) => Tried::Undone,
            (Ended::Raced, _) | (_, Some(Fault::Retry | Fault::Lost)) => Tried::Again,
            (Ended::Well, Some(_)) => Tried::Instead(swallowed()),
            (Ended::Well | Ended::Failed, _) => Tried::Undone,
        }
    }
}
