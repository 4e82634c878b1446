//! Answers of any size within what a lead keeps. What is too much stays in the raw payload; of what is kept, as much as fits.

use crate::attribution;
use crate::http::input::Limits;
use crate::http::json::Value;

/// Gathers what has no room of its own, as the text of an object.
const OTHERS: &str = "other answers";
/// What a member costs beside its value: quotes, colon, comma.
const AROUND: usize = 4;
const ELLIPSIS: char = '…';

/// What was made to fit, and whether anything had to be.
#[derive(Debug)]
pub struct Fitter {
    limits: Limits,
    pub is_cut: bool,
    /// What [`attribution`] took out of what is kept as a text.
    pub taken: Vec<(String, String)>,
}

impl Fitter {
    pub fn new(limits: Limits) -> Self {
        Self { limits, is_cut: false, taken: Vec::new() }
    }

    /// The value, of which what is nested too deeply is a text. `depth`: its own, should it hold anything.
    pub fn shallow(&mut self, value: Value, depth: usize, is_it: fn(&str) -> bool) -> Value {
        match value {
            Value::Array(_) | Value::Object(_) if depth > self.limits.depth => self.flat(&value, is_it),
            Value::Array(items) => {
                Value::Array(items.into_iter().map(|item| self.shallow(item, depth + 1, is_it)).collect())
            }
            Value::Object(members) => {
                let less = |(name, value)| (name, self.shallow(value, depth + 1, is_it));
                Value::Object(members.into_iter().map(less).collect())
            }
            other => other,
        }
    }

    /// The object of these members, each value as JSON.
    pub fn object(&mut self, members: Vec<(String, String)>) -> String {
        let members = self.few(members);
        let members: Vec<_> = members.into_iter().map(|(name, value)| (self.short(name), value)).collect();
        attribution::object(&self.small(members))
    }

    fn flat(&mut self, value: &Value, is_it: fn(&str) -> bool) -> Value {
        self.is_cut = true;
        let text = value.to_text();
        // More than all answers may have.
        if text.len() > self.limits.bytes {
            return Value::Null;
        }
        let split = attribution::split(&text, is_it);
        Value::String(split.map_or(text, |split| {
            self.taken.extend(split.taken);
            split.answers
        }))
    }

    /// Not more keys than there may be: an object of too many is a text, and what comes after all is gathered in one member.
    fn few(&mut self, members: Vec<(String, String)>) -> Vec<(String, String)> {
        if members.iter().map(|(_, value)| 1 + keys(value)).sum::<usize>() <= self.limits.keys {
            return members;
        }
        self.is_cut = true;
        let (mut kept, mut others, mut room) = (Vec::new(), Vec::new(), self.limits.keys - 1);
        for (name, value) in members {
            let own = keys(&value);
            if room == 0 {
                others.push((name, value));
            } else if own < room {
                room -= 1 + own;
                kept.push((name, value));
            } else {
                room -= 1;
                kept.push((name, quoted(&value)));
            }
        }
        if !others.is_empty() {
            kept.push((OTHERS.to_owned(), quoted(&attribution::object(&others))));
        }
        kept
    }

    fn short(&mut self, name: String) -> String {
        let most = self.limits.key_bytes;
        if name.len() <= most {
            return name;
        }
        self.is_cut = true;
        let mut short = String::new();
        for c in name.chars() {
            if short.len() + c.len_utf8() + ELLIPSIS.len_utf8() > most {
                break;
            }
            short.push(c);
        }
        short.push(ELLIPSIS);
        short
    }

    /// Not more bytes than there may be: the longest values are cut, all to one length.
    fn small(&mut self, members: Vec<(String, String)>) -> Vec<(String, String)> {
        let size = |(name, value): &(String, String)| quoted_length(name) + AROUND + value.len();
        if members.iter().map(size).sum::<usize>() <= self.limits.bytes {
            return members;
        }
        self.is_cut = true;
        // Names may need numbers behind them.
        let names: usize = members.iter().map(|(name, _)| quoted_length(name) + 2 * AROUND).sum();
        let most = fair_share(members.iter().map(|(_, value)| value.len()), self.limits.bytes.saturating_sub(names));
        let cut = |(name, value): (String, String)| {
            let value = if value.len() > most { beginning(&value, most) } else { value };
            (name, value)
        };
        members.into_iter().map(cut).collect()
    }
}

/// The length to which the longest are to be cut so that all have room.
fn fair_share(lengths: impl Iterator<Item = usize>, mut room: usize) -> usize {
    let mut lengths: Vec<usize> = lengths.collect();
    lengths.sort_unstable();
    let mut left = lengths.len();
    for length in lengths {
        if length > room / left {
            break;
        }
        room -= length;
        left -= 1;
    }
    room.checked_div(left).unwrap_or(room)
}

/// How many keys the objects in this JSON have together.
fn keys(json: &str) -> usize {
    let (mut keys, mut in_text, mut is_escaped) = (0, false, false);
    for byte in json.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = in_text,
            b'"' => in_text = !in_text,
            b':' if !in_text => keys += 1,
            _ => {}
        }
    }
    keys
}

/// A text's value as far as it fits in so many bytes of JSON; of any other value its JSON, as a text.
fn beginning(json: &str, most: usize) -> String {
    let text: String = serde_json::from_str(json).unwrap_or_else(|_| json.to_owned());
    let mut room = most.saturating_sub(2 + ELLIPSIS.len_utf8());
    let mut short = String::new();
    for c in text.chars() {
        let Some(left) = room.checked_sub(escaped_length(c)) else { break };
        room = left;
        short.push(c);
    }
    short.push(ELLIPSIS);
    quoted(&short)
}

fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_text()
}

fn quoted_length(text: &str) -> usize {
    2 + text.chars().map(escaped_length).sum::<usize>()
}

fn escaped_length(c: char) -> usize {
    match c {
        '"' | '\\' | '\n' | '\r' | '\t' => 2,
        c if u32::from(c) < 0x20 => 6,
        c => c.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Fitter, fair_share, keys};
    use crate::attribution;
    use crate::http::input::Limits;
    use crate::http::json::parse;

    const SMALL: Limits = Limits { bytes: 100, keys: 5, depth: 3, key_bytes: 16 };

    fn fitted(sent: &str) -> (String, bool) {
        let mut fitter = Fitter::new(SMALL);
        let value = fitter.shallow(parse(sent.as_bytes()).unwrap(), 1, attribution::is_attribution);
        let text = fitter.object(attribution::members(&value.to_text()));
        (text, fitter.is_cut)
    }

    #[test]
    fn what_fits_is_as_it_was() {
        for sent in ["{}", r#"{"a":{"b":{"c":1}},"d":[[1.50]]}"#, r#"{"a":1,"b":"x:y","c":null,"d":"\"","e":"é"}"#] {
            assert_eq!(fitted(sent), (sent.to_owned(), false));
        }
    }

    #[test]
    fn what_does_not_is_there_as_far_as_it_goes() {
        let long = "x".repeat(200);
        for (sent, kept) in [
            (r#"{"a":{"b":{"c":[1,{"d":"e"}]}}}"#.to_owned(), r#"{"a":{"b":{"c":"[1,{\"d\":\"e\"}]"}}}"#.to_owned()),
            (r#"{"a":{"b":{"c":{"gclid":"g","d":1}}}}"#.to_owned(), r#"{"a":{"b":{"c":"{\"d\":1}"}}}"#.to_owned()),
            (
                r#"{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6}"#.to_owned(),
                r#"{"a":1,"b":2,"c":3,"d":4,"other answers":"{\"e\":5,\"f\":6}"}"#.to_owned(),
            ),
            (
                r#"{"a":{"b":1,"c":2,"d":3,"e":4},"f":6}"#.to_owned(),
                r#"{"a":"{\"b\":1,\"c\":2,\"d\":3,\"e\":4}","f":6}"#.to_owned(),
            ),
            (r#"{"0123456789abcdefg":1}"#.to_owned(), r#"{"0123456789abc…":1}"#.to_owned()),
            (
                r#"{"0123456789abcdefg":1,"0123456789abcdefh":2}"#.to_owned(),
                r#"{"0123456789abc…":1,"0123456789abc… (2)":2}"#.to_owned(),
            ),
            (format!(r#"{{"a":"{long}","b":"short"}}"#), format!(r#"{{"a":"{}…","b":"short"}}"#, "x".repeat(66))),
            (format!(r#"{{"a":["{long}"]}}"#), format!(r#"{{"a":"[\"{}…"}}"#, "x".repeat(81))),
        ] {
            let (text, is_cut) = fitted(&sent);
            assert_eq!((text.as_str(), is_cut), (kept.as_str(), true));
            assert!(text.len() <= 100 + 10, "{text}");
            parse(text.as_bytes()).unwrap();
        }
    }

    #[test]
    fn the_longest_are_cut_alike() {
        for (lengths, room, share) in
            [(&[1, 2, 3][..], 10, 4), (&[1, 20, 30], 21, 10), (&[5, 5, 5], 9, 3), (&[], 9, 9), (&[7], 0, 0)]
        {
            assert_eq!(fair_share(lengths.iter().copied(), room), share, "{lengths:?}");
        }
        assert_eq!(keys(r#"{"a:":[{"b":1},":"],"c\"":{"d":"\\"}}"#), 4);
    }
}
