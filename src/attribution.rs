//! Where a lead came from: names of what sites, ad platforms and trackers send along with a form, told apart from what the
//! person answered. Which campaign brought somebody is the operator's business, and goes to providers only where the operator
//! shows it.

mod names;

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

pub use names::{is_attribution, is_mark, plain};

/// In an object of two members, one of these names what the other says.
const PAIR_NAMES: &[&str] = &["name", "key", "label", "field", "id", "question", "column_id"];

/// A JSON object in which attribution stood among answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// What is left, as it was written.
    pub answers: String,
    /// The names as they were sent, and their values as JSON.
    pub taken: Vec<(String, String)>,
}

/// Takes what `is_it` says out of an object, and out of what is nested in it; `None` where there is nothing of it.
pub fn split(object: &str, is_it: fn(&str) -> bool) -> Option<Split> {
    let mut taken = Vec::new();
    let answers = rest_of(object, is_it, &mut taken)?;
    Some(Split { answers, taken })
}

/// An object of these members; a name that is taken gets a number.
pub fn object(members: &[(String, String)]) -> String {
    let mut names = Names::default();
    let mut text = String::from("{");
    for (name, value) in members {
        push_member(&mut text, '{', &names.unlike(name), value);
    }
    text.push('}');
    text
}

/// Names that are given out once.
#[derive(Debug, Default)]
pub struct Names {
    given: HashSet<String>,
    /// The number that a name had last: so that many alike take no longer than many others.
    numbers: HashMap<String, usize>,
}

impl Names {
    /// The name, with a number where it is taken.
    pub fn unlike(&mut self, name: &str) -> String {
        if self.given.insert(name.to_owned()) {
            return name.to_owned();
        }
        let number = self.numbers.entry(name.to_owned()).or_insert(1);
        loop {
            *number += 1;
            let unlike = format!("{name} ({number})");
            if self.given.insert(unlike.clone()) {
                return unlike;
            }
        }
    }
}

/// The members of an object, each value as JSON; none where the text is no object.
pub fn members(object: &str) -> Vec<(String, String)> {
    let members = serde_json::from_str::<Members<'_>>(object).map(|members| members.0).unwrap_or_default();
    members.into_iter().map(|(name, value)| (name, value.get().to_owned())).collect()
}

/// The JSON without what was taken out of it; `None` where nothing was.
fn rest_of(json: &str, is_it: fn(&str) -> bool, taken: &mut Vec<(String, String)>) -> Option<String> {
    match json.as_bytes().first() {
        Some(b'{') => {
            let Members(members) = serde_json::from_str(json).ok()?;
            let before = taken.len();
            let mut left = Vec::with_capacity(members.len());
            for (name, value) in members {
                if is_it(&name) || is_tracked_url(value.get()) {
                    taken.push((name, value.get().to_owned()));
                } else {
                    let less = rest_of(value.get(), is_it, taken);
                    left.push((name, value, less));
                }
            }
            // Most have nothing of it: only then is anything written.
            if taken.len() == before {
                return None;
            }
            let mut rest = String::from("{");
            for (name, value, less) in left {
                push_member(&mut rest, '{', &name, less.as_deref().unwrap_or(value.get()));
            }
            rest.push('}');
            Some(rest)
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(json).ok()?;
            let before = taken.len();
            let mut left = Vec::with_capacity(items.len());
            for item in items {
                match pair(item.get(), is_it) {
                    Some(pair) => taken.push(pair),
                    None => left.push((item, rest_of(item.get(), is_it, taken))),
                }
            }
            if taken.len() == before {
                return None;
            }
            let mut rest = String::from("[");
            for (item, less) in left {
                push_separator(&mut rest, '[');
                rest.push_str(less.as_deref().unwrap_or(item.get()));
            }
            rest.push(']');
            Some(rest)
        }
        _ => None,
    }
}

/// What the members of an object may name that others of it say: `gclid` of `{"name": "gclid", "value": "x"}`.
pub fn pair_names(json: &str) -> Vec<String> {
    let named = members(json).into_iter().filter(|(key, _)| PAIR_NAMES.contains(&key.to_lowercase().as_str()));
    named.filter_map(|(_, name)| serde_json::from_str(&name).ok()).collect()
}

/// `{"name": "gclid", "value": "x"}` as a name and its value.
fn pair(json: &str, is_it: fn(&str) -> bool) -> Option<(String, String)> {
    let Members(members) = serde_json::from_str(json).ok().filter(|_| json.starts_with('{'))?;
    let named = members.iter().find(|(key, _)| PAIR_NAMES.contains(&key.to_lowercase().as_str()))?;
    let name: String = serde_json::from_str(named.1.get()).ok().filter(|name: &String| is_it(name))?;
    let value = members.iter().find(|(key, _)| *key != named.0)?;
    Some((name, value.1.get().to_owned()))
}

/// An address that carries a click id or a campaign in its query.
fn is_tracked_url(json: &str) -> bool {
    let Some(text) = json.strip_prefix('"').filter(|text| text.contains("://")) else { return false };
    let Some((_, query)) = text.split_once('?') else { return false };
    query.split(['&', '#', '?']).filter_map(|part| part.split_once('=')).any(|(name, _)| is_mark(name))
}

fn push_member(text: &mut String, open: char, name: &str, value: &str) {
    push_separator(text, open);
    text.push_str(&serde_json::Value::from(name).to_string());
    text.push(':');
    text.push_str(value);
}

fn push_separator(text: &mut String, open: char) {
    if !(text.len() == 1 && text.starts_with(open)) {
        text.push(',');
    }
}

/// In the order of the text.
#[derive(Default)]
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry::<String, &'de RawValue>()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

#[cfg(test)]
mod tests {
    use super::{Split, is_attribution, members, object, split};

    #[test]
    fn the_rest_stays_as_it_was_written() {
        let sent = r#"{"n":9007199254740993.10,"gclid":"g","in":{"deep":[{"utm_term":["a"],"b":1e2}]},"list":[{"name":"fbclid","value":"f"},{"name":"roof","value":"flat"}],"page":"https://a.example/?gclid=x&y=1","é\"":null}"#;
        let Split { answers, taken } = split(sent, is_attribution).unwrap();
        let rest =
            r#"{"n":9007199254740993.10,"in":{"deep":[{"b":1e2}]},"list":[{"name":"roof","value":"flat"}],"é\"":null}"#;
        assert_eq!(answers, rest);
        let named: Vec<_> = taken.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(
            named,
            ["gclid=\"g\"", "utm_term=[\"a\"]", "fbclid=\"f\"", "page=\"https://a.example/?gclid=x&y=1\""]
        );
        assert_eq!(split(rest, is_attribution), None);
        for none in ["", "[", "null", "\"gclid\"", "{}", "[]", "{\"gclid\""] {
            assert_eq!(split(none, is_attribution), None, "{none}");
        }
    }

    #[test]
    fn members_of_one_name_get_numbers() {
        let twice = [("a".to_owned(), "1".to_owned()), ("a".to_owned(), "[2]".to_owned())];
        assert_eq!(object(&twice), r#"{"a":1,"a (2)":[2]}"#);
        assert_eq!(members(r#"{"a":1,"a (2)":[2]}"#).len(), 2);
        assert_eq!(object(&[]), "{}");
    }
}
