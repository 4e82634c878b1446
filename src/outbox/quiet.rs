//! Quiet hours: a part of each day, by the provider's clock, in which it does not want to be disturbed.

use jiff::civil::Time;
use jiff::tz::TimeZone;

use crate::clock::Timestamp;

/// From one time of day to another, over midnight where the second is the earlier; the end is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    from: Time,
    until: Time,
}

impl Quiet {
    /// From two texts `HH:MM`; `None` where one is none, or both are the same.
    pub fn read(from: &str, until: &str) -> Option<Self> {
        let (from, until) = (time(from)?, time(until)?);
        (from != until).then_some(Self { from, until })
    }

    /// When the quiet hours around `now` end; `None` where they are over, or not yet begun. A clock that is put forward
    /// over the end ends them at that moment.
    pub fn end(self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let local = zone.to_datetime(now.to_jiff());
        let (time, from, until) = (local.time(), self.from, self.until);
        let inside = if from < until { from <= time && time < until } else { from <= time || time < until };
        if !inside {
            return None;
        }
        let day = if time < until { local.date() } else { local.date().tomorrow().ok()? };
        let end = zone.to_ambiguous_zoned_datetime(day.to_datetime(until)).compatible().ok()?;
        // An hour that comes twice may have had its end before.
        Timestamp::from_micros(end.timestamp().as_microsecond()).filter(|end| *end > now)
    }
}

/// Whether a text is a time of day as quiet hours have it: `HH:MM`.
pub fn is_time_of_day(text: &str) -> bool {
    time(text).is_some()
}

/// `HH:MM` and nothing else.
fn time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let two = |part: &str| (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok())?;
    Time::new(two(hour)?, two(minute)?, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::{Quiet, time};
    use crate::clock::Timestamp;

    fn end(from: &str, until: &str, zone: &str, now: &str) -> Option<String> {
        let (quiet, zone) = (Quiet::read(from, until).unwrap(), crate::zone::get(zone).unwrap());
        quiet.end(Timestamp::parse(now).unwrap(), &zone).map(|end| end.to_string().replace(".000000", ""))
    }

    #[test]
    fn quiet_hours_end_on_the_providers_clock() {
        for (from, until, zone, now, expected) in [
            ("22:00", "06:30", "UTC", "2026-11-24T21:59:59Z", None),
            ("22:00", "06:30", "UTC", "2026-11-24T22:00:00Z", Some("2026-11-25T06:30:00Z")),
            ("22:00", "06:30", "UTC", "2026-11-25T06:29:59Z", Some("2026-11-25T06:30:00Z")),
            ("22:00", "06:30", "UTC", "2026-11-25T06:30:00Z", None),
            ("12:00", "13:00", "America/Denver", "2026-11-24T19:30:00Z", Some("2026-11-24T20:00:00Z")),
            // The night in which clocks go forward (8 h long) and the one in which they go back (10 h).
            ("22:00", "07:00", "America/Denver", "2026-03-08T05:00:00Z", Some("2026-03-08T13:00:00Z")),
            ("22:00", "07:00", "America/Denver", "2026-11-01T04:00:00Z", Some("2026-11-01T14:00:00Z")),
            // Its end is an hour that does not exist, and one that comes twice.
            ("22:00", "02:30", "America/Denver", "2026-03-08T08:00:00Z", Some("2026-03-08T09:30:00Z")),
            ("22:00", "01:30", "America/Denver", "2026-11-01T06:00:00Z", Some("2026-11-01T07:30:00Z")),
            ("22:00", "01:30", "America/Denver", "2026-11-01T08:15:00Z", None),
        ] {
            assert_eq!(end(from, until, zone, now).as_deref(), expected, "{from} {until} {zone} {now}");
        }
    }

    #[test]
    fn what_is_no_time_of_day() {
        assert!(time("00:00").is_some() && time("23:59").is_some());
        for text in ["", "24:00", "7:00", "07:60", "07:00:00", "+7:00", "0７:00", "aa:bb", "07-00"] {
            assert_eq!(time(text), None, "{text}");
        }
        assert_eq!(Quiet::read("07:00", "07:00"), None);
    }
}
