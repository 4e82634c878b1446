//! The day and the month of a cap, in its provider's calendar, and in which of them a sale counts.
//!
//! A provider may move to another zone, and a zone's rules may change: then the new day, or month, begins in the middle of
//! the old one. What was begun goes on to its own end, and what the two have in common counts in both. So no stretch that
//! is a day to the provider ever has more than a day's cap, and nobody waits longer than a day for the next.

use std::time::Duration;

use jiff::civil::Date;

use crate::clock::Timestamp;
use crate::period::{Bound, Period};
use crate::zone;

/// Further ahead than any zone is: a meter that begins there was written by a clock that was wrong.
const WRONG: Duration = Duration::from_hours(48);

/// A provider's day and month around one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    pub day: Period,
    pub month: Period,
}

/// The stretch in which a sale of this moment counts, and what is in it already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    pub period: Period,
    /// Whether the meter's own figure goes on.
    pub goes_on: bool,
    /// What the meter has not counted of it, and has to be looked up.
    pub unmetered: Option<Period>,
}

impl Calendar {
    pub fn of(now: Timestamp, timezone: &str) -> Self {
        let zone = zone::of(timezone);
        let today = now.date_in(&zone);
        let days = |first: Date, last: Date| {
            let all = Period { start: Timestamp::MIN, end: Timestamp::MAX };
            Period::new(Some(Bound::Day(first)), Some(Bound::Day(last)), &zone).unwrap_or(all)
        };
        Self { day: days(today, today), month: days(today.first_of_month(), today.last_of_month()) }
    }
}

/// Where a sale counts at `now`. `metered`: the stretch that the meter counts, if it does; `current`: the day, or the
/// month, around `now`; `served`: whether there were sales before.
pub fn counted(metered: Option<Period>, current: Period, served: bool, now: Timestamp) -> Counted {
    let Some(metered) = metered.filter(|metered| metered.start < now.plus(WRONG)) else {
        return Counted { period: current, goes_on: false, unmetered: served.then_some(current) };
    };
    let before = |end: Timestamp| (current.start < end).then_some(Period { start: current.start, end });
    if now < metered.end {
        let period = Period { start: metered.start.min(current.start), end: metered.end };
        Counted { period, goes_on: true, unmetered: before(metered.start) }
    } else {
        Counted { period: current, goes_on: false, unmetered: before(metered.end) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Calendar, Counted, counted};
    use crate::clock::Timestamp;
    use crate::period::Period;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).expect("a time")
    }

    fn from_to(from: &str, to: &str) -> Period {
        Period { start: at(&format!("{from}:00Z")), end: at(&format!("{to}:00Z")) }
    }

    #[test]
    fn a_day_is_the_providers() {
        for (zone, day, month) in [
            ("UTC", ("2026-12-01T00:00", "2026-12-02T00:00"), ("2026-12-01T00:00", "2027-01-01T00:00")),
            ("America/Denver", ("2026-11-30T07:00", "2026-12-01T07:00"), ("2026-11-01T06:00", "2026-12-01T07:00")),
            ("Pacific/Kiritimati", ("2026-11-30T10:00", "2026-12-01T10:00"), ("2026-11-30T10:00", "2026-12-31T10:00")),
            ("no/such", ("2026-12-01T00:00", "2026-12-02T00:00"), ("2026-12-01T00:00", "2027-01-01T00:00")),
        ] {
            let calendar = Calendar::of(at("2026-12-01T05:30:00Z"), zone);
            let expected = Calendar { day: from_to(day.0, day.1), month: from_to(month.0, month.1) };
            assert_eq!(calendar, expected, "{zone}");
        }
        assert_eq!(Calendar::of(at("9999-12-30T12:00:00Z"), "UTC").day.start, at("9999-12-30T00:00:00Z"));
    }

    #[test]
    fn a_day_that_was_begun_goes_on_and_what_two_have_in_common_counts_in_both() {
        // A day of Denver's, then the same moment in zones east and west of it.
        let denver = from_to("2026-11-30T07:00", "2026-12-01T07:00");
        let kiritimati = from_to("2026-11-30T10:00", "2026-12-01T10:00");
        let midway = from_to("2026-11-29T11:00", "2026-11-30T11:00");
        let utc = from_to("2026-11-30T00:00", "2026-12-01T00:00");
        let goes_on = |period, unmetered| Counted { period, goes_on: true, unmetered };
        let anew = |period, unmetered| Counted { period, goes_on: false, unmetered };
        for (metered, current, now, expected) in [
            // Nothing has changed: the same day, the next one, one much later.
            (denver, denver, "2026-11-30T10:30:00Z", goes_on(denver, None)),
            (midway, utc, "2026-11-30T11:00:00Z", anew(utc, Some(from_to("2026-11-30T00:00", "2026-11-30T11:00")))),
            (from_to("2026-11-29T00:00", "2026-11-30T00:00"), utc, "2026-11-30T00:00:00Z", anew(utc, None)),
            (from_to("2026-11-01T00:00", "2026-11-02T00:00"), utc, "2026-11-30T10:30:00Z", anew(utc, None)),
            // East: the new day began after the old one, and has all that is in both once the old one is over.
            (denver, kiritimati, "2026-11-30T10:30:00Z", goes_on(denver, None)),
            (
                denver,
                kiritimati,
                "2026-12-01T07:00:00Z",
                anew(kiritimati, Some(from_to("2026-11-30T10:00", "2026-12-01T07:00"))),
            ),
            // West: the new day began before the old one.
            (
                denver,
                midway,
                "2026-11-30T10:30:00Z",
                goes_on(
                    from_to("2026-11-29T11:00", "2026-12-01T07:00"),
                    Some(from_to("2026-11-29T11:00", "2026-11-30T07:00")),
                ),
            ),
            // Another node's clock is past midnight already.
            (
                from_to("2026-12-01T00:00", "2026-12-02T00:00"),
                utc,
                "2026-11-30T23:59:59Z",
                goes_on(from_to("2026-11-30T00:00", "2026-12-02T00:00"), Some(utc)),
            ),
            // A clock that was wrong by more than zones differ.
            (from_to("2026-12-03T00:00", "2026-12-04T00:00"), utc, "2026-11-30T10:30:00Z", anew(utc, Some(utc))),
        ] {
            assert_eq!(counted(Some(metered), current, true, at(now)), expected, "{metered:?} at {now}");
        }
        assert_eq!(counted(None, utc, false, at("2026-11-30T10:30:00Z")), anew(utc, None));
        // A meter that was kept before periods were.
        assert_eq!(counted(None, utc, true, at("2026-11-30T10:30:00Z")), anew(utc, Some(utc)));
    }
}
