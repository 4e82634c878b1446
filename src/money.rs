//! Money: a whole number of minor units of the installation's currency (cents, yen, fils). Floating point never touches
//! it.

mod currency;

use std::fmt;

pub use currency::{Currency, digits, keep};

use crate::error::{Error, Result};

/// An amount in minor units of the installation's currency. JSON: a number with at most the currency's decimals
/// (`25.0`, `25.5`, `-0.05`; `1250` where it has none).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Money(i64);

impl Money {
    pub const ZERO: Self = Self(0);
    /// The largest amount that is taken, in the currency's own units.
    pub const MAX_AMOUNT: i64 = 10_000_000;

    pub const fn from_minor(minor: i64) -> Self {
        Self(minor)
    }

    pub const fn minor(self) -> i64 {
        self.0
    }

    pub fn checked_add(self, other: Self) -> Result<Self> {
        self.0.checked_add(other.0).map(Self).ok_or_else(|| Error::internal("money overflow"))
    }

    #[must_use]
    pub const fn negated(self) -> Self {
        Self(-self.0)
    }

    /// Reads a JSON number's own text, so that `25.10` is exact and `0.30000000000000004` is refused.
    ///
    /// At most the currency's decimals (zeros beyond them are taken), no exponent, ≤ 10,000,000; `None` for everything
    /// else. Sign and zero are the caller's to judge.
    pub fn parse(text: &str) -> Option<Self> {
        parse(text, digits())
    }

    /// `1559.00`, `1559`, `1559.000`: with all decimals of the currency, as files and tables have it.
    pub fn fixed(self) -> String {
        let (sign, whole, fraction) = parts(self, digits());
        format!("{sign}{whole}{}{fraction}", if fraction.is_empty() { "" } else { "." })
    }

    /// Whole units, and the decimals as they are written; without the sign.
    pub fn split(self) -> (u64, String) {
        let (_, whole, fraction) = parts(self, digits());
        (whole, fraction)
    }
}

fn parse(text: &str, digits: u8) -> Option<Money> {
    let (negative, number) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let fraction = fraction.trim_end_matches('0');
    let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let places = usize::from(digits);
    if whole.is_empty() || whole.len() > 8 || fraction.len() > places || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    // `25.1` of a currency with two decimals is 25 and 10.
    let minor = format!("{whole}{fraction:0<places$}").parse::<i64>().ok()?;
    (minor <= Money::MAX_AMOUNT * unit_of(digits)).then_some(Money(if negative { -minor } else { minor }))
}

/// Sign, whole units and all decimals.
fn parts(amount: Money, digits: u8) -> (&'static str, u64, String) {
    let sign = if amount.0 < 0 { "-" } else { "" };
    let unit = unit_of(digits).unsigned_abs();
    let (whole, rest) = (amount.0.unsigned_abs() / unit, amount.0.unsigned_abs() % unit);
    let fraction = if digits == 0 { String::new() } else { format!("{rest:0>width$}", width = usize::from(digits)) };
    (sign, whole, fraction)
}

/// How many minor units make one of the currency.
pub fn unit() -> i64 {
    unit_of(digits())
}

fn unit_of(digits: u8) -> i64 {
    10_i64.saturating_pow(u32::from(digits))
}

/// `25.0`, `25.5`, `25.05`, `-0.05`: the shortest form that still shows it is no integer; `1250` of a currency that has no
/// decimals.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(*self, digits()))
    }
}

fn shown(amount: Money, digits: u8) -> String {
    let (sign, whole, fraction) = parts(amount, digits);
    match fraction.trim_end_matches('0') {
        _ if digits == 0 => format!("{sign}{whole}"),
        "" => format!("{sign}{whole}.0"),
        some => format!("{sign}{whole}.{some}"),
    }
}

impl serde::Serialize for Money {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = serde_json::value::RawValue::from_string(self.to_string()).map_err(serde::ser::Error::custom)?;
        text.serialize(serializer)
    }
}

impl units::Param for Money {
    #[inline]
    fn value(&self) -> units::Value<'_> {
        units::Value::Int(self.minor())
    }
}

impl units::Column for Money {
    #[inline]
    fn decode(cell: &units::Cell<'_>) -> Result<Self> {
        <i64 as units::Column>::decode(cell).map(Self::from_minor)
    }
}

#[cfg(test)]
mod tests {
    use super::{Money, parse, shown};

    #[test]
    fn reads_and_writes_exactly() {
        for (digits, text, minor, json) in [
            (2, "25", 2500, "25.0"),
            (2, "25.10", 2510, "25.1"),
            (2, "0.05", 5, "0.05"),
            (2, "-3.5", -350, "-3.5"),
            (2, "0", 0, "0.0"),
            (2, "10000000", 1_000_000_000, "10000000.0"),
            (0, "1250", 1250, "1250"),
            (0, "1250.00", 1250, "1250"),
            (0, "-7", -7, "-7"),
            (0, "10000000", 10_000_000, "10000000"),
            (3, "12.345", 12_345, "12.345"),
            (3, "12.5", 12_500, "12.5"),
            (3, "0.001", 1, "0.001"),
            (3, "10000000.000", 10_000_000_000, "10000000.0"),
            (4, "0.0001", 1, "0.0001"),
        ] {
            let money = parse(text, digits);
            let read = money.map(|money| (money.minor(), shown(money, digits)));
            assert_eq!(read, Some((minor, json.to_owned())), "{text} with {digits}");
        }
    }

    #[test]
    fn refuses_what_the_currency_does_not_have() {
        for (digits, texts) in [
            (
                2,
                &["0.30000000000000004", "1e3", "1e18", "10000000.01", "9223372036854775807", "", ".5", "NaN", "1.234"]
                    [..],
            ),
            (0, &["0.5", "1250.01", "10000001", "-0.5"][..]),
            (3, &["0.0005", "10000000.001", "1.2345"][..]),
        ] {
            for text in texts {
                assert_eq!(parse(text, digits), None, "{text} with {digits}");
            }
        }
    }

    #[test]
    fn the_most_and_the_least_there_is_can_be_shown() {
        assert_eq!(shown(Money::from_minor(i64::MIN), 2), "-92233720368547758.08");
        assert_eq!(shown(Money::from_minor(i64::MAX), 0), "9223372036854775807");
    }
}
