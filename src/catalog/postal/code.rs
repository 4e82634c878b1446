//! One postal code, read in its country: what a prefix is compared with.

use std::borrow::Cow;

use super::british::{self, British};
use super::spelling;

/// A country, what stands before its codes on older letters beside the country's own two letters, and how many digits a
/// code has.
type Digits = (&'static str, &'static str, usize);

/// Countries whose codes begin with digits; 0 where not all of it are.
const DIGITS: &[Digits] = &[
    ("AT", "A", 4),
    ("AU", "AUS", 4),
    ("BE", "B", 4),
    ("BR", "BR", 8),
    ("CH", "CH", 4),
    ("CN", "CN", 6),
    ("CZ", "CZ", 5),
    ("DE", "D", 5),
    ("DK", "DK", 4),
    ("EE", "EST", 5),
    ("ES", "E", 5),
    ("FI", "FIN", 5),
    ("FR", "F", 5),
    ("GR", "GR", 5),
    ("HR", "HR", 5),
    ("HU", "H", 4),
    ("IN", "IND", 6),
    ("IT", "I", 5),
    ("JP", "J", 7),
    ("KR", "ROK", 5),
    ("LT", "LT", 5),
    ("LU", "L", 4),
    ("LV", "LV", 4),
    ("MX", "MEX", 5),
    ("MY", "MY", 5),
    ("NL", "NL", 0),
    ("NO", "N", 4),
    ("NZ", "NZ", 4),
    ("PL", "PL", 5),
    ("PR", "PR", 5),
    ("PT", "P", 7),
    ("RO", "RO", 6),
    ("SE", "S", 5),
    ("SG", "SG", 6),
    ("SI", "SLO", 4),
    ("SK", "SK", 5),
    ("TR", "TR", 5),
    ("UA", "UA", 5),
    ("US", "USA", 5),
    ("VI", "VI", 5),
    ("ZA", "ZA", 4),
];

/// The digits that a ZIP code may have behind its five.
const PLUS_FOUR: usize = 4;

/// Where codes have the parts of the United Kingdom's.
const BRITISH: [&str; 4] = ["GB", "GG", "IM", "JE"];

/// A lead's postal code, as somebody in its source's country wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Letters and digits only, in capitals.
    text: String,
    british: Option<British>,
    way: Way,
}

/// How a country writes its codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    British,
    Irish,
    Digits(&'static Digits),
    Other,
}

impl Code {
    /// `None` where there is neither a letter nor a digit. `country`: ISO 3166, two capitals.
    pub fn read(text: &str, country: &str) -> Option<Self> {
        let way = Way::of(country);
        let mut parts = spelling::parts(way.whole_number(text));
        if way == Way::British {
            parts = british::with_zero(parts);
        }
        let joined = parts.concat();
        if joined.is_empty() {
            return None;
        }
        // A whole British postcode is one wherever it is written; the beginning of one is another country's code elsewhere.
        let british = match way {
            Way::Irish if joined.len() == EIRCODE => None,
            Way::British => {
                British::whole(&joined).or_else(|| British::read(&parts)).or_else(|| British::among(&parts))
            }
            _ => British::whole(&joined),
        };
        let text = way.with_zero(way.alone(&way.plain(&joined)).to_owned());
        Some(Self { text, british, way })
    }

    /// Whether it lies in what the prefix, as a list of them keeps it, names.
    pub(super) fn is_in(&self, prefix: &str) -> bool {
        if let Some(code) = &self.british {
            let parts: Vec<String> = prefix.split(' ').map(str::to_owned).collect();
            if let Some(area) = British::read(&parts) {
                return code.is_in(&area);
            }
        }
        let joined: Cow<'_, str> = if prefix.contains(' ') { prefix.replace(' ', "").into() } else { prefix.into() };
        self.text.starts_with(self.way.plain(&joined).as_ref())
    }
}

/// Letters and digits of an Eircode: three of the routing key, four of the address.
const EIRCODE: usize = 7;

impl Way {
    fn of(country: &str) -> Self {
        if BRITISH.contains(&country) {
            return Self::British;
        }
        if country == "IE" {
            return Self::Irish;
        }
        DIGITS.iter().find(|(iso, ..)| *iso == country).map_or(Self::Other, Self::Digits)
    }

    /// Letters and digits as they are compared: without the country's own letters before the digits, an Irish `D2` as `D02`.
    fn plain(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Irish => eircode(text),
            Self::Digits((iso, sign, _)) => {
                let is_code = |rest: &&str| rest.starts_with(|c: char| c.is_ascii_digit());
                let without = |letters: &str| text.strip_prefix(letters).filter(is_code);
                without(iso).or_else(|| without(sign)).unwrap_or(text).into()
            }
            Self::British | Self::Other => text.into(),
        }
    }

    /// Of `80211.0`, as a spreadsheet has it, the number.
    fn whole_number(self, text: &str) -> &str {
        let number = text.trim().strip_suffix(".0").filter(|number| number.bytes().all(|b| b.is_ascii_digit()));
        number.filter(|_| matches!(self, Self::Digits(_))).unwrap_or(text)
    }

    /// The code behind a state or a town: `CO 80211`. One letter more likely stands for another country.
    fn alone(self, text: &str) -> &str {
        let Self::Digits((iso, _, digits)) = self else { return text };
        let code = text.trim_start_matches(|c: char| c.is_ascii_uppercase());
        let is_whole = code.len() == *digits || *iso == "US" && code.len() == digits + PLUS_FOUR;
        let is_behind = text.len() > code.len() + 1 && code.bytes().all(|b| b.is_ascii_digit());
        if is_whole && is_behind { code } else { text }
    }

    /// A spreadsheet takes `02134` for a number and keeps `2134`: the zero is given back.
    fn with_zero(self, text: String) -> String {
        let Self::Digits((iso, _, digits)) = self else { return text };
        let short = |whole: usize| text.len() + 1 == whole;
        let lost = short(*digits) || (*iso == "US" && short(digits + PLUS_FOUR));
        if lost && text.bytes().all(|b| b.is_ascii_digit()) { format!("0{text}") } else { text }
    }
}

/// Dublin's districts are written with one digit as well: `D2` is the routing key `D02`, `D6W` is one itself.
fn eircode(text: &str) -> Cow<'_, str> {
    let mut letters = text.chars().skip(1);
    let (number, then) = (letters.next(), letters.next());
    let one_digit = matches!(number, Some('1'..='9')) && !then.is_some_and(|c| c.is_ascii_digit());
    let is_d6w = number == Some('6') && then == Some('W') && text.len() != EIRCODE - 1;
    match text.strip_prefix('D') {
        Some(rest) if one_digit && !is_d6w => format!("D0{rest}").into(),
        _ => text.into(),
    }
}
