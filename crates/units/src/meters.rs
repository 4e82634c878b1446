//! What the units tell of themselves: how many, how they ended, how long they waited, how many shared a commit.

use std::time::Duration;

use metrics::{Counter, Histogram, counter, histogram};

use ground::error::{Error, Result};

/// The meters of one kind of unit: read, background, write.
#[derive(Clone)]
pub(super) struct Meters {
    ok: Counter,
    refused: Counter,
    unavailable: Counter,
    internal: Counter,
    full: Counter,
    wait: Histogram,
    batch: Histogram,
    retries: Counter,
    reconnects: Counter,
}

impl Meters {
    /// `name` is what all their names begin with.
    pub fn of(name: &'static str, kind: &'static str) -> Self {
        let units =
            |outcome: &'static str| counter!(format!("{name}_units_total"), "kind" => kind, "outcome" => outcome);
        Self {
            ok: units("ok"),
            refused: units("refused"),
            unavailable: units("unavailable"),
            internal: units("internal"),
            full: counter!(format!("{name}_queue_full_total"), "kind" => kind),
            wait: histogram!(format!("{name}_queue_wait_seconds"), "kind" => kind),
            batch: histogram!(format!("{name}_batch_units"), "kind" => kind),
            retries: counter!(format!("{name}_retries_total"), "kind" => kind),
            reconnects: counter!(format!("{name}_connects_total"), "kind" => kind),
        }
    }

    /// A unit was answered: well, with an error of the domain, with one of ours.
    pub fn answered<T>(&self, outcome: &Result<T>) {
        match outcome {
            Ok(_) => &self.ok,
            Err(Error::Unavailable(_)) => &self.unavailable,
            Err(Error::Internal(_)) => &self.internal,
            Err(_) => &self.refused,
        }
        .increment(1);
    }

    /// A unit was turned away since its queue was full.
    pub fn full(&self) {
        self.full.increment(1);
    }

    pub fn waited(&self, time: Duration) {
        self.wait.record(time);
    }

    /// So many units shared a transaction.
    pub fn shared(&self, units: usize) {
        self.batch.record(f64::from(u32::try_from(units).unwrap_or(u32::MAX)));
    }

    /// A unit runs again.
    pub fn again(&self) {
        self.retries.increment(1);
    }

    pub fn connected(&self) {
        self.reconnects.increment(1);
    }
}
