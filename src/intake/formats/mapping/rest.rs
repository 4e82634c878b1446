//! What no pointer took: answers by their names, those of what is nested joined by dots, and where the lead came from.

use super::taken::Taken;
use crate::attribution::is_attribution;
use crate::http::json::Value;
use crate::intake::formats::texts;

/// Further answers are not taken apart: of so many a lead keeps the first few hundred.
const MOST_APART: usize = 1_000;
/// Nor is what stands under a longer name, in bytes.
const LONGEST_NAME: usize = 300;
/// A question with more is none that somebody answers.
const MOST_OPTIONS: usize = 300;
/// What builders of forms say of a question; an object with anything else is no question.
const OF_A_QUESTION: &[&str] = &[
    "id",
    "key",
    "name",
    "ref",
    "label",
    "title",
    "question",
    "type",
    "value",
    "values",
    "answer",
    "raw_value",
    "required",
    "options",
];
const QUESTION: &[&str] = &["label", "title", "question"];
const ANSWER: &[&str] = &["value", "answer", "values"];

/// See the module.
#[derive(Default)]
pub struct Rest {
    pub members: Vec<(String, Value)>,
    /// Names of attribution, and their values.
    pub about: Vec<(String, Value)>,
}

impl Rest {
    pub fn of(root: &Value, taken: &Taken) -> Self {
        let mut rest = Self::default();
        match root {
            Value::Object(members) => rest.all("", members, taken),
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate().filter(|(_, item)| !taken.has(item)) {
                    rest.one(at.to_string(), item, taken);
                }
            }
            _ => {}
        }
        rest
    }

    fn all(&mut self, prefix: &str, members: &[(String, Value)], taken: &Taken) {
        for (name, value) in members.iter().filter(|(_, value)| !taken.has(value)) {
            if is_attribution(name) && !taken.has_of(value) {
                self.about.push((name.clone(), value.clone()));
            } else {
                let whole = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
                self.one(whole, value, taken);
            }
        }
    }

    fn one(&mut self, name: String, value: &Value, taken: &Taken) {
        if name.len() > LONGEST_NAME || self.members.len() >= MOST_APART {
            self.members.push((name, value.clone()));
            return;
        }
        match value {
            Value::Object(members) if !members.is_empty() => match question(members) {
                Some((_, answer)) if taken.has(answer) => {}
                Some((label, answer)) if is_attribution(label) => {
                    self.about.push((label.to_owned(), answer.clone()));
                }
                Some((label, answer)) => self.members.push((label.to_owned(), in_words(answer, members))),
                None => self.all(&name, members, taken),
            },
            Value::Array(items) if !items.is_empty() => {
                // A list stays one, without those of which something was taken.
                let mut whole = Vec::new();
                for (at, item) in items.iter().enumerate().filter(|(_, item)| !taken.has(item)) {
                    let is_question = item.members().is_some_and(|members| question(members).is_some());
                    if is_question || taken.has_of(item) {
                        self.one(format!("{name}.{at}"), item, taken);
                    } else {
                        whole.push(item.clone());
                    }
                }
                if !whole.is_empty() {
                    self.members.push((name, Value::Array(whole)));
                }
            }
            other => self.members.push((name, other.clone())),
        }
    }
}

/// `{"label": "Roof", "type": "text", "value": "flat"}`: a question and its answer.
fn question(members: &[(String, Value)]) -> Option<(&str, &Value)> {
    if !members.iter().all(|(name, _)| OF_A_QUESTION.contains(&name.as_str())) {
        return None;
    }
    let of = |names: &[&str]| {
        names.iter().find_map(|name| members.iter().find(|(known, _)| known == name)).map(|(_, value)| value)
    };
    Some((texts::one(of(QUESTION)?)?, of(ANSWER)?))
}

/// Of a choice its words, where the options stand beside it.
fn in_words(answer: &Value, members: &[(String, Value)]) -> Value {
    let Some((_, Value::Array(options))) = members.iter().find(|(name, _)| name == "options") else {
        return answer.clone();
    };
    let chosen = if let Value::Array(chosen) = answer { chosen.len() } else { 1 };
    if options.len().max(chosen) > MOST_OPTIONS {
        return answer.clone();
    }
    let word = |chosen: &Value| {
        let option = options.iter().find(|option| option.get("id") == Some(chosen));
        let text = option.and_then(|option| option.get("text").or_else(|| option.get("label")));
        text.unwrap_or(chosen).clone()
    };
    match answer {
        Value::Array(chosen) => match chosen.as_slice() {
            [only] => word(only),
            some => Value::Array(some.iter().map(word).collect()),
        },
        one => word(one),
    }
}
