//! Phone numbers as people type them: the one number that is meant, one shape to show and dial, one to compare by, and
//! those to search in. What is no number is kept as it was sent, and identifies nobody.

mod pieces;

use std::borrow::Cow;

use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region};

use pieces::{Piece, pieces};

/// A number as it was sent by someone in a given country.
#[derive(Debug, Clone, PartialEq)]
pub struct Phone {
    /// E.164 where it is a real number (with RFC 3966's `;ext=` where it has an extension), else as sent, trimmed.
    pub shown: String,
    /// What makes two numbers the same: country code, national number, and `x` with the extension where there is one.
    /// `None` where this is no possible number, or not the whole of one: it tells nobody apart.
    pub key: Option<String>,
    /// Whether somebody may answer there: a possible number, if only to those who live near.
    pub reaches: bool,
    /// Whether all that was sent is this number.
    pub is_all: bool,
    /// All that was sent, where more was than is shown: a second number, when to call.
    pub rest: Option<String>,
    number: Option<PhoneNumber>,
    sent: Vec<Piece>,
}

/// Longer than any number with extension and punctuation; what is longer is no phone number, and may have one in it.
const MAX_CHARS: usize = 40;
/// In what is longer than this nobody looks for one.
const MAX_TEXT: usize = 300;
/// Fewer digits than this are not even a number to those who live near.
const MIN_LOCAL: usize = 6;

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
    /// Reads `text` as someone in `country` (ISO 3166, two capitals) would write it. Of several numbers the first counts.
    pub fn read(text: &str, country: &str) -> Result<Self, Unusable> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Unusable::Empty);
        }
        if text.chars().any(char::is_control) {
            return Err(Unusable::ControlCharacter);
        }
        let length = text.chars().count();
        if length > MAX_TEXT {
            return Err(Unusable::TooLong);
        }
        let sent = pieces(text);
        let country = region(country);
        if length > MAX_CHARS {
            return Self::in_a_long_text(text, &sent, country);
        }
        let first = sent.iter().find_map(|piece| Some((piece, read(piece, country)?)));
        let Some((piece, number)) = first else {
            let shown = text.to_owned();
            return Ok(Self { shown, key: None, reaches: false, is_all: false, rest: None, number: None, sent });
        };
        let whole = number.is_possible_with_reason().is_ok_and(|length| length == NumberLengthType::IsPossible);
        Ok(Self {
            shown: if number.is_valid() { dialable(&number) } else { text.to_owned() },
            key: whole.then(|| key(&number)),
            reaches: true,
            is_all: piece.is_all,
            rest: (number.is_valid() && !piece.is_all).then(|| text.to_owned()),
            number: Some(number),
            sent,
        })
    }

    /// The first number that some plan has.
    fn in_a_long_text(text: &str, sent: &[Piece], country: Option<Region>) -> Result<Self, Unusable> {
        let real = sent.iter().find_map(|piece| read(piece, country).filter(PhoneNumber::is_valid));
        let number = real.ok_or(Unusable::TooLong)?;
        Ok(Self {
            shown: dialable(&number),
            key: Some(key(&number)),
            reaches: true,
            is_all: false,
            rest: Some(text.to_owned()),
            number: Some(number),
            sent: Vec::new(),
        })
    }

    /// Whether some numbering plan has this number.
    pub fn is_real(text: &str, country: &str) -> bool {
        Self::read(text, country).is_ok_and(|phone| phone.number.is_some_and(|number| number.is_valid()))
    }

    /// What a search looks through, a tab before each: the number as it is dialled from abroad and in its own country; of
    /// what is no number, the digits. The same for a text and for how it is shown.
    pub fn searched(&self) -> String {
        let mut forms: Vec<String> = Vec::new();
        let mut add = |form: String| {
            if !form.is_empty() && !forms.iter().any(|known| known.contains(&form)) {
                forms.push(form);
            }
        };
        if let (Some(number), Some(key)) = (&self.number, &self.key) {
            add(key.clone());
            add(at_home(number));
        }
        if !self.number.as_ref().is_some_and(PhoneNumber::is_valid) {
            self.sent.iter().for_each(|piece| add(digits(piece.parts().0)));
        }
        forms.iter().fold(String::new(), |all, form| all + "\t" + form)
    }
}

/// As [`Phone::searched`], of a number as it is shown and its key, wherever it is from.
pub fn searched(shown: &str, key: Option<&str>) -> String {
    match Phone::read(shown, "") {
        Ok(phone) if phone.key.is_some() && phone.key.as_deref() == key => phone.searched(),
        _ => {
            let form = key.map_or_else(|| digits(shown), str::to_owned);
            if form.is_empty() { form } else { format!("\t{form}") }
        }
    }
}

/// The digits of a text, whatever script they are of.
pub fn digits(text: &str) -> String {
    PHONE_NUMBER_UTIL.normalize_digits_only(text)
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

/// The number that a piece of text means to somebody in this country; what cannot be one is none. Where it can be read
/// in several ways, that by which it is in a numbering plan.
fn read(piece: &Piece, country: Option<Region>) -> Option<PhoneNumber> {
    let parse = |text: &str| Some(in_plan(PHONE_NUMBER_UTIL.parse(text, country).ok()?));
    let as_sent = parse(&piece.text);
    if piece.has_letters {
        return as_sent.filter(|number| number.is_valid() && (piece.is_a_word || is_a_service(number)));
    }
    let is_made_up = |number: &PhoneNumber| is_made_up(number, &piece.text);
    if let Some(number) = as_sent.as_ref().filter(|number| number.is_valid() && !is_made_up(number)) {
        return Some(without_plus(piece, number, country).unwrap_or_else(|| number.clone()));
    }
    let (number, extension) = piece.parts();
    let all = digits(number);
    let abroad = |digits: &str| parse(&format!("+{digits}{extension}"));
    let without_zero = number.contains("(0)").then(|| parse(&piece.text.replacen("(0)", "", 1))).flatten();
    let after_prefix = ["00", "011"].map(|prefix| all.strip_prefix(prefix).and_then(abroad));
    let with_plus = abroad(&all);
    let [one, other] = after_prefix;
    let ways = [as_sent, without_zero, one, other].map(|way| way.filter(|number| !is_made_up(number)));
    let real = ways.iter().flatten().chain(with_plus.iter()).find(|number| number.is_valid() && !is_made_up(number));
    let possible = || ways.iter().flatten().find(|number| may_answer(number));
    real.or_else(possible).cloned()
}

/// The number where the text is that with its country code and without the plus, though it may be another of the country as it
/// stands: `4915123456789` in Germany. Where people dial a 0 or the like before a number of their own country, one that
/// begins with the country's code and not with that is hardly one of those.
fn without_plus(piece: &Piece, as_sent: &PhoneNumber, country: Option<Region>) -> Option<PhoneNumber> {
    let (number, extension) = piece.parts();
    let all = digits(number);
    let code = as_sent.country_code.to_string();
    let is_bare = !number.contains('+') && all.starts_with(&code) && all == as_sent.get_national_significant_number();
    if !is_bare {
        return None;
    }
    let meant = PHONE_NUMBER_UTIL.parse(format!("+{all}{extension}"), country).ok()?;
    if !meant.is_valid() || meant.country_code != as_sent.country_code {
        return None;
    }
    let dialled = digits(&PhoneNumber { extension: None, ..meant.clone() }.format_as(PhoneNumberFormat::National));
    let dialled_before = dialled.strip_suffix(&*meant.get_national_significant_number())?.to_owned();
    (!dialled_before.is_empty() && !code.starts_with(&dialled_before)).then_some(meant)
}

/// The number as its country's plan has it, where it was written as an older plan, or a habit, had it; else as it is.
fn in_plan(number: PhoneNumber) -> PhoneNumber {
    if number.is_valid() {
        return number;
    }
    let national = number.get_national_significant_number();
    let other = match (number.country_code, national.split_at_checked(2)) {
        // Mexico dialled mobiles with 1, 044 or 045 and other areas with 01, until 2019.
        (52, _) => {
            ["044", "045", "01", "1"].into_iter().find_map(|prefix| national.strip_prefix(prefix)).map(str::to_owned)
        }
        // Brazil put a 9 before each mobile number, until 2016.
        (55, Some((area, rest))) if rest.len() == 8 && rest.starts_with(['6', '7', '8', '9']) => {
            Some(format!("{area}9{rest}"))
        }
        _ => Some(national.trim_start_matches('0').to_owned()).filter(|other| *other != national),
    };
    let Some(other) = other else { return number };
    let extension = number.extension.as_deref().filter(|extension| !extension.is_empty());
    let text = format!("+{}{other}", number.country_code);
    let text = extension.map_or_else(|| text.clone(), |extension| format!("{text};ext={extension}"));
    PHONE_NUMBER_UTIL.parse(&text, None).ok().filter(PhoneNumber::is_valid).unwrap_or(number)
}

/// Whether its length is one that the country's numbers have, if only to those who live near.
fn may_answer(number: &PhoneNumber) -> bool {
    match number.is_possible_with_reason() {
        Ok(NumberLengthType::IsPossible) => true,
        Ok(NumberLengthType::IsPossibleLocalOnly) => number.get_national_significant_number().len() >= MIN_LOCAL,
        Err(_) => false,
    }
}

/// What people type who give no number: one digit all the way, or the keys in their order. Where a plan has such a number, as
/// France has 01 23 45 67 89, it is one for who writes it as a number. North American numbers begin with no 0 or 1.
fn is_made_up(number: &PhoneNumber, typed: &str) -> bool {
    let national = number.get_national_significant_number();
    let in_order = |digits: &str| ["01234567890", "09876543210"].iter().any(|keys| keys.contains(digits));
    let mut all = national.bytes();
    let first = all.next().unwrap_or(b'0');
    all.all(|digit| digit == first)
        || (in_order(&national) && (in_order(typed) || !number.is_valid()))
        || (number.country_code == 1 && first < b'2')
}

/// Numbers that are advertised as words: anybody may write those with spaces.
fn is_a_service(number: &PhoneNumber) -> bool {
    use PhoneNumberType::{PremiumRate, SharedCost, TollFree};
    matches!(number.get_type(), TollFree | SharedCost | PremiumRate)
}

fn key(number: &PhoneNumber) -> String {
    let extension = number.extension.as_deref().filter(|extension| !extension.is_empty());
    let extension = extension.map_or_else(String::new, |extension| format!("x{}", digits(extension)));
    format!("{}{}{extension}", number.country_code, number.get_national_significant_number())
}

/// The digits that are dialled in the number's own country.
fn at_home(number: &PhoneNumber) -> String {
    let plain = PhoneNumber { extension: None, ..number.clone() };
    let written = digits(&plain.format_as(PhoneNumberFormat::National));
    if written != number.get_national_significant_number() {
        return written;
    }
    // Some plans write a number without the 0 that is dialled before it.
    let region = PHONE_NUMBER_UTIL.get_region_for_country_code(number.country_code);
    let dialled = format!("0{written}");
    let is_dialled =
        number.country_code != 1 && PHONE_NUMBER_UTIL.parse(&dialled, region).is_ok_and(|other| other == plain);
    if is_dialled { dialled } else { written }
}

fn dialable(number: &PhoneNumber) -> String {
    let number_alone = number.format_as(PhoneNumberFormat::E164);
    match number.extension.as_deref().filter(|extension| !extension.is_empty()) {
        Some(extension) => format!("{number_alone};ext={}", digits(extension)),
        None => number_alone.into_owned(),
    }
}

#[cfg(test)]
mod tests;
