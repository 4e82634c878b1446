//! Periods of time as a filter names them: from one day or moment to another, both ends inclusive.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::clock::Timestamp;

/// One end of a period: a whole day of some time zone, or a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// All of it.
    Day(Date),
    /// This one.
    Moment(Timestamp),
}

/// From `start` on and before `end`. An end that was not named is the end of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Belongs to it.
    pub start: Timestamp,
    /// Does not.
    pub end: Timestamp,
}

impl Bound {
    /// `2026-01-31`, or an RFC 3339 time with an offset; years 1 to 9999. `None` for all else.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 10 {
            return Timestamp::parse(text).map(Self::Moment);
        }
        let shaped =
            text.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
        let date = shaped.then(|| text.parse::<Date>().ok()).flatten()?;
        (1..=9999).contains(&date.year()).then_some(Self::Day(date))
    }

    /// The first moment of it. A day begins with the first moment there is, also where the clocks change at midnight.
    fn start(self, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Day(date) => Timestamp::start_of(date, zone).unwrap_or(Timestamp::MIN),
            Self::Moment(at) => at,
        }
    }

    /// The first moment after it.
    fn end(self, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Day(date) => {
                date.tomorrow().ok().and_then(|next| Timestamp::start_of(next, zone)).unwrap_or(Timestamp::MAX)
            }
            Self::Moment(at) => at.plus(Duration::from_micros(1)),
        }
    }
}

/// As [`Bound::parse`] reads it.
impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(date) => date.fmt(f),
            Self::Moment(at) => at.fmt(f),
        }
    }
}

impl Period {
    /// `None` where the period ends before it starts.
    pub fn new(from: Option<Bound>, to: Option<Bound>, zone: &TimeZone) -> Option<Self> {
        let start = from.map_or(Timestamp::MIN, |bound| bound.start(zone));
        let end = to.map_or(Timestamp::MAX, |bound| bound.end(zone));
        (start < end).then_some(Self { start, end })
    }
}

/// How long after its beginning something may still be done, where that was changed at times: what has begun keeps what it
/// began with. Each with the moment from which on it holds, the oldest first.
#[derive(Debug, Clone)]
pub struct Windows(Arc<[(Timestamp, Duration)]>);

impl Windows {
    /// The same, whenever it began.
    pub fn always(window: Duration) -> Self {
        Self(Arc::new([(Timestamp::MIN, window)]))
    }

    /// `None` where there is none.
    pub fn of(windows: Vec<(Timestamp, Duration)>) -> Option<Self> {
        (!windows.is_empty()).then(|| Self(windows.into()))
    }

    /// Of what begins now.
    pub fn last(&self) -> Duration {
        self.0.last().map_or(Duration::ZERO, |(_, window)| *window)
    }

    /// Of what began at this moment.
    pub fn at(&self, beginning: Timestamp) -> Duration {
        let held = self.0.iter().take_while(|(since, _)| *since <= beginning).last().or_else(|| self.0.first());
        held.map_or(Duration::ZERO, |(_, window)| *window)
    }

    /// The end of what began at this moment.
    pub fn end(&self, beginning: Timestamp) -> Timestamp {
        beginning.plus(self.at(beginning))
    }

    /// When those began that end within the period.
    pub fn beginnings(&self, ends: Period) -> Vec<Period> {
        let next = self.0.iter().skip(1).map(|(since, _)| *since).chain([Timestamp::MAX]);
        let each = self.0.iter().zip(next).map(|((since, window), next)| Period {
            start: ends.start.minus(*window).max(*since),
            end: ends.end.minus(*window).min(next),
        });
        each.filter(|period| period.start < period.end).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Bound, Period, Windows};

    fn period(from: &str, to: &str, zone: &str) -> Option<(String, String)> {
        let zone = crate::zone::get(zone).unwrap();
        let period = Period::new(Bound::parse(from), Bound::parse(to), &zone)?;
        Some((period.start.to_string(), period.end.to_string()))
    }

    #[test]
    fn a_day_is_whole_in_its_zone() {
        for (from, to, zone, start, end) in [
            ("2026-01-02", "2026-01-02", "UTC", "2026-01-02T00:00:00", "2026-01-03T00:00:00"),
            ("2026-01-02", "2026-01-03", "America/Denver", "2026-01-02T07:00:00", "2026-01-04T07:00:00"),
            // 23 hours, 25 hours, and a day whose midnight the clocks jump over.
            ("2026-03-29", "2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00", "2026-03-29T22:00:00"),
            ("2026-10-25", "2026-10-25", "Europe/Berlin", "2026-10-24T22:00:00", "2026-10-25T23:00:00"),
            ("2018-11-04", "2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00", "2018-11-05T02:00:00"),
        ] {
            let shown = (format!("{start}.000000Z"), format!("{end}.000000Z"));
            assert_eq!(period(from, to, zone), Some(shown), "{from} in {zone}");
        }
    }

    #[test]
    fn a_moment_is_part_of_its_period() {
        let moment = "2026-03-29T02:30:00+01:00";
        let shown = ("2026-03-29T01:30:00.000000Z".to_owned(), "2026-03-29T01:30:00.000001Z".to_owned());
        assert_eq!(period(moment, moment, "UTC"), Some(shown));
        assert_eq!(period("2026-01-03", "2026-01-02", "UTC"), None);
        assert_eq!(period("2026-01-02T00:00:01Z", "2026-01-02T00:00:00Z", "UTC"), None);
    }

    #[test]
    fn what_has_begun_keeps_its_window() {
        use crate::clock::Timestamp;
        use std::time::Duration;
        let at = |day: u32| Timestamp::parse(&format!("2026-11-{day:02}T00:00:00Z")).unwrap();
        let days = |days: u32| Duration::from_hours(24 * u64::from(days));
        let windows = Windows::of(vec![(Timestamp::MIN, days(14)), (at(10), days(2)), (at(20), days(5))]).unwrap();
        for (beginning, end) in [(1, 15), (9, 23), (10, 12), (19, 21), (20, 25), (22, 27)] {
            assert_eq!(windows.end(at(beginning)), at(end), "{beginning}");
        }
        assert_eq!(windows.last(), days(5));
        let from_to = |start: u32, end: u32| Period { start: at(start), end: at(end) };
        // Those of the first and the second, none of the third.
        assert_eq!(windows.beginnings(from_to(15, 16)), [from_to(1, 2), from_to(13, 14)]);
        assert_eq!(windows.beginnings(from_to(20, 24)), [from_to(6, 10), from_to(18, 20)]);
        assert_eq!(Windows::always(days(14)).beginnings(from_to(20, 24)), [from_to(6, 10)]);
        assert!(Windows::of(Vec::new()).is_none());
    }

    #[test]
    fn the_ends_of_time_hold() {
        assert!(period("0001-01-01", "9999-12-31", "Pacific/Kiritimati").is_some());
        assert!(period("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "UTC").is_some());
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "2026-02-30",
            "0000-01-01",
            "294277-01-01",
            "infinity",
            "",
            "2026-1-1",
            "2026-01-01T00:00:00",
            "20260101",
            "2026-01-01T00:00:00+99:99",
            "2026-01-01T23:59:60Z",
            "2026-01-01 00:00:00Z",
            "2026-13-01",
            "+026-01-01",
            "2026-03-29T02:30",
            "now",
            "2026-01-01T24:00:00Z",
            "２０２６-01-01",
            "2026-01-01T00:00:00Z[UTC]",
        ] {
            assert_eq!(Bound::parse(text), None, "{text}");
        }
    }
}
