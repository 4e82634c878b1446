//! Postal codes, as a subscription limits where it buys. A code is read in the country of its lead's source, and a prefix
//! with it: where codes have parts of different lengths, as the United Kingdom's, a prefix ends where a part does.

mod british;
mod code;
mod spelling;

pub use code::Code;

use serde::{Serialize, Serializer};

use crate::db::{Cell, Column, Json, Param, Value};
use crate::error::Result;

use british::British;

/// Where a subscription buys: prefixes, each once, in order. Kept as a JSON list of capitals and digits, without spaces and
/// dashes but for a space that means something: `E1 6` is a sector, `E16` a district.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefixes(Json);

impl Prefixes {
    /// `Err`: the places of those that are none. A prefix has letters A to Z and digits, one at least, and may have spaces
    /// and dashes.
    pub fn of(list: &[String]) -> Result<Self, Vec<usize>> {
        let is_none = |prefix: &str| !spelling::is_plain(prefix) || spelling::parts(prefix).is_empty();
        let wrong: Vec<usize> =
            list.iter().enumerate().filter(|(_, prefix)| is_none(prefix)).map(|(at, _)| at).collect();
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let mut prefixes: Vec<String> = list.iter().map(|prefix| kept(prefix)).collect();
        prefixes.sort_unstable();
        prefixes.dedup();
        Ok(Self(Json(serde_json::json!(prefixes).to_string())))
    }

    /// Whether the code lies in one of them.
    pub fn cover(&self, code: &Code) -> bool {
        self.each().iter().any(|prefix| code.is_in(prefix))
    }

    /// Borrowed from the JSON, which a kept prefix never escapes in. A list that can't be read covers nothing.
    pub fn each(&self) -> Vec<&str> {
        serde_json::from_str(&self.0.0).unwrap_or_default()
    }
}

/// The prefix as it is kept.
fn kept(prefix: &str) -> String {
    let parts = spelling::parts(prefix);
    let joined = parts.concat();
    let (apart, together) = (British::read(&parts), British::read(std::slice::from_ref(&joined)));
    match parts.split_first() {
        Some((outward, inward)) if apart.is_some() && apart != together => format!("{outward} {}", inward.concat()),
        _ => joined,
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
    use super::{Code, Json, Prefixes};

    fn prefixes(list: &[&str]) -> Result<Prefixes, Vec<usize>> {
        Prefixes::of(&list.iter().map(|prefix| (*prefix).to_owned()).collect::<Vec<_>>())
    }

    fn check(country: &str, cases: &[(&str, &str, bool)]) {
        for (prefix, code, covered) in cases {
            let list = prefixes(&[prefix]).expect("a prefix");
            let code = Code::read(code, country).expect("a code");
            assert_eq!(list.cover(&code), *covered, "{country}: {prefix} {code:?}");
        }
    }

    #[test]
    fn digits_are_compared_from_the_left() {
        check(
            "US",
            &[
                ("802", "80211", true),
                ("80211", "80211-1234", true),
                ("80211", "80211 1234", true),
                ("80211-12", "80211-1234", true),
                ("802", "８０２１１", true),
                ("802", " 80211\u{a0}", true),
                ("802", "80211\u{2013}1234", true),
                ("802", "US-80211", true),
                ("801", "80211", false),
                ("80211", "802", false),
                ("021", "2134", true),
                ("213", "2134", false),
                ("021", "2134-1234", true),
                ("021", "2134.0", true),
                ("80211", "80211.0", true),
                ("802", "CO 80211", true),
                ("802", "Denver, CO 80211-1234", true),
                ("802", "80211 Denver", true),
                ("802", "CO 8021", false),
                ("802", "802", true),
            ],
        );
    }

    #[test]
    fn another_countrys_code_is_no_zip_code() {
        check("US", &[("101", "D-10115", false), ("E1", "E16 2AA", false), ("SW1", "SW1A 1AA", true)]);
        check("GB", &[("802", "80211", true), ("1012", "1012 AB", true)]);
    }

    #[test]
    fn a_british_prefix_ends_with_a_part() {
        let cases = [
            ("E1", "E1 6AA", true),
            ("E1", "E16AA", true),
            ("E1", "E16 2AA", false),
            ("E1", "e162aa", false),
            ("E1", "E1W 1AA", true),
            ("E1", "E1", true),
            ("E1", "E16", false),
            ("E16", "E16 2AA", true),
            ("E16", "E1 6AA", false),
            ("E1 6", "E1 6AA", true),
            ("E1 6", "e1-6aa", true),
            ("E1 6", "E16 2AA", false),
            ("E1 6", "E1 7AA", false),
            ("E1 6", "E1", false),
            ("E1 6A", "E1 6AA", true),
            ("E1 6AA", "E1 6AA", true),
            ("E1 6AA", "E1 6AB", false),
            ("N1", "N10 1AA", false),
            ("E1", "London E16 2AA", false),
            ("E16", "London E16 2AA", true),
            ("E1", "E16 2AA, London", false),
            ("E16", "E162AA London", true),
            ("E1", "E10 OAA", false),
            ("E10 0", "E10 OAA", true),
            ("OX1", "OX1 OAA", true),
            ("OX1", "OX10 OAA", false),
            ("N1", "N1C 4AG", true),
            ("SW1", "SW1A 1AA", true),
            ("SW1", "SW11 1AA", false),
            ("SW1A", "SW1A 1AA", true),
            ("SW1A", "SW1P 1AA", false),
            ("sw1a 1", "SW1A 1AA", true),
            ("SW1A1", "SW1A 2AA", false),
            ("E", "E20 1AA", true),
            ("E", "EC1A 1BB", false),
            ("EC", "EC1A 1BB", true),
            ("M", "ME1 1AA", false),
            ("m1", "Ｍ１ １ＡＡ", true),
            ("BT1", "BT1\u{2011}1AA", true),
        ];
        check("GB", &cases);
        check("JE", &[("JE2", "JE2 3AB", true), ("JE", "JE2 3AB", true)]);
    }

    #[test]
    fn other_countries_have_their_own_spellings() {
        check("JP", &[("150", "１５０−０００１", true), ("150", "〒150-0001", true), ("150", "150ー0001", true)]);
        check("JP", &[("１５０", "1500001", true), ("151", "150-0001", false), ("060", "60-0001", true)]);
        check("CA", &[("K1A", "k1a 0b1", true), ("M5", "M5V 2T6", true), ("K1A 0", "K1A0B1", true)]);
        check("CA", &[("K1B", "K1A 0B1", false), ("K1A", "Ｋ１Ａ　０Ｂ１", true)]);
        check("NL", &[("1012", "1012 ab", true), ("1012AB", "NL-1012 AB", true), ("1013", "1012AB", false)]);
        check("IE", &[("D02", "D02 X285", true), ("D2", "D02X285", true), ("D02", "D2 X285", true)]);
        check("IE", &[("D1", "D15 XR2R", false), ("D6", "D6W XY00", false), ("D6W", "D6W XY00", true)]);
        check("IE", &[("A65", "a65 f4e2", true), ("D", "D02 X285", true), ("A65", "A67 X566", false)]);
        check("PT", &[("1000-0", "1000-001", true), ("1000", "P-1000 001", true)]);
        check("PL", &[("00", "00-001", true), ("00-0", "00 001", true)]);
        check("BR", &[("01310", "01310-100", true), ("013", "1310-100", true)]);
        check("SE", &[("123", "123 45", true), ("12345", "SE-123 45", true), ("123", "S-12345", true)]);
        check("CZ", &[("110", "110 00", true), ("110 0", "11000", true)]);
        check("DE", &[("101", "10115 Berlin", true), ("101", "Berlin 10115", true), ("101", "D 10115 Berlin", true)]);
        check("DE", &[("101", "D-10115", true), ("010", "1067", true), ("101", "١٠١١٥", true)]);
        check("AR", &[("C14", "C1425DUB", true)]);
    }

    #[test]
    fn nothing_is_no_code() {
        for text in ["", " ", "-", "〒", "—"] {
            assert_eq!(Code::read(text, "US"), None, "{text:?}");
        }
    }

    #[test]
    fn a_list_keeps_each_prefix_once_and_in_order() {
        assert_eq!(prefixes(&["81", "sw 1", "80", "8-1"]).expect("prefixes").each(), ["80", "81", "SW1"]);
        let apart = prefixes(&["e1-6", "E1 6", "E16", "sw1a 1", "1012 AB", "１５０"]).expect("prefixes");
        assert_eq!(apart.each(), ["1012AB", "150", "E1 6", "E16", "SW1A1"]);
    }

    #[test]
    fn what_is_no_prefix_is_named_by_its_place() {
        assert_eq!(prefixes(&["80", "", "8_1", "-", "é", "sw1"]), Err(vec![1, 2, 3, 4]));
    }

    #[test]
    fn nothing_is_covered_by_a_list_that_cannot_be_read() {
        assert!(!Prefixes(Json("{}".to_owned())).cover(&Code::read("80211", "US").expect("a code")));
    }
}
