//! Where in a payload a field stands, as a mapping says it.

use std::ops::RangeInclusive;

use super::pointer::Pointer;
use super::written::Findings;
use crate::http::json::{self, Value};

/// Pointers and their like in one mapping.
pub const MOST_PLACES: usize = 200;
/// Of one list.
const MOST_PARTS: usize = 20;
/// `join` of `first_of` of `join`, and no more.
const DEEPEST: usize = 3;
/// Of a text that somebody writes into a mapping, in characters.
const LONGEST: usize = 500;

/// See the module.
#[derive(Debug, Clone)]
pub enum Place {
    At(Pointer),
    /// The texts of these, with a text between.
    Join(Vec<Self>, String),
    /// The first of these that says something.
    FirstOf(Vec<Self>),
    Const(Value),
    /// Of a list the item in which one member has this value, and another member of it.
    In {
        list: Pointer,
        by: Pointer,
        is: String,
        take: Pointer,
    },
}

impl Place {
    /// All pointers that lead from the whole payload.
    pub fn pointers<'p>(&'p self, found: &mut Vec<&'p Pointer>) {
        match self {
            Self::At(pointer) | Self::In { list: pointer, .. } => found.push(pointer),
            Self::Join(parts, _) | Self::FirstOf(parts) => parts.iter().for_each(|part| part.pointers(found)),
            Self::Const(_) => {}
        }
    }

    /// Whether it depends on the payload.
    pub fn is_of_the_payload(&self) -> bool {
        let mut found = Vec::new();
        self.pointers(&mut found);
        !found.is_empty()
    }
}

/// Reads places, and counts them.
#[derive(Debug, Default)]
pub struct Places {
    pub findings: Findings,
    read: usize,
}

impl Places {
    /// `None` after a finding.
    pub fn read(&mut self, place: &str, written: &Value) -> Option<Place> {
        self.deeper(place, written, 0)
    }

    pub fn pointer(&mut self, place: &str, written: &Value) -> Option<Pointer> {
        let Value::String(text) = written else {
            self.findings.wrong_type(place, "a JSON pointer, as in \"/lead/phone\"");
            return None;
        };
        Pointer::read(text).map_err(|wrong| self.findings.tell(place, wrong)).ok()
    }

    fn deeper(&mut self, place: &str, written: &Value, depth: usize) -> Option<Place> {
        self.read += 1;
        if self.read > MOST_PLACES {
            if self.read == MOST_PLACES + 1 {
                self.findings.tell("#/mapping", ("too_large", format!("must have {MOST_PLACES} pointers at most")));
            }
            return None;
        }
        let Value::Object(members) = written else {
            if matches!(written, Value::String(_)) {
                return self.pointer(place, written).map(Place::At);
            }
            self.findings.wrong_type(
                place,
                "a JSON pointer, or an object with join, first_of, const, or in, where, is and take",
            );
            return None;
        };
        if depth == DEEPEST {
            self.findings.tell(place, ("too_deep", format!("must be nested {DEEPEST} deep at most")));
            return None;
        }
        let has = |name: &str| members.iter().any(|(known, _)| known == name);
        let known: &[&str] = if has("join") {
            &["join", "with"]
        } else if has("first_of") {
            &["first_of"]
        } else if has("const") {
            &["const"]
        } else if has("in") {
            &["in", "where", "is", "take"]
        } else {
            &[]
        };
        if known.is_empty() {
            self.findings.wrong_type(place, "a JSON pointer, or have join, first_of, const or in");
            return None;
        }
        for (name, _) in members.iter().filter(|(name, _)| !known.contains(&name.as_str())) {
            self.findings.unknown(place, name);
        }
        match known.first().copied() {
            Some("join") => {
                let parts = self.list(place, "join", written, depth);
                let with =
                    written.get("with").map_or_else(|| " ".to_owned(), |text| self.text(place, "with", text, 0..=20));
                Some(Place::Join(parts?, with))
            }
            Some("first_of") => self.list(place, "first_of", written, depth).map(Place::FirstOf),
            Some("const") => self.constant(place, written.get("const")),
            _ => self.item(place, written),
        }
    }

    fn item(&mut self, place: &str, written: &Value) -> Option<Place> {
        for name in ["where", "is", "take"] {
            if written.get(name).is_none() {
                self.findings.tell(&json::pointer(place, name), ("required", "is required beside in".to_owned()));
            }
        }
        let mut pointer = |name: &str| self.pointer(&json::pointer(place, name), written.get(name)?);
        let (list, by, take) = (pointer("in"), pointer("where"), pointer("take"));
        let is = self.text(place, "is", written.get("is")?, 1..=LONGEST);
        Some(Place::In { list: list?, by: by?, is, take: take? })
    }

    fn list(&mut self, place: &str, name: &str, written: &Value, depth: usize) -> Option<Vec<Place>> {
        let place = json::pointer(place, name);
        let Some(Value::Array(items)) = written.get(name) else {
            self.findings.wrong_type(&place, "a list of pointers");
            return None;
        };
        if items.is_empty() || items.len() > MOST_PARTS {
            self.findings.tell(&place, ("out_of_range", format!("must have 1 to {MOST_PARTS} entries")));
            return None;
        }
        let read: Vec<Option<Place>> =
            items.iter().enumerate().map(|(at, item)| self.deeper(&format!("{place}/{at}"), item, depth + 1)).collect();
        read.into_iter().collect()
    }

    fn constant(&mut self, place: &str, written: Option<&Value>) -> Option<Place> {
        let place = json::pointer(place, "const");
        match written {
            Some(value @ (Value::Bool(_) | Value::Number(_))) => Some(Place::Const(value.clone())),
            Some(value @ Value::String(text)) if is_line(text, 0..=LONGEST) => Some(Place::Const(value.clone())),
            Some(Value::String(_)) => {
                self.findings.tell(&place, ("too_long", format!("must have {LONGEST} characters at most, and no NUL")));
                None
            }
            _ => {
                self.findings.wrong_type(&place, "a text, a number, true or false");
                None
            }
        }
    }

    /// Anything after a finding.
    fn text(&mut self, place: &str, name: &str, written: &Value, length: RangeInclusive<usize>) -> String {
        let what = format!("a text of {} to {} characters", length.start(), length.end());
        match written {
            Value::String(text) if is_line(text, length) => return text.clone(),
            _ => self.findings.wrong_type(&json::pointer(place, name), &what),
        }
        String::new()
    }
}

fn is_line(text: &str, length: RangeInclusive<usize>) -> bool {
    !text.contains('\0') && length.contains(&text.chars().count())
}
