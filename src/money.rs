//! Money: a whole number of minor units (cents). Floating point never touches it.

use std::fmt;

use crate::error::{Error, Result};

/// An amount in minor units of the house's currency. JSON: a number with at most two decimals (`25.0`, `25.5`, `-0.05`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Money(i64);

/// contract.md, HTTP in general: amounts that come in are at most 10,000,000.
const MAX_MINOR: i64 = 1_000_000_000;

impl Money {
    pub const ZERO: Self = Self(0);

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
    /// At most two decimals (trailing zeros beyond them are taken), no exponent, ≤ 10,000,000; `None` for everything
    /// else. Sign and zero are the caller's to judge.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let fraction = fraction.trim_end_matches('0');
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || whole.len() > 8 || fraction.len() > 2 || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let cents = match fraction.len() {
            0 => 0,
            1 => fraction.parse::<i64>().ok()? * 10,
            _ => fraction.parse::<i64>().ok()?,
        };
        let minor = whole.parse::<i64>().ok()? * 100 + cents;
        (minor <= MAX_MINOR).then_some(Self(if negative { -minor } else { minor }))
    }
}

/// `25.0`, `25.5`, `25.05`, `-0.05`: the shortest form that still shows it is no integer.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, cents) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        if cents.is_multiple_of(10) {
            write!(f, "{sign}{whole}.{}", cents / 10)
        } else {
            write!(f, "{sign}{whole}.{cents:02}")
        }
    }
}

impl serde::Serialize for Money {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = serde_json::value::RawValue::from_string(self.to_string()).map_err(serde::ser::Error::custom)?;
        text.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::Money;

    #[test]
    fn reads_and_writes_exactly() {
        for (text, minor, shown) in [
            ("25", 2500, "25.0"),
            ("25.10", 2510, "25.1"),
            ("0.05", 5, "0.05"),
            ("-3.5", -350, "-3.5"),
            ("0", 0, "0.0"),
        ] {
            let money = Money::parse(text).map(|m| (m.minor(), m.to_string()));
            assert_eq!(money, Some((minor, shown.to_owned())));
        }
    }

    #[test]
    fn refuses_what_is_not_two_decimals() {
        for text in
            ["0.30000000000000004", "1e3", "1e18", "10000000.01", "9223372036854775807", "", ".5", "NaN", "1.234"]
        {
            assert_eq!(Money::parse(text), None, "{text}");
        }
    }
}
