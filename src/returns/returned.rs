//! How far a return is, and how many are left to a provider.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::db::text_enum;

text_enum! {
    /// How far a return is.
    pub enum ReturnState {
        Pending = "pending",
        Approved = "approved",
        Denied = "denied",
    }
}

text_enum! {
    /// What a machine could prove, so that a return was approved at once.
    pub enum ReturnRule {
        /// The provider had this person in this niche already.
        KnownPerson = "known_person",
        /// The postal code is none that the subscription buys.
        OutsideArea = "outside_area",
        /// Nothing that was given can reach anybody.
        Unreachable = "unreachable",
    }
}

/// How long after a denial it can be appealed; the end is exclusive.
pub const APPEAL_WINDOW: Duration = Duration::from_hours(7 * 24);

/// Over how long an allowance of returns is counted.
pub(super) const ALLOWANCE_SPAN: Duration = Duration::from_hours(30 * 24);

/// The return of a rejected lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    pub state: ReturnState,
    pub decided_at: Option<Timestamp>,
    /// The operator's words.
    pub note: Option<String>,
    /// Set where no person decided.
    pub rule: Option<ReturnRule>,
    pub appealed_at: Option<Timestamp>,
}

/// What limits the provider's returns, and what has been used of it in the last 30 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Allowance {
    pub max_returns: Option<i64>,
    /// Of the leads that were assigned.
    pub max_percent: Option<i64>,
    pub opened: i64,
    pub assigned: i64,
}

impl Returned {
    /// Until just before this moment the denial can be appealed; `None` where there is none, or it was appealed before.
    pub fn appeal_until(&self) -> Option<Timestamp> {
        let denied = self.state == ReturnState::Denied && self.appealed_at.is_none();
        self.decided_at.filter(|_| denied).map(|at| at.plus(APPEAL_WINDOW))
    }
}

impl Allowance {
    /// How many more may be opened now.
    pub fn left(&self) -> Option<i64> {
        let share = self.max_percent.map(|percent| self.assigned.saturating_mul(percent) / 100);
        let most = [self.max_returns, share].into_iter().flatten().min()?;
        Some((most - self.opened).max(0))
    }
}

#[cfg(test)]
mod tests {
    use super::Allowance;

    #[test]
    fn the_smaller_of_the_limits_counts() {
        for (max_returns, max_percent, opened, assigned, left) in [
            (None, None, 5, 100, None),
            (Some(3), None, 1, 0, Some(2)),
            (Some(3), None, 4, 0, Some(0)),
            (Some(0), None, 0, 100, Some(0)),
            (None, Some(10), 0, 9, Some(0)),
            (None, Some(10), 0, 19, Some(1)),
            (None, Some(100), 3, 7, Some(4)),
            (Some(3), Some(10), 1, 100, Some(2)),
            (Some(30), Some(10), 1, 100, Some(9)),
        ] {
            let allowance = Allowance { max_returns, max_percent, opened, assigned };
            assert_eq!(allowance.left(), left, "{allowance:?}");
        }
    }
}
