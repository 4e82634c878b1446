//! Units that are run as one: a single one, or several of a kind, which are done together or not at all.

use std::time::Instant;

use super::meters::Meters;
use super::task::{Ended, Task};
use super::tx::Tx;
use ground::error::Error;

/// How many are done together at most: what is gained by more is little, and the first waits for the last.
const MAX_UNITS_PER_SET: usize = 64;

/// At least one, in the order in which they came.
pub(super) struct Set {
    first: Task<Tx>,
    others: Vec<Task<Tx>>,
}

impl Set {
    /// What waits together, in sets. Nobody of them has an answer yet, so those of a kind may go before what came between
    /// them; among themselves they keep their order.
    pub fn all(tasks: Vec<Task<Tx>>) -> Vec<Self> {
        let mut sets: Vec<Self> = Vec::with_capacity(tasks.len());
        for task in tasks {
            let kind = task.kind();
            // The last of the kind: one before it is full.
            let last = sets.iter_mut().rev().find(|set| kind.is_some() && set.first.kind() == kind);
            match last.filter(|set| set.len() < MAX_UNITS_PER_SET && set.first.key == task.key) {
                Some(set) => set.others.push(task),
                None => sets.push(Self::one(task)),
            }
        }
        sets
    }

    pub fn one(task: Task<Tx>) -> Self {
        Self { first: task, others: Vec::new() }
    }

    pub fn len(&self) -> usize {
        1 + self.others.len()
    }

    pub fn is_one(&self) -> bool {
        self.others.is_empty()
    }

    /// Its own unit, where it is one alone.
    pub fn into_one(self) -> Result<Task<Tx>, Self> {
        if self.is_one() { Ok(self.first) } else { Err(self) }
    }

    /// Whether it never shares a transaction.
    pub fn is_long(&self) -> bool {
        self.first.alone
    }

    /// When the first of them has to be done.
    pub fn deadline(&self) -> Instant {
        self.others.iter().map(Task::deadline).fold(self.first.deadline(), Instant::min)
    }

    pub fn run(&mut self, tx: &mut Tx) -> Ended {
        if self.is_one() { self.first.run(tx) } else { self.first.run_with(&mut self.others, tx) }
    }

    /// Without those whose time is up, which are answered; `None` where nobody is left.
    pub fn in_time(self, meters: &Meters) -> Option<Self> {
        let mut left = self.into_tasks().filter_map(|task| task.in_time(meters));
        let first = left.next()?;
        Some(Self { first, others: left.collect() })
    }

    /// Its first and its second half, where it is more than one.
    pub fn halves(self) -> [Option<Self>; 2] {
        let Self { first, mut others } = self;
        let mut second = others.split_off(others.len() / 2).into_iter();
        let second = second.next().map(|first| Self { first, others: second.collect() });
        [Some(Self { first, others }), second]
    }

    /// Its transaction is committed: what was wanted done then, and the answers.
    pub fn committed(self, meters: &Meters) {
        self.into_tasks().for_each(|task| task.committed(meters));
    }

    /// Answers with what the last run came to.
    pub fn answer(self, meters: &Meters) {
        self.into_tasks().for_each(|task| task.answer(meters));
    }

    /// Answers all with this error.
    pub fn refuse(self, error: Error, meters: &Meters) {
        if self.is_one() {
            return self.first.refuse(error, meters);
        }
        let why = error.to_string();
        self.into_tasks().for_each(|task| task.refuse(Error::Unavailable(why.clone().into()), meters));
    }

    fn into_tasks(self) -> impl Iterator<Item = Task<Tx>> {
        std::iter::once(self.first).chain(self.others)
    }
}
