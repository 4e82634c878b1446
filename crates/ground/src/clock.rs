//! The only source of time. `Timestamp` is what the database keeps and JSON shows: microseconds, UTC.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A moment in microseconds since 1970-01-01T00:00:00Z. Text: RFC 3339 with `Z` and six digits of fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

/// 0001-01-01T00:00:00Z and 9999-12-30T22:00:00.999999Z: what RFC 3339 can write, both engines can hold, and jiff can
/// show in every zone.
const MICROS: std::ops::RangeInclusive<i64> = -62_135_596_800_000_000..=253_402_207_200_999_999;

impl Timestamp {
    /// 0001-01-01T00:00:00Z.
    pub const MIN: Self = Self(*MICROS.start());
    /// 9999-12-30T22:00:00.999999Z.
    pub const MAX: Self = Self(*MICROS.end());

    /// `None` outside the years 1 to 9999.
    #[inline]
    pub fn from_micros(micros: i64) -> Option<Self> {
        MICROS.contains(&micros).then_some(Self(micros))
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    #[inline]
    pub fn as_micros(self) -> i64 {
        self.0
    }

    /// Later by `duration`; stops at the end of the year 9999.
    #[inline]
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(micros).min(*MICROS.end()))
    }

    /// Earlier by `duration`; stops at the start of the year 1.
    #[inline]
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_sub(micros).max(*MICROS.start()))
    }

    /// The time from `earlier` to `self`; zero where `earlier` is later.
    #[inline]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// An RFC 3339 time with an offset; a leap second or a date that is none is refused, a finer fraction is cut.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        // jiff takes more than RFC 3339 does (a space, a leap second, hours alone as an offset, [zone] suffixes).
        let shaped = bytes.len() >= 20
            && bytes.get(10).is_some_and(|b| matches!(b, b'T' | b't'))
            && bytes.get(17..19).is_some_and(|s| s < b"60".as_slice())
            && (bytes.last().is_some_and(|b| matches!(b, b'Z' | b'z')) || has_offset(bytes));
        let parsed = shaped.then(|| without_finest(text).parse::<jiff::Timestamp>().ok()).flatten()?;
        Self::from_micros(parsed.as_microsecond())
    }

    /// The civil day of this moment in `zone`.
    pub fn date_in(self, zone: &TimeZone) -> Date {
        zone.to_datetime(self.to_jiff()).date()
    }

    /// The first moment of `date` in `zone` (after a gap that swallows midnight: the first moment there is).
    pub fn start_of(date: Date, zone: &TimeZone) -> Option<Self> {
        let zoned = date.to_zoned_datetime(zone.clone()).ok()?;
        Self::from_micros(zoned.timestamp().as_microsecond())
    }

    /// The same moment as jiff has it.
    #[inline]
    pub fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

/// RFC 3339 sets no end to a fraction; nine digits of it are read.
fn without_finest(text: &str) -> std::borrow::Cow<'_, str> {
    let Some((whole, rest)) = text.split_once('.') else { return text.into() };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    match (rest.get(..9), rest.get(digits..)) {
        (Some(fraction), Some(zone)) if digits > 9 => format!("{whole}.{fraction}{zone}").into(),
        _ => text.into(),
    }
}

fn has_offset(bytes: &[u8]) -> bool {
    let Some(tail) = bytes.len().checked_sub(6).and_then(|at| bytes.get(at..)) else { return false };
    matches!(tail, [b'+' | b'-', h1, h2, b':', m1, m2]
        if [h1, h2, m1, m2].iter().all(|b| b.is_ascii_digit()) && (*h1, *h2) < (b'2', b'4') && *m1 < b'6')
}

impl Timestamp {
    /// `2026-01-31T12:00:00.000000Z`. By hand: an answer holds a hundred of them.
    fn text(self) -> [u8; 27] {
        const DAY: i64 = 86_400_000_000;
        let (year, month, day) = civil(self.0.div_euclid(DAY));
        let micros = self.0.rem_euclid(DAY);
        let (seconds, fraction) = (micros / 1_000_000, micros % 1_000_000);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let ten = |n: i64| u8::try_from(n / 10 % 10).map_or(b'?', |digit| b'0' + digit);
        let one = |n: i64| ten(n * 10);
        [
            ten(year / 100),
            one(year / 100),
            ten(year),
            one(year),
            b'-',
            ten(month),
            one(month),
            b'-',
            ten(day),
            one(day),
            b'T',
            ten(hour),
            one(hour),
            b':',
            ten(minute),
            one(minute),
            b':',
            ten(second),
            one(second),
            b'.',
            ten(fraction / 10_000),
            one(fraction / 10_000),
            ten(fraction / 100),
            one(fraction / 100),
            ten(fraction),
            one(fraction),
            b'Z',
        ]
    }
}

/// Year, month and day of a day counted from 1970-01-01 (Howard Hinnant's `civil_from_days`).
fn civil(days: i64) -> (i64, i64, i64) {
    // A year that starts in March has its leap day at its end; 400 of them are 146,097 days.
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.text()).map_err(|_| fmt::Error)?)
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(std::str::from_utf8(&self.text()).map_err(serde::ser::Error::custom)?)
    }
}

/// Tells the time; a test can move it. All clones share one offset.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    offset_micros: Arc<AtomicI64>,
}

impl Clock {
    /// The machine's time, moved as the clock was.
    #[inline]
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]
    pub fn now(&self) -> Timestamp {
        let system = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let micros = i64::try_from(system.as_micros()).unwrap_or(i64::MAX);
        Timestamp(micros.saturating_add(self.offset_micros.load(Ordering::Relaxed)))
    }

    /// Moves the clock forward, for tests of windows, leases and expiries.
    pub fn advance(&self, by: Duration) {
        self.offset_micros.fetch_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::{MICROS, Timestamp};
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    fn by_jiff(time: Timestamp) -> String {
        let civil = TimeZone::UTC.to_datetime(time.to_jiff());
        format!("{}.{:06}Z", civil.strftime("%Y-%m-%dT%H:%M:%S"), civil.subsec_nanosecond() / 1000)
    }

    #[test]
    fn the_edges_are_written_as_they_are() {
        for text in [
            "0001-01-01T00:00:00.000000Z",
            "1600-02-29T23:59:59.999999Z",
            "1900-03-01T00:00:00.000000Z",
            "1969-12-31T23:59:59.999999Z",
            "1970-01-01T00:00:00.000000Z",
            "2000-02-29T12:34:56.000001Z",
            "2100-02-28T23:59:59.999999Z",
            "9999-12-30T22:00:00.999999Z",
        ] {
            assert_eq!(Timestamp::parse(text).map(|time| time.to_string()).as_deref(), Some(text));
        }
    }

    #[test]
    fn a_fraction_may_be_as_fine_as_it_likes() {
        for (text, read) in [
            ("2026-11-30T12:00:00.1234567890123456789Z", "2026-11-30T12:00:00.123456Z"),
            ("2026-11-30T12:00:00.0000000009+01:00", "2026-11-30T11:00:00.000000Z"),
            ("2026-11-30T12:00:00.1Z", "2026-11-30T12:00:00.100000Z"),
        ] {
            assert_eq!(Timestamp::parse(text).map(|time| time.to_string()).as_deref(), Some(read), "{text}");
        }
        for wrong in ["2026-11-30T12:00:00.Z", "2026-11-30T12:00:00.1234567890", "2026-11-30T12:00:00.12345678901x"] {
            assert_eq!(Timestamp::parse(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_time_is_written_as_jiff_does(micros in MICROS) {
            let time = Timestamp::from_micros(micros).unwrap();
            prop_assert_eq!(time.to_string(), by_jiff(time));
            prop_assert_eq!(Timestamp::parse(&time.to_string()), Some(time));
        }
    }
}
