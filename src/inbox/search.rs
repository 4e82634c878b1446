//! What a provider types into the search field, and the patterns that find it in `search_text`.

use super::Said;
use crate::db::sql::Conditions;
use crate::email;
use crate::text;

/// A search that can be run: part of an e-mail address, or of a phone number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// A LIKE pattern over the whole of `search_text`, with `\` as its escape.
    pub(super) pattern: String,
    /// A second one, where e-mail and phone have to be looked for in different words. Either may match.
    pub(super) or_pattern: Option<String>,
    folded: String,
    /// Where it may be part of a phone number.
    digits: Option<String>,
}

/// Fewer characters would read everything; more are no search.
pub const LENGTH: std::ops::RangeInclusive<usize> = 3..=100;

/// What stands between digits when people write a phone number (after NFKC, which makes other spaces plain ones).
const PUNCTUATION: &[char] =
    &[' ', '+', '-', '(', ')', '.', '/', '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2212}'];
/// Fewer digits than this are no part of a phone number worth looking for.
const MIN_DIGITS: usize = 3;

/// What is searched: `"{e-mail}\n{phone digits}"`, both as they are compared.
pub fn search_text(email_key: Option<&str>, phone_digits: Option<&str>) -> String {
    format!("{}\n{}", email_key.unwrap_or_default(), phone_digits.unwrap_or_default())
}

/// The same of a lead with what its person sent later: any of the addresses, any of the numbers.
pub(super) fn search_text_of(original: &Said, later: &[Said]) -> String {
    let all = || [original].into_iter().chain(later);
    let emails = all().filter_map(|said| said.contact_email_lower.as_deref());
    let phones = all().filter_map(|said| said.contact_phone_digits.as_deref());
    // A space is in neither, so no search finds the end of one and the beginning of the next.
    search_text(Some(&apart(emails)), Some(&apart(phones)))
}

/// Each once, in their order.
fn apart<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut all: Vec<&str> = Vec::new();
    for text in texts.filter(|text| !text.is_empty()) {
        if !all.contains(&text) {
            all.push(text);
        }
    }
    all.join(" ")
}

impl Search {
    /// `None` where `text`, without what cannot be seen, is too short or too long.
    pub fn new(text: &str) -> Option<Self> {
        let text = text::trim(text);
        let folded = email::key(text);
        if !LENGTH.contains(&text.chars().count()) || folded.chars().count() < *LENGTH.start() {
            return None;
        }
        let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
        let is_phone =
            digits.len() >= MIN_DIGITS && folded.chars().all(|c| c.is_ascii_digit() || PUNCTUATION.contains(&c));
        // Digits never hold a line break, so `%…%\n%` looks in the e-mail only and `%\n%…%` in the phone only.
        let (pattern, or_pattern) = match (is_phone, digits == folded) {
            (true, true) => (format!("%{digits}%"), None),
            (true, false) => (format!("%{}%\n%", escape(&folded)), Some(format!("%\n%{digits}%"))),
            (false, _) => (format!("%{}%\n%", escape(&folded)), None),
        };
        Some(Self { pattern, or_pattern, folded, digits: is_phone.then_some(digits) })
    }
}

impl Search {
    /// Whether it finds this [`search_text`].
    pub fn finds(&self, search_text: &str) -> bool {
        let (email, phone) = search_text.split_once('\n').unwrap_or((search_text, ""));
        email.contains(&self.folded) || self.digits.as_ref().is_some_and(|digits| phone.contains(digits))
    }

    /// The condition on `a.search_text`, its patterns bound.
    pub(super) fn condition<'a>(&'a self, only: &mut Conditions<'a>) -> String {
        let pattern = only.bind(&self.pattern);
        match &self.or_pattern {
            None => format!("a.search_text LIKE ${pattern} ESCAPE '\\'"),
            Some(or_pattern) => {
                let other = only.bind(or_pattern);
                format!("(a.search_text LIKE ${pattern} ESCAPE '\\' OR a.search_text LIKE ${other} ESCAPE '\\')")
            }
        }
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{Search, search_text};

    fn patterns(text: &str) -> Option<(String, Option<String>)> {
        Search::new(text).map(|s| (s.pattern, s.or_pattern))
    }

    #[test]
    fn looks_in_the_right_half() {
        for (text, pattern, or_pattern) in [
            ("Bob@", "%bob@%\n%", None),
            ("1234567", "%1234567%", None),
            ("１２３４", "%1234%", None),
            ("+1 (555) 123-4567", "%+1 (555) 123-4567%\n%", Some("%\n%15551234567%")),
            ("+1-", "%+1-%\n%", None),
            ("50%_\\", "%50\\%\\_\\\\%\n%", None),
            ("  a.b ", "%a.b%\n%", None),
        ] {
            assert_eq!(patterns(text), Some((pattern.to_owned(), or_pattern.map(str::to_owned))), "{text}");
        }
    }

    #[test]
    fn too_short_or_too_long_is_no_search() {
        for text in ["", "ab", " a ", "a\u{200b}\u{200b}b", &"a".repeat(101)] {
            assert_eq!(patterns(text), None, "{text}");
        }
        assert!(patterns(&"a".repeat(100)).is_some());
    }

    #[test]
    fn either_half_may_be_missing() {
        assert_eq!(search_text(Some("a@b.c"), Some("123")), "a@b.c\n123");
        assert_eq!(search_text(None, None), "\n");
    }
}
