//! Why a provider rejects a lead: a code, and a reason in its own words.

use crate::db::text_enum;
use crate::text;

text_enum! {
    /// The kind of reason.
    pub enum RejectionCode {
        BadContact = "bad_contact",
        Duplicate = "duplicate",
        OutOfArea = "out_of_area",
        WrongNiche = "wrong_niche",
        Spam = "spam",
        NotInterested = "not_interested",
        Other = "other",
    }
}

/// A reason that says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    pub code: RejectionCode,
    /// NFC, trimmed, [`LENGTH`] characters.
    reason: String,
}

/// In Unicode scalar values.
pub const LENGTH: std::ops::RangeInclusive<usize> = 10..=500;

impl Rejection {
    /// `Err` with the number of characters where they are too few or too many.
    pub fn new(reason: &str, code: RejectionCode) -> Result<Self, usize> {
        let reason = text::said(reason);
        let chars = reason.chars().count();
        if LENGTH.contains(&chars) { Ok(Self { code, reason }) } else { Err(chars) }
    }

    pub fn reason(&self) -> &str {
        &self.reason
    }
}

#[cfg(test)]
mod tests {
    use super::{Rejection, RejectionCode};

    fn chars(reason: &str) -> Result<usize, usize> {
        Rejection::new(reason, RejectionCode::Other).map(|r| r.reason().chars().count())
    }

    #[test]
    fn counts_scalar_values_of_what_can_be_seen() {
        let family = "👨\u{200d}👩\u{200d}👧";
        for (reason, expected) in [
            ("a".repeat(9), Err(9)),
            ("a".repeat(10), Ok(10)),
            ("a".repeat(500), Ok(500)),
            ("a".repeat(501), Err(501)),
            (" ".repeat(10), Err(0)),
            ("\u{200b}".repeat(10), Err(0)),
            ("\u{3000}".repeat(10), Err(0)),
            ("\r\n".repeat(10), Err(0)),
            (family.repeat(10), Ok(50)),
            ("😀".repeat(500), Ok(500)),
            // Ten letters and ten accents are ten letters in NFC.
            ("e\u{301}".repeat(5), Err(5)),
            ("e\u{301}".repeat(10), Ok(10)),
            (format!("\u{feff} {} \u{200b}\r\n", "b".repeat(10)), Ok(10)),
        ] {
            assert_eq!(chars(&reason), expected, "{reason:?}");
        }
    }
}
