//! A thread that reads: one unit after the other, on a connection that cannot write.

use crossbeam_channel::Receiver;

use super::error::{Failure, Fault};
use super::meters::Meters;
use super::task::{Ended, RETRIES, Task, swallowed};
use super::thread::{pause, stand_back};
use super::tx::Read;
use ground::error::Error;

pub(super) struct Reader {
    read: Read,
    queue: Receiver<Order>,
    meters: Meters,
    /// Whether it is in the background: all statements of a unit see the database as it was at the unit's first.
    snapshot: bool,
}

/// What a reader is told.
pub(super) enum Order {
    Run(Task<Read>),
    /// Ends one reader, after what was ordered before.
    Stop,
}

impl Reader {
    pub fn new(mut read: Read, queue: Receiver<Order>, meters: Meters, snapshot: bool) -> Self {
        read.gives_way = snapshot;
        Self { read, queue, meters, snapshot }
    }

    /// Works until it is stopped or nobody is left who could order.
    pub fn run(mut self) {
        if self.read.gives_way {
            stand_back();
        }
        let _ = self.read.conn.ready(&self.meters);
        while let Ok(Order::Run(task)) = self.queue.recv() {
            if let Some(task) = task.taken(&self.meters) {
                self.work(task);
            }
        }
    }

    fn work(&mut self, mut task: Task<Read>) {
        for tries in 0..=RETRIES {
            let (ended, fault) = match self.attempt(&mut task) {
                Ok(came_to) => came_to,
                Err(Failure { fault: Fault::Lost | Fault::Retry, .. }) => (Ended::Raced, None),
                Err(failure) => return task.refuse(failure.error, &self.meters),
            };
            let again = ended == Ended::Raced || matches!(fault, Some(Fault::Lost | Fault::Retry));
            match (ended, again) {
                (Ended::Well, _) if fault.is_some() => return task.refuse(swallowed(), &self.meters),
                (Ended::Well | Ended::Panicked, _) | (_, false) => return task.answer(&self.meters),
                _ if tries < RETRIES => {
                    self.meters.again();
                    pause(tries);
                    let Some(in_time) = task.in_time(&self.meters) else { return };
                    task = in_time;
                }
                _ => {}
            }
        }
        task.refuse(Error::Unavailable("the unit was cut off again and again".into()), &self.meters);
    }

    fn attempt(&mut self, task: &mut Task<Read>) -> Result<(Ended, Option<Fault>), Failure> {
        self.read.conn.ready(&self.meters)?;
        if self.snapshot {
            self.read.conn.begin_snapshot()?;
        }
        let ended = task.run(&mut self.read);
        if self.snapshot {
            self.read.conn.rollback();
        }
        Ok((ended, self.read.fault()))
    }
}
