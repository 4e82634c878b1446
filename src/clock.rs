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
    pub const MIN: Self = Self(*MICROS.start());
    pub const MAX: Self = Self(*MICROS.end());

    /// `None` outside the years 1 to 9999.
    pub fn from_micros(micros: i64) -> Option<Self> {
        MICROS.contains(&micros).then_some(Self(micros))
    }

    pub fn as_micros(self) -> i64 {
        self.0
    }

    /// Later by `duration`; stops at the end of the year 9999.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(micros).min(*MICROS.end()))
    }

    /// Earlier by `duration`; stops at the start of the year 1.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_sub(micros).max(*MICROS.start()))
    }

    /// The time from `earlier` to `self`; zero where `earlier` is later.
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
        let parsed = shaped.then(|| text.parse::<jiff::Timestamp>().ok()).flatten()?;
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

    pub fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

fn has_offset(bytes: &[u8]) -> bool {
    let Some(tail) = bytes.len().checked_sub(6).and_then(|at| bytes.get(at..)) else { return false };
    matches!(tail, [b'+' | b'-', h1, h2, b':', m1, m2]
        if [h1, h2, m1, m2].iter().all(|b| b.is_ascii_digit()) && (*h1, *h2) < (b'2', b'4') && *m1 < b'6')
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = TimeZone::UTC.to_datetime(self.to_jiff());
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
            time.year(),
            time.month(),
            time.day(),
            time.hour(),
            time.minute(),
            time.second(),
            time.subsec_nanosecond() / 1000
        )
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Tells the time; a test can move it. All clones share one offset.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    offset_micros: Arc<AtomicI64>,
}

impl Clock {
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
