//! How long a failed job waits: 5 s, doubled each time up to 6 h, and up to a fifth more so that what failed together
//! does not come back together. Seventeen attempts span more than a day.

use std::time::Duration;

use super::Ticket;

const BASE: Duration = Duration::from_secs(5);
const CAP: Duration = Duration::from_hours(6);

/// The pause after the attempt that `ticket` stands for. The same ticket always waits the same time.
pub fn pause(ticket: Ticket) -> Duration {
    let doublings = u32::try_from(ticket.attempts.saturating_sub(1)).unwrap_or(u32::MAX).min(20);
    let pause = BASE.saturating_mul(1 << doublings).min(CAP);
    pause + pause.mul_f64(spread(ticket) / 5.0)
}

/// Between 0 and 1, from the random bits at the end of the job's id and its attempt.
fn spread(ticket: Ticket) -> f64 {
    let (_, random) = ticket.job.0.as_u64_pair();
    let attempt = u64::try_from(ticket.attempts).unwrap_or(0);
    let mixed = (random ^ attempt).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48;
    u16::try_from(mixed).map_or(0.0, |bits| f64::from(bits) / f64::from(u16::MAX))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use uuid::Uuid;

    use super::{Ticket, pause};
    use crate::JobId;

    fn nth(attempts: i64) -> Duration {
        pause(Ticket { job: JobId(Uuid::from_u128(0x0199_0000_0000_7000_8123_4567_89ab_cdef)), attempts })
    }

    #[test]
    fn grows_from_seconds_to_hours() {
        assert!((Duration::from_secs(5)..=Duration::from_secs(6)).contains(&nth(1)));
        assert!((Duration::from_secs(40)..=Duration::from_secs(48)).contains(&nth(4)));
        assert!((Duration::from_hours(6)..=Duration::from_mins(432)).contains(&nth(i64::MAX)));
        let all: Duration = (1..17).map(nth).sum();
        assert!(all > Duration::from_hours(24), "seventeen attempts span {all:?}");
    }

    #[test]
    fn what_fails_together_comes_back_apart() {
        let pauses: std::collections::BTreeSet<_> =
            (0..100_u128).map(|n| pause(Ticket { job: JobId(Uuid::from_u128(n << 8)), attempts: 3 })).collect();
        assert!(pauses.len() > 90);
    }
}
