//! The day and the month of a cap, in its provider's calendar.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::clock::Timestamp;
use crate::zone;

/// The provider's day and month at one moment, as a meter keeps them (`2026-11-24`, `2026-11`), each with the last one
/// that still counts as the same.
///
/// A meter may be a little ahead: another node's clock is past midnight already, or the provider moved to a zone west of
/// the one before (two days at most). Its count goes on then, so that no cap is ever counted from zero twice. What is
/// further ahead was written by a clock that was wrong, and counts for nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    pub today: String,
    pub last_day: String,
    pub month: String,
    pub last_month: String,
}

impl Period {
    /// An unknown `timezone` is UTC.
    pub fn of(now: Timestamp, timezone: &str) -> Self {
        let zone = zone::of(timezone);
        let today = now.date_in(&zone);
        let ahead = today.saturating_add(2.days());
        let month = |date: Date| format!("{:04}-{:02}", date.year(), date.month());
        Self { today: today.to_string(), last_day: ahead.to_string(), month: month(today), last_month: month(ahead) }
    }

    pub fn is_day(&self, metered: &str) -> bool {
        (self.today.as_str()..=self.last_day.as_str()).contains(&metered)
    }

    pub fn is_month(&self, metered: &str) -> bool {
        (self.month.as_str()..=self.last_month.as_str()).contains(&metered)
    }
}

#[cfg(test)]
mod tests {
    use super::Period;
    use crate::clock::Timestamp;

    fn at(text: &str, zone: &str) -> Period {
        Period::of(Timestamp::parse(text).expect("a time"), zone)
    }

    #[test]
    fn a_day_is_the_providers() {
        let moment = "2026-12-01T05:30:00Z";
        for (zone, today, month) in [
            ("UTC", "2026-12-01", "2026-12"),
            ("America/Denver", "2026-11-30", "2026-11"),
            ("Pacific/Kiritimati", "2026-12-01", "2026-12"),
            ("no/such", "2026-12-01", "2026-12"),
        ] {
            let period = at(moment, zone);
            assert_eq!((period.today.as_str(), period.month.as_str()), (today, month), "{zone}");
        }
    }

    #[test]
    fn a_meter_that_is_a_little_ahead_is_not_started_anew() {
        let period = at("2026-11-29T12:00:00Z", "UTC");
        for (metered, same) in
            [("", false), ("2026-11-28", false), ("2026-11-29", true), ("2026-12-01", true), ("2026-12-02", false)]
        {
            assert_eq!(period.is_day(metered), same, "{metered}");
        }
        for (metered, same) in
            [("", false), ("2026-10", false), ("2026-11", true), ("2026-12", true), ("2027-01", false)]
        {
            assert_eq!(period.is_month(metered), same, "{metered}");
        }
    }

    #[test]
    fn the_end_of_time_is_a_day_like_any_other() {
        assert_eq!(at("9999-12-30T12:00:00Z", "UTC").last_day, "9999-12-31");
    }
}
