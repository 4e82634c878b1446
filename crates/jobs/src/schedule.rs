//! What is due by the calendar.

use std::time::Duration;

use ground::clock::Timestamp;
use sha2::{Digest, Sha256};

use super::id::JobId;

/// Work that is due once in every period, whatever the number of workers.
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    /// [`JobKind::KIND`](super::JobKind::KIND).
    pub kind: &'static str,
    /// How long a period is; the first began in 1970.
    pub every: Duration,
}

impl Schedule {
    /// The id of the job that does the work of the period around `now`: the same for every node that asks, so that the
    /// table's key admits it once.
    pub fn job_at(&self, now: Timestamp) -> JobId {
        let start = self.period(now).saturating_mul(self.length());
        let digest = Sha256::new().chain_update(self.kind).chain_update(start.to_be_bytes()).finalize();
        let mut random = [0; 10];
        random.iter_mut().zip(digest.iter()).for_each(|(to, from)| *to = *from);
        let millis = u64::try_from(start / 1_000).unwrap_or(0);
        JobId(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }

    /// The number of the period around `now`, counted from 1970.
    pub fn period(&self, now: Timestamp) -> i64 {
        now.as_micros().div_euclid(self.length())
    }

    fn length(&self) -> i64 {
        i64::try_from(self.every.as_micros()).unwrap_or(i64::MAX).max(1)
    }
}
