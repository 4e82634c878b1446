//! Postal codes, as a subscription limits where it buys: `80211`, `SW1A 1AA`, `1012 AB` compare without case, spaces
//! and dashes, by prefix.

use serde::{Serialize, Serializer};

use crate::db::{Cell, Column, Json, Param, Value};
use crate::error::Result;

/// Where a subscription buys: prefixes, normalised, each once, in order. Kept as a JSON list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefixes(Json);

/// Letters and digits only, in capitals: `sw1a-1aa` is `SW1A1AA`.
pub fn normalised(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

impl Prefixes {
    /// `Err`: the places of those that are none. A prefix has letters A to Z and digits, one at least, and may have spaces
    /// and dashes.
    pub fn of(list: &[String]) -> Result<Self, Vec<usize>> {
        let known = |c: char| c.is_ascii_alphanumeric() || c == ' ' || c == '-';
        let is_none = |prefix: &str| !prefix.chars().all(known) || normalised(prefix).is_empty();
        let wrong: Vec<usize> =
            list.iter().enumerate().filter(|(_, prefix)| is_none(prefix)).map(|(at, _)| at).collect();
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let mut prefixes: Vec<String> = list.iter().map(|prefix| normalised(prefix)).collect();
        prefixes.sort_unstable();
        prefixes.dedup();
        Ok(Self(Json(serde_json::json!(prefixes).to_string())))
    }

    /// Whether `code`, normalised, starts with one of them.
    pub fn cover(&self, code: &str) -> bool {
        self.each().iter().any(|prefix| code.starts_with(prefix))
    }

    /// Borrowed from the JSON, which a normalised prefix never escapes in. A list that can't be read covers nothing.
    pub fn each(&self) -> Vec<&str> {
        serde_json::from_str(&self.0.0).unwrap_or_default()
    }
}

impl Serialize for Prefixes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.each().serialize(serializer)
    }
}

impl Param for Prefixes {
    fn value(&self) -> Value<'_> {
        self.0.value()
    }
}

impl Column for Prefixes {
    fn decode(cell: &Cell<'_>) -> Result<Self> {
        Json::decode(cell).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::{Json, Prefixes, normalised};

    fn prefixes(list: &[&str]) -> Result<Prefixes, Vec<usize>> {
        Prefixes::of(&list.iter().map(|prefix| (*prefix).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_code_is_compared_by_its_letters_and_digits() {
        for (prefix, code, covered) in [
            ("802", "80211", true),
            ("80211", "80211-1234", true),
            ("801", "80211", false),
            ("80211", "802", false),
            ("sw1a", "SW1A 1AA", true),
            ("SW1A 1", "sw1a1aa", true),
            ("1012", "1012 ab", true),
            ("E1", "E14 5AB", true),
        ] {
            let list = prefixes(&[prefix]).expect("a prefix");
            assert_eq!(list.cover(&normalised(code)), covered, "{prefix} {code}");
        }
    }

    #[test]
    fn a_list_keeps_each_prefix_once_and_in_order() {
        assert_eq!(prefixes(&["81", "sw 1", "80", "8-1"]).expect("prefixes").each(), ["80", "81", "SW1"]);
    }

    #[test]
    fn what_is_no_prefix_is_named_by_its_place() {
        assert_eq!(prefixes(&["80", "", "8_1", "-", "é", "sw1"]), Err(vec![1, 2, 3, 4]));
    }

    #[test]
    fn nothing_is_covered_by_a_list_that_cannot_be_read() {
        assert!(!Prefixes(Json("{}".to_owned())).cover("80211"));
    }
}
