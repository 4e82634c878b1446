//! What was read of a body, or why it was not.

use std::fmt::Write;

use ground::error::{At, Error, Invalid};

/// A JSON value. Equality is that of texts: `1.0` is not `1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// The number as it was written.
    Number(String),
    /// A text, its escapes resolved.
    String(String),
    /// A list.
    Array(Vec<Value>),
    /// In the order of the text, no key twice.
    Object(Vec<(String, Value)>),
}

/// Why a body was not read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub reason: Reason,
    /// From the innermost step outwards.
    pub(super) steps: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
/// Why a text is not taken.
pub enum Reason {
    /// No JSON; the byte at which it ends to be.
    Malformed(usize),
    /// An object names a member twice.
    DuplicateKey,
    /// A text holds U+0000.
    Nul,
    /// Lists and objects are nested too deeply.
    TooDeep,
    /// There are too many values in all.
    TooManyValues,
    /// A number has more digits, or a larger exponent, than is read.
    NumberOutOfRange,
}

/// What a liberal reader took although it is odd.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Odd {
    /// Half of a surrogate pair, or a NUL, which stands as U+FFFD.
    pub replaced: bool,
    /// A key twice in one object: its values are a list.
    pub doubled: bool,
    /// A number that JSON does not know, which stands as a text.
    pub bare: bool,
}

impl Reason {
    pub(super) fn here(self) -> Refused {
        Refused { reason: self, steps: Vec::new() }
    }
}

impl Refused {
    pub(super) fn under(mut self, step: &str) -> Self {
        self.steps.push(step.to_owned());
        self
    }

    fn pointer(&self) -> String {
        let steps = self.steps.iter().rev();
        steps.fold("#".to_owned(), |mut pointer, step| {
            pointer.push('/');
            push_escaped(&mut pointer, step);
            pointer
        })
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        let at = At::Pointer(refused.pointer().into());
        let (at, code, detail) = match refused.reason {
            Reason::Malformed(byte) => {
                let detail = format!("The body is not JSON: it stops being JSON at byte {byte}.");
                return Self::Invalid(vec![malformed(detail)]);
            }
            Reason::DuplicateKey => (at, "duplicate_field", "is given twice"),
            Reason::Nul => (at, "nul_character", "must not contain the character NUL"),
            Reason::TooDeep => (at, "too_deep", "is nested too deeply"),
            Reason::TooManyValues => (At::Pointer("#".into()), "too_large", "has more than 50,000 values"),
            Reason::NumberOutOfRange => (at, "out_of_range", "is a number that is too large"),
        };
        Self::Invalid(vec![Invalid { at, code, detail: detail.into() }])
    }
}

/// The finding for a body that is no JSON: the problem document answers 400 for it.
pub fn malformed(detail: impl Into<std::borrow::Cow<'static, str>>) -> Invalid {
    Invalid { at: At::Parameter("body".into()), code: "malformed_json", detail: detail.into() }
}

pub(super) fn push_escaped(pointer: &mut String, step: &str) {
    for c in step.chars().take(100) {
        match c {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            c if c.is_ascii_alphanumeric() || "-._!$&'()*+,;=:@".contains(c) => pointer.push(c),
            c => {
                let mut buffer = [0; 4];
                for byte in c.encode_utf8(&mut buffer).bytes() {
                    let _ = write!(pointer, "%{byte:02X}");
                }
            }
        }
    }
}

impl Value {
    /// The text, where it is one.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// All members of an object.
    pub fn members(&self) -> Option<&[(String, Self)]> {
        if let Self::Object(members) = self { Some(members) } else { None }
    }

    /// The member of an object.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(k, _)| k == key).map(|(_, value)| value)
    }

    /// Compact JSON in the order it was read.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, false);
        out
    }

    /// Compact JSON with sorted keys: the same for requests that differ only in white space and order.
    pub fn to_canonical(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, true);
        out
    }

    fn write(&self, out: &mut String, sorted: bool) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(true) => out.push_str("true"),
            Self::Bool(false) => out.push_str("false"),
            Self::Number(text) => out.push_str(text),
            Self::String(text) => write_string(out, text),
            Self::Array(items) => {
                out.push('[');
                for (n, item) in items.iter().enumerate() {
                    if n > 0 {
                        out.push(',');
                    }
                    item.write(out, sorted);
                }
                out.push(']');
            }
            Self::Object(members) => {
                let mut members: Vec<_> = members.iter().collect();
                if sorted {
                    members.sort_by(|a, b| a.0.cmp(&b.0));
                }
                out.push('{');
                for (n, (key, value)) in members.into_iter().enumerate() {
                    if n > 0 {
                        out.push(',');
                    }
                    write_string(out, key);
                    out.push(':');
                    value.write(out, sorted);
                }
                out.push('}');
            }
        }
    }
}

fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if u32::from(c) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
