//! A turn of the queue's own bookkeeping, one unit: what ended is settled, what runs keeps its lease, what is due is taken.

use std::collections::BTreeMap;
use std::time::Duration;

use ground::error::Result;
use units::Tx;

use super::attempts::{Ended, Outcome};
use super::claims::{self, Look, Sought};
use super::id::JobId;
use super::store;
use super::{Job, Kinds, Ticket, backoff};

/// What a turn is to do.
#[derive(Debug, Clone, Default)]
pub struct Turn {
    pub ended: Vec<Ended>,
    /// Whose leases are extended.
    pub running: Vec<Ticket>,
    /// What is taken, and how many at most.
    pub take: Option<(Look, usize)>,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Turned {
    /// Of those that ended: whose end was not ours to tell.
    pub stale: Vec<Ticket>,
    /// Of those that run: whose lease is somebody else's.
    pub lost: Vec<Ticket>,
    pub jobs: Vec<Job>,
}

impl Turn {
    pub fn run<C: 'static>(&self, tx: &mut Tx, kinds: &Kinds<C>, lease: Duration) -> Result<Turned> {
        let stale = settle(tx, &self.ended, kinds)?;
        let until = tx.now().plus(lease);
        let lost = each(&self.running, |attempts, some| claims::extend_all(tx, attempts, some, until))?;
        let mut jobs = Vec::new();
        if let Some((look, free)) = self.take {
            let names: Vec<&str> = kinds.names().collect();
            if look.sought == Sought::LostToo {
                bury_lost(tx, &names, kinds)?;
            }
            jobs = claims::claim(tx, &names, look, until, free)?;
        }
        Ok(Turned { stale, lost, jobs })
    }
}

fn settle<C: 'static>(tx: &mut Tx, ended: &[Ended], kinds: &Kinds<C>) -> Result<Vec<Ticket>> {
    let (mut done, mut gone, mut stale) = (Vec::new(), Vec::new(), Vec::new());
    for Ended { job, outcome, .. } in ended {
        let ticket = job.ticket();
        let told = match outcome {
            Outcome::Done => {
                if kinds.leaves(&job.kind) { &mut gone } else { &mut done }.push(ticket);
                true
            }
            Outcome::Released => store::requeue(tx, ticket, tx.now(), None, 1)?,
            Outcome::Lost => false,
            Outcome::Failed(error) if job.attempts >= job.max_attempts => {
                let buried = store::bury(tx, ticket, error)?;
                if let (true, Some(hooks)) = (buried, kinds.hooks(&job.kind)) {
                    (hooks.given_up)(tx, job, error)?;
                }
                buried
            }
            Outcome::Failed(error) => {
                store::requeue(tx, ticket, tx.now().plus(backoff::pause(ticket)), Some(error), 0)?
            }
        };
        if !told {
            stale.push(ticket);
        }
    }
    stale.extend(each(&done, |attempts, some| claims::finish_all(tx, attempts, some))?);
    stale.extend(each(&gone, |attempts, some| claims::drop_all(tx, attempts, some))?);
    Ok(stale)
}

fn bury_lost<C: 'static>(tx: &mut Tx, names: &[&str], kinds: &Kinds<C>) -> Result<()> {
    for lost in claims::bury_lost(tx, names)? {
        kinds.hooks(&lost.kind).map_or(Ok(()), |hooks| (hooks.given_up)(tx, &lost, claims::LOST))?;
    }
    Ok(())
}

/// Runs this for the jobs of each number of attempts, mostly the first of all of them; which were lost.
fn each(tickets: &[Ticket], mut run: impl FnMut(i64, &[JobId]) -> Result<Vec<JobId>>) -> Result<Vec<Ticket>> {
    let mut by_attempts: BTreeMap<i64, Vec<JobId>> = BTreeMap::new();
    for ticket in tickets {
        by_attempts.entry(ticket.attempts).or_default().push(ticket.job);
    }
    let mut lost = Vec::new();
    for (attempts, jobs) in by_attempts {
        lost.extend(run(attempts, &jobs)?.into_iter().map(|job| Ticket { job, attempts }));
    }
    Ok(lost)
}
