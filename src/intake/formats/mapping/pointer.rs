//! JSON pointers (RFC 6901), and where they lead.

use std::fmt;

use super::written::Wrong;
use crate::http::json::{Value, parse_liberally};

/// More steps than these lead nowhere that a person would point at.
const MOST_STEPS: usize = 20;
/// Of one pointer, in characters.
const LONGEST: usize = 500;

/// Steps from the whole payload to a value in it; one at least.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer(Vec<String>);

impl Pointer {
    /// `/lead/phone`, with `~0` for `~` and `~1` for `/`.
    ///
    /// # Errors
    /// Why it is none, as the rest of a sentence.
    pub fn read(text: &str) -> Result<Self, Wrong> {
        let wrong = |detail: &str| ("invalid_pointer", detail.to_owned());
        let steps = text
            .strip_prefix('/')
            .ok_or_else(|| wrong("must be a JSON pointer, which begins with a slash, as in /lead/phone"))?;
        if text.chars().count() > LONGEST {
            return Err(("too_long", format!("must have {LONGEST} characters at most")));
        }
        let steps: Option<Vec<String>> = steps.split('/').map(unescaped).collect();
        let steps = steps.ok_or_else(|| wrong("has a ~ that is neither ~0 (a ~) nor ~1 (a slash)"))?;
        if steps.len() > MOST_STEPS {
            return Err(("too_deep", format!("must have {MOST_STEPS} steps at most")));
        }
        Ok(Self(steps))
    }

    pub fn steps(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub fn first(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|step| write!(f, "/{}", step.replace('~', "~0").replace('/', "~1")))
    }
}

/// `None` where a `~` stands for nothing.
fn unescaped(step: &str) -> Option<String> {
    let mut parts = step.split('~');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (escaped, rest) = part.split_at_checked(1)?;
        out.push_str(match escaped {
            "0" => "~",
            "1" => "/",
            _ => return None,
        });
        out.push_str(rest);
    }
    Some(out)
}

/// What these steps lead to.
pub fn follow<'v, 's>(from: &'v Value, steps: impl Iterator<Item = &'s str>) -> Option<&'v Value> {
    let mut at = from;
    for step in steps {
        at = match at {
            Value::Object(_) => at.get(step)?,
            Value::Array(items) => items.get(index(step)?)?,
            _ => return None,
        };
    }
    Some(at)
}

/// Makes an object or a list of each text on the way that is the text of one; so many may still be.
pub fn unfold<'s>(from: &mut Value, steps: impl Iterator<Item = &'s str>, left: &mut usize) {
    let mut at = from;
    for step in steps {
        if let Value::String(text) = &*at
            && *left > 0
            && text.trim_start().starts_with(['{', '['])
            && let Ok((inner, _)) = parse_liberally(text)
        {
            *at = inner;
            *left -= 1;
        }
        let next = match at {
            Value::Object(members) => members.iter_mut().find(|(name, _)| name == step).map(|(_, value)| value),
            Value::Array(items) => index(step).and_then(|index| items.get_mut(index)),
            _ => None,
        };
        let Some(next) = next else { return };
        at = next;
    }
}

/// A place in a list: digits without a zero before them.
pub fn index(step: &str) -> Option<usize> {
    let is_one = step == "0" || !step.starts_with('0') && step.bytes().all(|b| b.is_ascii_digit());
    step.parse().ok().filter(|_| is_one && step.len() <= 9)
}

#[cfg(test)]
mod tests {
    use super::{Pointer, follow, unfold};
    use crate::http::json::{Value, parse};

    fn found(pointer: &str, json: &str) -> Option<String> {
        let pointer = Pointer::read(pointer).unwrap();
        let mut value = parse(json.as_bytes()).unwrap();
        unfold(&mut value, pointer.steps(), &mut 2);
        follow(&value, pointer.steps()).map(Value::to_text)
    }

    #[test]
    fn pointers_lead_where_the_standard_says() {
        let document = r#"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"m~n":8," ":7,"01":[3],"t":"{\"in\":[5]}"}"#;
        for (pointer, value) in [
            ("/foo", Some(r#"["bar","baz"]"#)),
            ("/foo/0", Some(r#""bar""#)),
            ("/foo/2", None),
            ("/foo/00", None),
            ("/foo/01", None),
            ("/foo/-", None),
            ("/foo/+1", None),
            ("/", Some("0")),
            ("/a~1b", Some("1")),
            ("/c%d", Some("2")),
            ("/m~0n", Some("8")),
            ("/ ", Some("7")),
            ("/01/0", Some("3")),
            ("/a~1b/c", None),
            ("/t", Some(r#""{\"in\":[5]}""#)),
            ("/t/in/0", Some("5")),
        ] {
            assert_eq!(found(pointer, document).as_deref(), value, "{pointer}");
        }
    }

    #[test]
    fn what_is_no_pointer_is_not_read() {
        for text in ["", "lead/phone", "#/lead", "/a~", "/a~2b", "/~x", "/a/b~~0"] {
            assert_eq!(Pointer::read(text).unwrap_err().0, "invalid_pointer", "{text}");
        }
        assert_eq!(Pointer::read(&"/a".repeat(21)).unwrap_err().0, "too_deep");
        assert_eq!(Pointer::read(&format!("/{}", "a".repeat(500))).unwrap_err().0, "too_long");
    }

    #[test]
    fn no_more_texts_are_read_than_there_is_room_for() {
        let mut value = parse(br#"{"a":"{\"b\":\"{\\\"c\\\":1}\"}"}"#).unwrap();
        let pointer = Pointer::read("/a/b/c").unwrap();
        let mut left = 1;
        unfold(&mut value, pointer.steps(), &mut left);
        assert_eq!((follow(&value, pointer.steps()), left), (None, 0));
        unfold(&mut value, pointer.steps(), &mut 1);
        assert!(follow(&value, pointer.steps()).is_some());
    }
}
