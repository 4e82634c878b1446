//! What a niche may ask.

use jiff::civil::Date;

use super::field::{Field, FieldType, Limit};
use crate::attribution::{is_attribution, plain};
use crate::text;

pub const MAX_FIELDS: usize = 100;
/// Of a name, in characters.
pub const NAME: std::ops::RangeInclusive<usize> = 1..=64;
/// Of a label, and of a choice.
pub const LABEL: std::ops::RangeInclusive<usize> = 1..=200;
pub const MAX_CHOICES: usize = 200;
/// Of all fields together, as they are kept, in bytes.
const MOST: usize = 64 * 1024;
/// Beyond this numbers are not exact.
const LARGEST: f64 = 1e15;

/// What a lead has beside its answers.
const OURS: &[&str] = &[
    "contact_name",
    "contact_email",
    "contact_phone",
    "postal_code",
    "form_data",
    "external_id",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "referrer_url",
    "attribution",
    "consent",
    "is_test",
    "source",
];
/// What subscriptions' filters have for words of their own.
const WORDS: &[&str] = &[
    "as",
    "break",
    "const",
    "continue",
    "else",
    "false",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "namespace",
    "null",
    "package",
    "return",
    "true",
    "var",
    "void",
    "while",
];

/// One rule that is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Which field, and which member of it; `None`: all of them together.
    pub at: Option<(usize, &'static str)>,
    pub code: &'static str,
    /// A whole sentence.
    pub detail: String,
}

/// All that is wrong with these fields.
pub fn wrong(fields: &[Field]) -> Vec<Wrong> {
    let mut all = Vec::new();
    for (at, field) in fields.iter().enumerate() {
        let mut add = |member: &'static str, code: &'static str, rest: &str| {
            all.push(Wrong { at: Some((at, member)), code, detail: format!("{member} {rest}") });
        };
        if let Some((code, rest)) = name(&field.name) {
            add("name", code, rest);
        } else if fields.iter().take(at).any(|other| plain(&other.name) == plain(&field.name)) {
            add("name", "duplicate", "is that of a field before it, but for case and `_`");
        }
        choices(field, &mut add);
        limits(field, &mut add);
    }
    if serde_json::to_string(fields).is_ok_and(|json| json.len() > MOST) {
        let detail = format!("fields must have {MOST} bytes of JSON together at most");
        all.push(Wrong { at: None, code: "too_large", detail });
    }
    all
}

fn name(name: &str) -> Option<(&'static str, &'static str)> {
    let is_one = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && NAME.contains(&name.len());
    if !is_one {
        return Some(("wrong_format", "must have letters, digits and `_`, and begin with a letter"));
    }
    let same = plain(name);
    if OURS.iter().any(|ours| plain(ours) == same) {
        return Some(("reserved", "is that of something every lead has"));
    }
    if WORDS.contains(&name) {
        return Some(("reserved", "is a word of the language of filters"));
    }
    is_attribution(name).then_some(("reserved", "is one under which sites and trackers say where a lead came from"))
}

fn choices(field: &Field, add: &mut impl FnMut(&'static str, &'static str, &str)) {
    match (field.kind, field.choices.as_deref()) {
        (FieldType::Choice, None | Some([])) => add("choices", "required", "is required for a choice"),
        (FieldType::Choice, Some(choices)) => {
            let folded: Vec<String> = choices.iter().map(|choice| text::fold(choice)).collect();
            let is_double = |(at, one): (usize, &String)| folded.iter().take(at).any(|other| other == one);
            if folded.iter().enumerate().any(is_double) {
                add("choices", "duplicate", "must not have one twice, in whatever case");
            }
        }
        (_, Some(_)) => add("choices", "not_for_type", "is for a choice only"),
        (_, None) => {}
    }
}

fn limits(field: &Field, add: &mut impl FnMut(&'static str, &'static str, &str)) {
    let (min, max) = (field.min.as_ref(), field.max.as_ref());
    for (member, limit) in [("min", min), ("max", max)] {
        let Some(limit) = limit else { continue };
        match (field.kind, limit) {
            (FieldType::Number, Limit::Number(number)) if number.as_f64().is_some_and(|n| n.abs() <= LARGEST) => {}
            (FieldType::Number, _) => add(member, "wrong_type", "must be a number of at most 15 digits"),
            (FieldType::Integer, Limit::Number(number))
                if number.as_i64().is_some() && number.as_f64().is_some_and(|n| n.abs() <= LARGEST) => {}
            (FieldType::Integer, _) => add(member, "wrong_type", "must be a whole number of at most 15 digits"),
            (FieldType::Text, Limit::Number(number)) if number.as_u64().is_some_and(|n| n <= 65_536) => {}
            (FieldType::Text, _) => add(member, "wrong_type", "must be a number of characters, 0 to 65536"),
            (FieldType::Date, Limit::Date(text)) if text.len() == 10 && text.parse::<Date>().is_ok() => {}
            (FieldType::Date, _) => add(member, "invalid_date", "must be a date, as 2026-01-31"),
            _ => add(member, "not_for_type", "is for texts (characters), numbers and dates only"),
        }
    }
    let is_turned = match (min, max) {
        (Some(Limit::Number(min)), Some(Limit::Number(max))) => min.as_f64() > max.as_f64(),
        (Some(Limit::Date(min)), Some(Limit::Date(max))) => min > max,
        _ => false,
    };
    if is_turned {
        add("max", "out_of_range", "must not be less than min");
    }
}
