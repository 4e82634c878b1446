//! What people write around a number, and between two.

use std::iter::Peekable;
use std::str::Chars;

use unicode_normalization::UnicodeNormalization;

use crate::text;

/// A part of a text that may be a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    /// Whether letters stand for digits, as in `1-800-FLOWERS`.
    pub has_letters: bool,
    /// And whether they are one word.
    pub is_a_word: bool,
    /// Whether nothing else was sent but words that say no more (`tel:`).
    pub is_all: bool,
}

impl Piece {
    /// The number, and its extension with what stands before that; empty where it has none.
    pub fn parts(&self) -> (&str, &str) {
        self.text.find(EXTENSION).and_then(|at| self.text.split_at_checked(at)).unwrap_or((&self.text, ""))
    }
}

/// Before an extension, however it was written.
const EXTENSION: &str = " ext ";

/// Words for an extension.
const LABELS: [&str; 15] = [
    "x",
    "ext",
    "extn",
    "xt",
    "xtn",
    "extension",
    "extensión",
    "extensao",
    "anexo",
    "int",
    "interno",
    "ramal",
    "poste",
    "durchwahl",
    "доб",
];
/// Words that may stand before a number and say no more than that it is one.
const SAYS_NOTHING: [&str; 12] =
    ["tel", "telephone", "telefon", "telefono", "phone", "ph", "mobile", "mob", "cell", "handy", "p", "m"];
/// Digits before an extension, or that make a number of what stands behind a slash.
const A_NUMBER: usize = 6;
/// Digits of a number with all that is dialled before it, where another stands behind it.
const LEAST_DIGITS: usize = 8;
const MOST_DIGITS: usize = 15;
/// Digits that an extension without a word for it has at most.
const EXTENSION_DIGITS: usize = 6;

/// The parts of a text that may be numbers, in their order.
pub fn pieces(sent: &str) -> Vec<Piece> {
    let plain: String = sent.chars().filter(|c| !text::is_invisible(*c)).nfkc().collect();
    // The sign that draws a Japanese vowel out is typed for a hyphen.
    let plain = plain.trim().trim_start_matches('\'').replace('\u{30fc}', "-");
    let plain = if is_a_float(&plain) { of_a_float(&plain).unwrap_or_default() } else { plain };
    let plain = plain.strip_suffix(".0").filter(|whole| whole.chars().all(|c| c.is_ascii_digit())).unwrap_or(&plain);
    let mut pieces = Vec::new();
    pieces.extend(vanity(plain));
    let Cut { parts, is_all } = cut(plain);
    let is_one = is_all && parts.len() == 1;
    for part in parts {
        for text in slashed(&part).into_iter().flat_map(apart) {
            let is_all = is_one && text == part;
            pieces.push(Piece { text, has_letters: false, is_a_word: false, is_all });
        }
    }
    pieces
}

/// What a spreadsheet makes of a long number: `3.03555E+09`, of which the digits that are left are not the number's. As many
/// digits as the exponent says, as in `6.502530000E9`, are all of them.
fn of_a_float(text: &str) -> Option<String> {
    let (mantissa, exponent) = text.split_once(['e', 'E'])?;
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    let exponent = exponent.trim_start_matches('+').parse::<usize>().ok()?;
    let is_all = whole.len() == 1 && fraction.len() == exponent && exponent >= A_NUMBER;
    is_all.then(|| format!("{whole}{fraction}"))
}

/// Whether it is such a number.
fn is_a_float(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return false };
    let exponent = exponent.trim_start_matches(['+', '-']);
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    digits(exponent) && digits(&mantissa.replacen(['.', ','], "", 1))
}

/// The text as a number in which letters stand for digits, where it may be one.
fn vanity(text: &str) -> Option<Piece> {
    let starts = text.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| c.is_ascii_digit());
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | '(' | ')' | ' '));
    let letters = text.trim_matches(|c: char| !c.is_ascii_alphabetic());
    let is_vanity = starts && plain && letters.bytes().filter(u8::is_ascii_alphabetic).count() >= 3;
    is_vanity.then(|| Piece {
        text: text.to_owned(),
        has_letters: true,
        is_a_word: !letters.contains(' '),
        is_all: true,
    })
}

/// A text without the words in it.
struct Cut {
    parts: Vec<String>,
    is_all: bool,
}

fn cut(text: &str) -> Cut {
    let (mut parts, mut part, mut is_all) = (Vec::new(), String::new(), true);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c.is_alphabetic() {
            let word = word(c, &mut rest);
            if count(&part) >= A_NUMBER && LABELS.contains(&word.as_str()) && extends(&mut rest) {
                part.push_str(EXTENSION);
                continue;
            }
            is_all &= SAYS_NOTHING.contains(&word.as_str());
        } else if matches!(c, ';' | ',') {
            let ahead: String = rest.clone().collect();
            let ahead = ahead.trim_start_matches([' ', ',', ';']);
            let bare = ahead.trim_end_matches('#');
            if count(&part) >= A_NUMBER && is_digits(bare) && bare.len() <= EXTENSION_DIGITS {
                part.push_str(EXTENSION);
                part.push_str(bare);
                break;
            }
            if LABELS.iter().any(|label| ahead.to_lowercase().starts_with(label)) {
                continue;
            }
        } else if !(matches!(c, '|' | '&' | '\\' | '*' | '•' | '·' | '、' | '،') || c == '+' && count(&part) > A_NUMBER)
        {
            part.push(c);
            continue;
        }
        if part.chars().any(char::is_numeric) {
            parts.push(std::mem::take(&mut part));
        }
        if c == '+' {
            part.push(c);
        }
    }
    if part.chars().any(char::is_numeric) {
        parts.push(part);
    }
    Cut { parts, is_all }
}

fn word(first: char, rest: &mut Peekable<Chars<'_>>) -> String {
    let mut word = String::from(first);
    while let Some(c) = rest.next_if(|c| c.is_alphabetic()) {
        word.push(c);
    }
    word.to_lowercase()
}

/// Whether digits follow the word for an extension; goes on to them if so.
fn extends(rest: &mut Peekable<Chars<'_>>) -> bool {
    let mut ahead = rest.clone();
    while ahead.next_if(|c| matches!(c, ' ' | '.' | ':' | '=' | '-' | '#')).is_some() {}
    let digits = ahead.peek().is_some_and(|c| c.is_numeric());
    if digits {
        *rest = ahead;
    }
    digits
}

/// A slash stands within numbers (`030/123456`) and between two: what before it is long enough for a number is one, where
/// what is behind it is too.
fn slashed(part: &str) -> Vec<String> {
    let Some((first, rest)) = part.split_once('/') else { return vec![part.to_owned()] };
    if count(first) > A_NUMBER && count(rest) >= A_NUMBER {
        return [vec![first.to_owned()], slashed(rest)].concat();
    }
    vec![part.to_owned(), first.to_owned()]
}

/// Two numbers with nothing but a space between: the text, then what before one of its spaces may be the first of them. More
/// digits than a number has are two.
fn apart(part: String) -> Vec<String> {
    if count(&part) <= MOST_DIGITS {
        return vec![part];
    }
    let spaces = part.char_indices().filter(|(_, c)| c.is_whitespace());
    let beginnings = spaces.filter_map(|(at, _)| part.get(..at)).filter(|text| count(text) >= LEAST_DIGITS);
    let beginnings: Vec<String> = beginnings.take_while(|text| count(text) <= MOST_DIGITS).map(str::to_owned).collect();
    [vec![part], beginnings].concat()
}

fn count(text: &str) -> usize {
    text.chars().filter(|c| c.is_numeric()).count()
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.chars().all(char::is_numeric)
}
