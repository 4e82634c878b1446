//! Phone numbers as people type them: one shape to show and dial, one to compare and search by. Whether a number is
//! real decides only how it is shown; a bad one is kept as it was sent.

use std::borrow::Cow;

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, Region};
use unicode_normalization::UnicodeNormalization;

/// A number as it was sent by someone in a given country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// E.164 where it is a real number (with RFC 3966's `;ext=` where it has an extension), else as sent, trimmed.
    pub shown: String,
    /// Country code and national number wherever they can be told, else the digits there are; empty where there are
    /// none. Two ways of writing one number give the same digits.
    pub digits: String,
}

/// Longer than any number with extension and punctuation; what is longer is no phone number.
const MAX_CHARS: usize = 40;

/// Why a text cannot be kept as a phone number at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    Empty,
    TooLong,
    ControlCharacter,
}

impl Unusable {
    /// The stable code and the explanation for an error document.
    pub fn explain(self) -> (&'static str, Cow<'static, str>) {
        match self {
            Self::Empty => ("too_short", "must not be empty".into()),
            Self::TooLong => ("too_long", format!("at most {MAX_CHARS} characters").into()),
            Self::ControlCharacter => ("control_character", "control characters are not allowed".into()),
        }
    }
}

impl Phone {
    /// Reads `text` as someone in `country` (ISO 3166, two capitals) would write it.
    pub fn read(text: &str, country: &str) -> Result<Self, Unusable> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Unusable::Empty);
        }
        if text.chars().any(char::is_control) {
            return Err(Unusable::ControlCharacter);
        }
        if text.chars().count() > MAX_CHARS {
            return Err(Unusable::TooLong);
        }
        let plain: String = text.nfkc().collect();
        let Some(number) = parse(&plain, country) else {
            return Ok(Self { shown: text.to_owned(), digits: PHONE_NUMBER_UTIL.normalize_digits_only(&plain) });
        };
        let shown = if number.is_valid() { dialable(&number) } else { text.to_owned() };
        Ok(Self { shown, digits: format!("{}{}", number.country_code, number.get_national_significant_number()) })
    }
}

/// Whether some numbering plan has this number: that of `country`, or of the country code it may begin with, though the
/// `+` was left out.
pub fn is_in_a_plan(text: &str, country: &str) -> bool {
    let plain: String = text.nfkc().collect();
    let abroad = format!("+{}", PHONE_NUMBER_UTIL.normalize_digits_only(&plain));
    [plain.as_str(), &abroad].into_iter().any(|text| parse(text, country).is_some_and(|number| number.is_valid()))
}

/// Whether numbers can be read for this country: an ISO 3166 code of two capitals that has numbers of its own.
pub fn is_country(code: &str) -> bool {
    let capitals = code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
    capitals && region(code).is_some_and(|region| PHONE_NUMBER_UTIL.get_country_code_for_region(region).is_some())
}

/// All of them, in order.
pub fn countries() -> Vec<String> {
    let letters = || b'A'..=b'Z';
    let codes = letters().flat_map(|first| letters().map(move |second| [first, second].map(char::from)));
    codes.map(String::from_iter).filter(|code| is_country(code)).collect()
}

fn region(code: &str) -> Option<Region> {
    Region::from_code(code).ok()
}

fn parse(text: &str, country: &str) -> Option<PhoneNumber> {
    PHONE_NUMBER_UTIL.parse(text, region(country)).ok()
}

fn dialable(number: &PhoneNumber) -> String {
    let number_alone = number.format_as(PhoneNumberFormat::E164);
    match number.extension.as_deref().filter(|extension| !extension.is_empty()) {
        Some(extension) => format!("{number_alone};ext={extension}"),
        None => number_alone.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Phone, Unusable, is_country, is_in_a_plan};

    fn read(text: &str) -> (String, String) {
        read_in(text, "US")
    }

    fn read_in(text: &str, country: &str) -> (String, String) {
        let phone = Phone::read(text, country).unwrap();
        (phone.shown, phone.digits)
    }

    #[test]
    fn one_number_has_one_set_of_digits_however_it_is_written() {
        for text in [
            "+1 (555) 123-4567",
            "5551234567",
            "１ ５５５ １２３ ４５６７",
            "555.123.4567",
            "(555) 123 4567",
            "+1\u{a0}555\u{2011}123\u{2011}4567",
            "tel:+1-555-123-4567",
        ] {
            assert_eq!(read(text).1, "15551234567", "{text}");
        }
    }

    #[test]
    fn a_real_number_is_shown_in_e164() {
        for (text, shown, digits) in [
            ("(650) 253-0000", "+16502530000", "16502530000"),
            ("６５０-２５３-００００", "+16502530000", "16502530000"),
            ("650-253-0000 x42", "+16502530000;ext=42", "16502530000"),
            ("+33 1 42 76 49 78", "+33142764978", "33142764978"),
            ("+39 06 6982", "+39066982", "39066982"),
            ("011 44 20 7183 8750", "+442071838750", "442071838750"),
        ] {
            assert_eq!(read(text), (shown.to_owned(), digits.to_owned()), "{text}");
        }
        assert_eq!(read_in("020 7183 8750", "GB").0, "+442071838750");
        assert_eq!(read_in("01 42 76 49 78", "FR").0, "+33142764978");
    }

    #[test]
    fn a_bad_number_is_kept_as_sent() {
        for (text, shown, digits) in [
            (" (555) 123-4567 ", "(555) 123-4567", "15551234567"),
            ("call me", "call me", ""),
            ("+999 123", "+999 123", "999123"),
            ("12", "12", "112"),
            ("٣", "٣", "3"),
            ("\u{202e}7654\u{200b}321", "\u{202e}7654\u{200b}321", "17654321"),
        ] {
            assert_eq!(read(text), (shown.to_owned(), digits.to_owned()), "{text}");
        }
    }

    #[test]
    fn some_numbers_are_in_no_plan() {
        for text in
            ["(650) 253-0000", "+16502530000;ext=42", "+33142764978", "33 1 42 76 49 78", "６５０-２５３-００００"]
        {
            assert!(is_in_a_plan(text, "US"), "{text}");
        }
        for text in ["(555) 123-4567", "call me", "+999 123", "12", "", "000-000-0000", "123456789012345"] {
            assert!(!is_in_a_plan(text, "US"), "{text}");
        }
    }

    #[test]
    fn what_is_no_phone_number_at_all_is_refused() {
        assert_eq!(Phone::read("555\r\n1234567", "US"), Err(Unusable::ControlCharacter));
        assert_eq!(Phone::read("555\0", "US"), Err(Unusable::ControlCharacter));
        assert_eq!(Phone::read(&"5".repeat(41), "US"), Err(Unusable::TooLong));
        assert_eq!(Phone::read(&"５".repeat(40), "US").map(|p| p.digits), Ok("5".repeat(40)));
        assert_eq!(Phone::read("  ", "US"), Err(Unusable::Empty));
    }

    #[test]
    fn countries_are_two_capitals_that_have_numbers() {
        assert!(["US", "GB", "DE", "IN"].into_iter().all(is_country));
        assert!(!["us", "USA", "XX", "", "001", "U1", "Ü"].into_iter().any(is_country));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,50}", country in "[A-Z]{2}") {
            if let Ok(phone) = Phone::read(&text, &country) {
                proptest::prop_assert!(phone.digits.bytes().all(|b| b.is_ascii_digit()));
            }
        }
    }
}
