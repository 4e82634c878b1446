//! What becomes of one assignment.

use std::time::Duration;

use leadhouse::clock::Timestamp;

use super::text;
use crate::random::Random;

/// What a provider made of a lead, and when.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fate {
    pub status: &'static str,
    pub viewed_at: Option<Timestamp>,
    pub accepted_at: Option<Timestamp>,
    pub rejected_at: Option<Timestamp>,
    pub refunded_at: Option<Timestamp>,
    /// Its return was denied.
    pub denied_at: Option<Timestamp>,
    pub reason: Option<&'static (&'static str, &'static str)>,
}

impl Fate {
    /// Of a hundred leads 17 are accepted, 13 rejected, 5 of these refunded and 4 denied; half of all stay unopened. Nothing happens
    /// after `end`.
    pub fn of(random: &mut Random, at: Timestamp, end: Timestamp) -> Self {
        let most = u64::try_from(end.since(at).as_micros()).unwrap_or(0);
        let mut later = |from: Timestamp, hours: u64| {
            let left = most.saturating_sub(u64::try_from(from.since(at).as_micros()).unwrap_or(0));
            from.plus(Duration::from_micros(random.below(left.min(hours * 3_600_000_000) + 1)))
        };
        let viewed_at = later(at, 20);
        let decided_at = later(viewed_at, 20);
        let reviewed_at = later(decided_at, 60);
        let rejected = Self { rejected_at: Some(decided_at), ..Self::default() };
        let reason = Some(random.pick(text::REASONS));
        let dice = random.below(100);
        let viewed_at = Some(viewed_at).filter(|_| random.chance(if dice < 30 { 80 } else { 37 }));
        match dice {
            0..17 => Self { status: "accepted", viewed_at, accepted_at: Some(decided_at), ..Self::default() },
            17..21 => Self { status: "rejected", viewed_at, reason, denied_at: Some(reviewed_at), ..rejected },
            21..25 => Self { status: "rejected", viewed_at, reason, ..rejected },
            25..30 => Self { status: "refunded", viewed_at, reason, refunded_at: Some(reviewed_at), ..rejected },
            _ => Self { status: "active", viewed_at, ..Self::default() },
        }
    }
}
