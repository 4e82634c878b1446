//! What a provider types into the search field, and what finds it in `search_text`.

use super::SearchBits;
use crate::db::sql::Conditions;
use crate::phone::{self, Phone};
use crate::text;

/// A search that can be run: part of what a row of the inbox shows (a name, a place, what somebody needs), of an e-mail
/// address or of a phone number; or a whole phone number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    text: String,
    /// Those that are looked for in phone numbers.
    digits: Option<String>,
    parts: Vec<Part>,
    bound: Vec<Bound>,
}

/// What is bound for one of the parts.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Bound {
    /// A text that `search_text` holds, or a LIKE pattern over the whole of it, with `\` as its escape.
    text: String,
    bits: SearchBits,
}

/// What is looked for, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// Everywhere. With marks on letters it is only in the e-mail: the rest has none.
    Anywhere(String),
    /// After the e-mail.
    Named(String),
    /// Within a phone number.
    Digits(String),
    /// Where a phone number begins.
    Number(String),
}

/// Fewer characters would read everything; more are no search.
pub const LENGTH: std::ops::RangeInclusive<usize> = 3..=100;

/// What stands between digits when people write a phone number (after NFKC, which makes other spaces plain ones).
const PUNCTUATION: &[char] =
    &[' ', '+', '-', '(', ')', '.', '/', '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}', '\u{2212}'];
/// Fewer digits than this are no part of a phone number worth looking for.
const MIN_DIGITS: usize = 3;
/// With fewer digits and letters it is no whole phone number.
const MIN_NUMBER: usize = 7;
/// A text has the digits that are dialled at home and from abroad. Where others are written (what was dialled before mobiles in
/// Mexico, Brazil and Argentina), they are as many at least.
const MIN_CHANGED: usize = 10;
/// With as many digits there are two numbers.
const TWO_NUMBERS: usize = 16;
/// What is dialled before a country code, most anywhere.
const ABROAD: [&str; 2] = ["00", "011"];
/// Numbers that a text may be, at most.
const NUMBERS: usize = 8;
/// What is kept of a name, and of a place, in characters: an index's entry has to fit.
const KEPT: usize = 200;
/// And of a need, which a row cuts at as many.
const KEPT_NEED: usize = 80;

/// What is searched: `"{e-mail}\n{name}\n{place}\n{need}"`, and each way to dial the phone number after a tab. `email` and
/// `phone` are in the form that [`crate::email::searched`] and [`Phone::searched`] give.
pub fn search_text(email: &str, name: Option<&str>, place: &str, need: &str, phone: &str) -> String {
    format!("{email}\n{}\n{}{}{phone}", kept(name.unwrap_or_default()), kept(place), line_of(need))
}

fn kept(text: &str) -> String {
    first(text, KEPT)
}

fn first(text: &str, most: usize) -> String {
    text::plain(text).trim().chars().take(most).collect()
}

/// A line for a need; none where there is none.
fn line_of(need: &str) -> String {
    if need.is_empty() { String::new() } else { format!("\n{}", first(need, KEPT_NEED)) }
}

/// What one submission has to be found by.
#[derive(Debug, Clone, Default)]
pub struct Searchable {
    /// As [`crate::email::searched`] gives it.
    pub email: String,
    pub name: String,
    pub place: String,
    /// As [`Phone::searched`] gives it.
    pub phone: String,
}

/// The same of a lead with what its person sent later: any of the addresses, names, places and numbers, as far as an
/// index's entry holds them. `need`: what was needed at first, as a row shows it.
pub fn search_text_of(all: &[Searchable], need: &str) -> String {
    let emails = apart(800, all.iter().map(|one| one.email.clone()));
    let names = apart(600, all.iter().map(|one| kept(&one.name)));
    let places = apart(300, all.iter().map(|one| kept(&one.place)));
    let need = line_of(need);
    let mut phones = String::new();
    for Searchable { phone, .. } in all {
        if !phones.contains(phone) && phones.len() + phone.len() <= 300 {
            phones.push_str(phone);
        }
    }
    format!("{emails}\n{names}\n{places}{need}{phones}")
}

/// Each once, in their order, with what nobody can type between them; no more than so many bytes.
fn apart(bytes: usize, texts: impl Iterator<Item = String>) -> String {
    let (mut all, mut length): (Vec<String>, usize) = (Vec::new(), 0);
    for text in texts.filter(|text| !text.is_empty()) {
        if !all.contains(&text) && length + text.len() < bytes {
            length += text.len() + 1;
            all.push(text);
        }
    }
    all.join("\u{1f}")
}

impl Search {
    /// `None` where `text`, without what cannot be seen, is too short or too long.
    pub fn new(text: &str) -> Option<Self> {
        let text = text::trim(text);
        let folded = text::fold(text).split_whitespace().collect::<Vec<_>>().join(" ");
        let folded = if folded.contains('@') { address(&folded) } else { folded };
        if !LENGTH.contains(&text.chars().count()) || folded.chars().count() < *LENGTH.start() {
            return None;
        }
        let mut search = Self { text: folded.clone(), digits: written(&folded), parts: Vec::new(), bound: Vec::new() };
        let plain = text::plain(&folded);
        if plain != folded {
            search.add(Part::Named(plain));
        }
        if let Some(digits) = search.digits.clone().filter(|digits| *digits != folded) {
            let from_abroad = ABROAD.iter().find_map(|prefix| digits.strip_prefix(prefix));
            if let Some(number) = from_abroad.filter(|number| number.len() >= MIN_DIGITS) {
                search.add(Part::Number(number.to_owned()));
            }
            search.add(Part::Digits(digits));
        }
        search.add(Part::Anywhere(folded));
        Some(search)
    }

    /// The same where a whole phone number may be written as in any of these countries.
    pub fn meant(text: &str, countries: &[String]) -> Option<Self> {
        let search = Self::new(text)?;
        let is_number = search.may_be_a_number();
        Some(if is_number { search.in_countries(countries.iter().map(String::as_str)) } else { search })
    }

    /// What was typed, as it is compared.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it may be a whole phone number whose digits, as its country writes it, stand in no text: countries have to be
    /// asked then, which takes a statement more.
    pub fn may_be_a_number(&self) -> bool {
        let all = self.text.chars().filter(|c| c.is_alphanumeric()).count();
        let digits = self.text.chars().filter(|c| c.is_numeric()).count();
        let is_long = if digits == all { digits >= MIN_CHANGED } else { all >= MIN_NUMBER && digits >= MIN_DIGITS };
        is_long && !self.text.contains('@')
    }

    /// The same, where a phone number is meant as one is written in any of these countries.
    #[must_use]
    fn in_countries<'a>(mut self, countries: impl IntoIterator<Item = &'a str>) -> Self {
        for country in countries {
            // Two numbers that stood in one field are found by the first, which was read.
            let is_number = |phone: &Phone| phone.is_all || phone::digits(&self.text).len() >= TWO_NUMBERS;
            let number = Phone::read(&self.text, country).ok().filter(is_number).and_then(|phone| phone.key);
            // What has all the digits in their order is found by them, where they are looked for.
            let is_found = |number: &String| self.digits.as_ref().is_some_and(|digits| number.contains(digits));
            let Some(number) = number.filter(|number| !is_found(number)) else { continue };
            if self.parts.len() < NUMBERS {
                self.add(Part::Number(number));
            }
        }
        self
    }

    /// Whether it finds this [`search_text`].
    pub fn finds(&self, search_text: &str) -> bool {
        let after = |mark: char| search_text.split_once(mark).map_or("", |(_, rest)| rest);
        self.parts.iter().any(|part| match part {
            Part::Anywhere(text) => search_text.contains(text),
            Part::Named(text) => after('\n').contains(text),
            Part::Digits(digits) => after('\t').contains(digits),
            Part::Number(digits) => search_text.contains(&format!("\t{digits}")),
        })
    }

    /// The condition on `a.search_text`, its patterns bound: first by its bits, which is cheap.
    pub fn condition<'a>(&'a self, only: &mut Conditions<'a>) -> String {
        let ways = self.parts.iter().zip(&self.bound).map(|(part, Bound { text, bits })| {
            let (first, second, number) = (only.bind(&bits.first), only.bind(&bits.second), only.bind(text));
            let has_it = match part {
                Part::Anywhere(_) | Part::Number(_) => format!("holds(a.search_text, ${number})"),
                Part::Named(_) | Part::Digits(_) => format!("a.search_text LIKE ${number} ESCAPE '\\'"),
            };
            // Joined by AND, a planner would ask in an order of its own.
            format!(
                "CASE WHEN (a.search_bits_1 & ${first}) = ${first} AND (a.search_bits_2 & ${second}) = ${second} \
                 THEN {has_it} ELSE false END"
            )
        });
        format!("({})", ways.collect::<Vec<_>>().join(" OR "))
    }

    /// How many places it looks in.
    pub fn ways(&self) -> usize {
        self.parts.len()
    }

    fn add(&mut self, part: Part) {
        if self.parts.contains(&part) {
            return;
        }
        let text = match &part {
            Part::Anywhere(text) => text.clone(),
            Part::Number(digits) => format!("\t{digits}"),
            Part::Named(text) => format!("%\n%{}%", escape(text)),
            Part::Digits(digits) => format!("%\t%{digits}%"),
        };
        let (Part::Anywhere(in_a_row) | Part::Number(in_a_row) | Part::Named(in_a_row) | Part::Digits(in_a_row)) =
            &part;
        self.bound.push(Bound { text, bits: SearchBits::of(in_a_row) });
        self.parts.push(part);
    }
}

/// An e-mail address, or a part of one, without what stands around it in letters and links.
fn address(folded: &str) -> String {
    let within = folded.rsplit_once('<').map_or(folded, |(_, rest)| rest).trim_end_matches('>');
    let within = within.strip_prefix("mailto:").unwrap_or(within).replace('\u{3002}', ".");
    within.strip_suffix('.').filter(|rest| !rest.ends_with('@')).unwrap_or(&within).to_owned()
}

/// The digits of a text that is nothing but a part of a phone number, without the zero that is not dialled from abroad.
fn written(text: &str) -> Option<String> {
    let digits = phone::digits(text);
    let is_phone = digits.len() >= MIN_DIGITS && text.chars().all(|c| c.is_numeric() || PUNCTUATION.contains(&c));
    let written = || if text.contains("(0)") { phone::digits(&text.replacen("(0)", "", 1)) } else { digits };
    is_phone.then(written)
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

    fn bound(text: &str) -> Option<Vec<String>> {
        Search::new(text).map(|search| texts(&search))
    }

    fn texts(search: &Search) -> Vec<String> {
        search.bound.iter().map(|bound| bound.text.clone()).collect()
    }

    #[test]
    fn looks_in_the_right_place() {
        let of: [(&str, &[&str]); 13] = [
            ("Bob@", &["bob@"]),
            ("1234567", &["1234567"]),
            ("１２３４", &["1234"]),
            ("٥٥٥", &["%\t%555%", "٥٥٥"]),
            ("+1 (555) 123-4567", &["%\t%15551234567%", "+1 (555) 123-4567"]),
            ("+1-", &["+1-"]),
            ("0044 (0)20", &["\t4420", "%\t%004420%", "0044 (0)20"]),
            ("José  Á", &["%\n%jose a%", "josé á"]),
            ("É50%_\\", &["%\n%e50\\%\\_\\\\%", "é50%_\\"]),
            ("  a.b ", &["a.b"]),
            ("Jo <JO@Example.com>", &["jo@example.com"]),
            ("mailto:jo@例え。jp.", &["jo@例え.jp"]),
            ("jo@", &["jo@"]),
        ];
        for (text, wanted) in of {
            assert_eq!(bound(text), Some(wanted.iter().map(|part| (*part).to_owned()).collect()), "{text}");
        }
    }

    #[test]
    fn a_whole_number_is_found_as_its_country_writes_it() {
        for (country, text, number) in [
            ("US", "1-800-FLOWERS", Some("18003569377")),
            ("BR", "0 15 11 91234-5678", Some("5511912345678")),
            ("MX", "044 55 1234 5678", Some("525512345678")),
            ("GB", "+44 (0)20 7183 8750", None),
            ("US", "Bob 512 555 0123", None),
            ("US", "512-555-0123 or 512-555-0199", Some("15125550123")),
            ("US", "bob5125550123@x.com", None),
            ("US", "512-555-0123", None),
            ("US", "1234567", None),
        ] {
            let search = Search::new(text).unwrap();
            let before = search.bound.len();
            let search = if search.may_be_a_number() { search.in_countries([country, country]) } else { search };
            let added = texts(&search).get(before..).unwrap_or_default().to_vec();
            let wanted: Vec<String> = number.iter().map(|number| format!("\t{number}")).collect();
            assert_eq!(added, wanted, "{text}");
        }
    }

    #[test]
    fn finds_what_is_searched_for() {
        let phone = "\t442071838750\t02071838750";
        let text = search_text("jo@x.com", Some("José  Álvarez"), "Denver 80211", "Leck über der Küche", phone);
        assert_eq!(text, "jo@x.com\njose alvarez\ndenver 80211\nleck uber der kuche\t442071838750\t02071838750");
        for found in [
            "jo@x",
            "JOSÉ",
            "jose a",
            "denver",
            "80211",
            "küche",
            "Leck uber",
            "7183",
            "020 7183",
            "+44 (0)20 7183 8750",
            "0044 20",
        ] {
            assert!(Search::new(found).unwrap().finds(&text), "{found}");
        }
        for other in ["josé@", "jo@x.com\njose", "8750\t02", "875 002", "80-211", "bob", "0044 7183"] {
            assert!(!Search::new(other).unwrap().finds(&text), "{other}");
        }
    }

    #[test]
    fn too_short_or_too_long_is_no_search() {
        for text in ["", "ab", " a ", "a\u{200b}\u{200b}b", &"a".repeat(101)] {
            assert_eq!(bound(text), None, "{text}");
        }
        assert!(bound(&"a".repeat(100)).is_some());
    }

    #[test]
    fn each_part_may_be_missing_and_none_is_endless() {
        assert_eq!(search_text("", None, "", "", ""), "\n\n");
        let long = search_text(&"a@".repeat(127), Some(&"ﷺ".repeat(200)), &"𝕏".repeat(300), &"𝕏".repeat(80), "");
        assert!(long.len() < 2_000, "{}", long.len());
    }
}
