//! What each kind of field takes, and the words for what it does not.

use std::ops::RangeInclusive;

use super::kind::{Kind, Wrong};
use crate::json::Value;
use ground::clock::Timestamp;
use ground::email::{self, Email};
use ground::id::{Id, parse_uuid};
use ground::period::Bound;
use ground::text as texts_of;

/// A name as it may be shown: cut where it is long.
pub(super) fn shown(name: &str) -> &str {
    name.char_indices().nth(100).and_then(|(at, _)| name.get(..at)).unwrap_or(name)
}

fn string(value: Value) -> Result<String, Wrong> {
    match value {
        Value::String(text) if text.contains('\0') => {
            Err(("nul_character", "must not contain the character NUL".into()))
        }
        Value::String(text) => Ok(text),
        _ => Err(("wrong_type", "must be a string".into())),
    }
}

fn length(text: &str, allowed: &RangeInclusive<usize>) -> Result<(), Wrong> {
    let chars = text.chars().count();
    if chars < *allowed.start() {
        let detail = format!("must have {} characters at least, and has {chars}", allowed.start());
        return Err(("too_short", detail.into()));
    }
    if chars > *allowed.end() {
        let detail = format!("must have {} characters at most, and has {chars}", allowed.end());
        return Err(("too_long", detail.into()));
    }
    Ok(())
}

fn no_control(text: &str, but: &[char]) -> Result<(), Wrong> {
    if text.chars().any(|c| c.is_control() && !but.contains(&c)) {
        return Err(("control_character", "must not contain control characters".into()));
    }
    Ok(())
}

pub(super) fn prose(value: Value, allowed: &RangeInclusive<usize>) -> Result<String, Wrong> {
    let text = string(value)?;
    no_control(&text, &['\n', '\r', '\t'])?;
    length(&text, allowed)?;
    Ok(text)
}

pub(super) fn text(value: Value, allowed: &RangeInclusive<usize>) -> Result<String, Wrong> {
    let text = string(value)?;
    no_control(&text, &[])?;
    length(&text, allowed)?;
    Ok(text)
}

pub(super) fn line(value: Value, allowed: &RangeInclusive<usize>) -> Result<String, Wrong> {
    let text = string(value)?;
    no_control(&text, &[])?;
    let line = texts_of::trim(&text);
    length(line, allowed)?;
    Ok(line.to_owned())
}

pub(super) fn email(value: Value) -> Result<Email, Wrong> {
    let text = string(value)?;
    email::parse(&text).ok_or_else(|| ("invalid_email", "must be an e-mail address, as in ann@example.com".into()))
}

/// Canonical digits only: no sign but `-`, no fraction, no exponent, no leading zero.
pub(super) fn int(kind: Kind, value: &Value, allowed: &RangeInclusive<i64>) -> Result<i64, Wrong> {
    let text = match value {
        Value::Number(text) => text.as_str(),
        Value::String(text) if kind == Kind::Query => text.as_str(),
        _ => return Err(("wrong_type", "must be a whole number".into())),
    };
    // `10.0` is a whole number to JSON Schema, and to clients that have no other kind of number.
    let text = match (kind, text.split_once('.')) {
        (Kind::New | Kind::Patch, Some((whole, zeros))) if zeros.bytes().all(|b| b == b'0') && !zeros.is_empty() => {
            whole
        }
        _ => text,
    };
    let digits = text.strip_prefix('-').unwrap_or(text);
    let canonical = !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'))
        && text != "-0";
    if !canonical {
        return Err(("wrong_type", "must be a whole number, in digits alone".into()));
    }
    // More digits than 64 bits hold are out of any range.
    text.parse::<i64>().ok().filter(|n| allowed.contains(n)).ok_or_else(|| {
        let detail = match (*allowed.start(), *allowed.end()) {
            (least, i64::MAX) => format!("must be {least} or more"),
            (least, most) => format!("must be from {least} to {most}"),
        };
        ("out_of_range", detail.into())
    })
}

pub(super) fn flag(kind: Kind, value: &Value) -> Result<bool, Wrong> {
    match value {
        Value::Bool(flag) => Ok(*flag),
        Value::String(text) if kind == Kind::Query && text == "true" => Ok(true),
        Value::String(text) if kind == Kind::Query && text == "false" => Ok(false),
        _ => Err(("wrong_type", "must be true or false".into())),
    }
}

pub(super) fn id<T: Id>(value: &Value) -> Result<T, Wrong> {
    let Value::String(text) = value else {
        return Err(("wrong_type", "must be a UUID in a string".into()));
    };
    parse_uuid(text).map(T::from_uuid).ok_or_else(invalid_uuid)
}

pub(super) fn invalid_uuid() -> Wrong {
    ("invalid_uuid", "must be a UUID in its canonical form: 36 characters in lower case".into())
}

pub(super) fn choice<T: Copy>(value: &Value, choices: &[(&str, T)]) -> Result<T, Wrong> {
    let Value::String(text) = value else {
        return Err(("wrong_type", "must be a string".into()));
    };
    choices.iter().find(|(word, _)| word == text).map(|(_, choice)| *choice).ok_or_else(|| {
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        ("invalid_choice", format!("must be one of: {}", words.join(", ")).into())
    })
}

pub(super) fn time(value: &Value) -> Result<Timestamp, Wrong> {
    let parsed = value.as_str().and_then(Timestamp::parse);
    parsed.ok_or_else(|| ("invalid_time", "must be an RFC 3339 time, as in 2026-01-31T12:00:00Z".into()))
}

pub(super) fn bound(value: &Value) -> Result<Bound, Wrong> {
    let detail = "must be a date or an RFC 3339 time, as in 2026-01-31 or 2026-01-31T12:00:00Z";
    value.as_str().and_then(Bound::parse).ok_or_else(|| ("invalid_time", detail.into()))
}

pub(super) fn texts(
    value: Value,
    count: &RangeInclusive<usize>,
    allowed: &RangeInclusive<usize>,
) -> Result<Vec<String>, Wrong> {
    let Value::Array(items) = value else {
        return Err(("wrong_type", "must be a list of strings".into()));
    };
    if items.len() < *count.start() {
        return Err(("too_short", format!("must have {} entries at least", count.start()).into()));
    }
    if items.len() > *count.end() {
        return Err(("too_long", format!("must have {} entries at most", count.end()).into()));
    }
    let mut list = Vec::with_capacity(items.len());
    for item in items {
        let text =
            line(item, allowed).map_err(|(code, detail)| (code, format!("has an entry that {detail}").into()))?;
        if list.contains(&text) {
            return Err(("duplicate_field", "has an entry twice".into()));
        }
        list.push(text);
    }
    Ok(list)
}

pub(super) fn ids<T: Id>(value: &Value, count: &RangeInclusive<usize>) -> Result<Vec<T>, Wrong> {
    let Value::Array(items) = value else {
        return Err(("wrong_type", "must be a list of UUIDs".into()));
    };
    if items.len() < *count.start() {
        return Err(("too_short", format!("must have {} entries at least", count.start()).into()));
    }
    if items.len() > *count.end() {
        return Err(("too_long", format!("must have {} entries at most, and has {}", count.end(), items.len()).into()));
    }
    let mut list: Vec<T> = Vec::with_capacity(items.len());
    for item in items {
        let one: T = id(item).map_err(|(code, detail)| (code, format!("has an entry that {detail}").into()))?;
        if list.iter().any(|other| other.uuid() == one.uuid()) {
            return Err(("duplicate_field", "has an entry twice".into()));
        }
        list.push(one);
    }
    Ok(list)
}
