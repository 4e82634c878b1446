//! What a field takes, as the OpenAPI document has it.

use std::ops::RangeInclusive;

use serde_json::{Map, Value, json};

/// What was asked for so far.
#[derive(Debug, Default)]
pub(super) struct Described {
    asked: Vec<(String, Value)>,
    required: Vec<String>,
    /// What readers say of a field beyond what its kind says.
    said: Vec<(String, Value)>,
}

impl Described {
    pub(super) fn ask(&mut self, name: &str, required: bool, takes: Value) {
        self.asked.push((name.to_owned(), takes));
        if required {
            self.required.push(name.to_owned());
        }
    }

    pub(super) fn say(&mut self, name: &str, more: Value) {
        self.said.push((name.to_owned(), more));
    }

    /// As the schema of an object that has these fields and no others.
    pub(super) fn into_schema(self) -> Value {
        let mut properties: Map<String, Value> = self.asked.into_iter().collect();
        for (name, more) in self.said {
            let Some(Value::Object(takes)) = properties.get_mut(&name) else { continue };
            let takes_null = takes.get("type").is_some_and(|kind| kind.as_array().is_some());
            if let Value::Object(more) = more {
                takes.extend(more);
            }
            if takes_null {
                let said = std::mem::take(takes);
                *takes = or_null(Value::Object(said)).as_object().cloned().unwrap_or_default();
            }
        }
        json!({ "type": "object", "properties": properties, "required": self.required, "additionalProperties": false })
    }
}

/// Control characters, for a class of a regular expression; the second are without those that prose may have.
const CONTROL: &str = r"\u0000-\u001f\u007f-\u009f";
const CONTROL_BUT_BREAKS: &str = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f";

/// What shows nothing and so does not count at the ends of a text: `text::is_invisible`, as far as regular expressions
/// of all languages can write it.
const INVISIBLE: &str = r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb";

/// A text without control characters.
pub(super) fn text(length: &RangeInclusive<usize>) -> Value {
    sized(length, &format!("^[^{CONTROL}]*$"))
}

/// The same with line breaks and tabs.
pub(super) fn prose(length: &RangeInclusive<usize>) -> Value {
    sized(length, &format!("^[^{CONTROL_BUT_BREAKS}]*$"))
}

/// A text whose blanks at both ends do not count.
pub fn line(length: &RangeInclusive<usize>) -> Value {
    sized(length, &trimmed(*length.start(), CONTROL))
}

/// Prose of which so many characters are between the blanks at its ends: what a reader that trims and counts takes.
pub fn said(length: &RangeInclusive<usize>) -> Value {
    sized(length, &trimmed(*length.start(), CONTROL_BUT_BREAKS))
}

/// So many characters at least, from one that is not blank to one that is not; none of `never`.
fn trimmed(least: usize, never: &str) -> String {
    match least {
        0 => format!("^[^{never}]*$"),
        1 => format!(r"^[^{never}]*[^\s{never}{INVISIBLE}][^{never}]*$"),
        _ => {
            let (inner, seen) = (least - 2, format!(r"[^\s{never}{INVISIBLE}]"));
            let blank = format!(r"(?:[^\S{never}]|[{INVISIBLE}])*");
            format!("^{blank}{seen}[^{never}]{{{inner},}}{seen}{blank}$")
        }
    }
}

fn sized(length: &RangeInclusive<usize>, pattern: &str) -> Value {
    json!({ "type": "string", "minLength": length.start(), "maxLength": length.end(), "pattern": pattern })
}

pub(super) fn email() -> Value {
    json!({ "type": "string", "format": "email", "pattern": EMAIL, "maxLength": ground::email::MAX_BYTES })
}

/// Words and dots, at a domain that has a dot: nothing quoted, no literal address.
const EMAIL: &str = concat!(
    r#"^[^\s@."(),:;<>\[\]\\]+(?:\.[^\s@."(),:;<>\[\]\\]+)*@"#,
    r#"(?:[^\s@.\[-](?:[^\s@.]*[^\s@.-])?\.)+[^\s@.\[-](?:[^\s@.]*[^\s@.-])?\.?$"#,
);

pub(super) fn int(range: &RangeInclusive<i64>) -> Value {
    let mut takes = json!({ "type": "integer", "minimum": range.start() });
    if *range.end() < i64::MAX
        && let Value::Object(takes) = &mut takes
    {
        takes.insert("maximum".to_owned(), json!(range.end()));
    }
    takes
}

pub(super) fn flag() -> Value {
    json!({ "type": "boolean" })
}

pub(super) fn id() -> Value {
    json!({ "type": "string", "format": "uuid", "pattern": UUID })
}

/// A UUID in its canonical form.
pub const UUID: &str = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";

pub(super) fn choice<T>(choices: &[(&str, T)]) -> Value {
    json!({ "type": "string", "enum": choices.iter().map(|(word, _)| *word).collect::<Vec<_>>() })
}

pub(super) fn time() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

pub(super) fn bound() -> Value {
    json!({ "anyOf": [{ "type": "string", "format": "date" }, { "type": "string", "format": "date-time" }] })
}

pub(super) fn object() -> Value {
    json!({ "type": "object", "additionalProperties": true })
}

pub(super) fn list(count: &RangeInclusive<usize>, items: &Value) -> Value {
    json!({
        "type": "array", "items": items, "minItems": count.start(), "maxItems": count.end(), "uniqueItems": true,
    })
}

pub(super) fn list_of_objects(count: &RangeInclusive<usize>, items: &Value) -> Value {
    json!({ "type": "array", "items": items, "minItems": count.start(), "maxItems": count.end() })
}

/// The same, or `null`.
pub(super) fn or_null(mut takes: Value) -> Value {
    if let Some(kind @ Value::String(_)) = takes.get_mut("type") {
        *kind = json!([kind.take(), "null"]);
    }
    if let Some(Value::Array(words)) = takes.get_mut("enum")
        && !words.contains(&Value::Null)
    {
        words.push(Value::Null);
    }
    if let Some(Value::Array(choices)) = takes.get_mut("anyOf") {
        choices.push(json!({ "type": "null" }));
    }
    takes
}
