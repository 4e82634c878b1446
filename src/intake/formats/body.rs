//! The bytes of a post as what they say: by their media type where that is true, else by what they look like.

use super::{Format, Reading, Sent};
use crate::error::{Error, Result};
use crate::http::input::{self, FormOdd};
use crate::http::json::{self, Value};
use crate::http::{Problem, RawBody};
use crate::intake::{Flag, Flags, Source};

const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

/// A post that was parsed, and what of it is kept as it came.
#[derive(Debug)]
pub struct Posted {
    pub sent: Sent,
    flags: Flags,
    raw_payload: String,
    raw_bytes: Option<Vec<u8>>,
    raw_content_type: String,
}

impl Posted {
    /// 415 for what the format is never sent as, 400 for what is no JSON.
    pub async fn of(format: Format, body: &RawBody) -> std::result::Result<Self, Problem> {
        let kind = &body.content_type;
        let (sent, flags) = match kind.media.as_str() {
            media if is_json(media) => match json(body) {
                Err(_) if format.takes_forms() && looks_like_a_form(&body.bytes) => form(body)?,
                read => read?,
            },
            // What curl and careless scripts label as a form.
            FORM if body.bytes.trim_ascii_start().starts_with(b"{") && format.takes_forms() => {
                json(body).or_else(|_| form(body))?
            }
            FORM if format.takes_forms() => form(body)?,
            MULTIPART if format.takes_forms() => {
                let parts = input::multipart_pairs(body.bytes.clone(), &kind.sent).await;
                let (pairs, odd) =
                    parts.ok_or_else(|| Problem::bad_request("malformed_form", "The form has no parts."))?;
                (Sent::Form(pairs), flags_of(odd))
            }
            _ if format.takes_forms() => return Err(Problem::unsupported("Send the lead as JSON or as a form post.")),
            _ => return Err(Problem::unsupported("Send the lead as application/json.")),
        };
        let (raw_payload, raw_bytes) = raw(body);
        let raw_content_type = kind.kept().to_owned();
        Ok(Self { sent, flags, raw_payload, raw_bytes, raw_content_type })
    }

    /// What could be read of it, with what came and what was odd about it; the query of the source's URL says where the lead
    /// came from too.
    pub fn read(self, source: &Source, query: &str) -> Result<Reading> {
        let mut reading = super::read(source, self.sent)?;
        super::answers::from_query(query, &mut reading.submission);
        let submission = &mut reading.submission;
        self.flags.each().for_each(|flag| submission.flags.raise(flag));
        submission.raw_payload = self.raw_payload;
        submission.raw_bytes = self.raw_bytes;
        submission.raw_content_type = self.raw_content_type;
        Ok(reading)
    }
}

/// `a=b&c`, and nothing that any JSON begins with: some scripts label a form as JSON.
fn looks_like_a_form(body: &[u8]) -> bool {
    let name = body.split(|b| *b == b'=').next().unwrap_or_default();
    let is_part = |b: &u8| b.is_ascii_alphanumeric() || b"_-.+%[]".contains(b);
    name.len() < body.len() && name.iter().all(is_part) && name.first().is_some_and(u8::is_ascii_alphabetic)
}

fn is_json(media: &str) -> bool {
    matches!(media, "application/json" | "text/json" | "application/x-json")
        || media.starts_with("application/") && media.ends_with("+json")
}

fn json(body: &RawBody) -> std::result::Result<(Sent, Flags), Problem> {
    let mut flags = Flags::default();
    let decoded = input::decode(&body.bytes, body.content_type.charset.as_deref());
    let decoded = decoded.ok_or_else(|| Problem::unsupported("Send text in UTF-8, or label what it is."))?;
    if decoded.guessed {
        flags.raise(Flag::CharsetGuessed);
    }
    let (value, odd) = json::parse_liberally(&decoded.text).map_err(Error::from)?;
    if odd.replaced {
        flags.raise(Flag::CharactersReplaced);
    }
    if odd.doubled {
        flags.raise(Flag::DuplicateKeys);
    }
    if odd.bare {
        flags.raise(Flag::NumberUnreadable);
    }
    let (value, was_wrapped) = unwrapped(value);
    if was_wrapped {
        flags.raise(Flag::Wrapped);
    }
    Ok((Sent::Json(value), flags))
}

/// The object in a list of one, or in a text that is JSON itself, as programs send it that write JSON twice; and whether it was.
fn unwrapped(value: Value) -> (Value, bool) {
    let inner = match &value {
        Value::Array(items) => match items.as_slice() {
            [only @ Value::Object(_)] => Some(only.clone()),
            _ => None,
        },
        Value::String(text) => json::parse_liberally(text).ok().map(|(inner, _)| inner),
        _ => None,
    };
    match inner {
        Some(object @ Value::Object(_)) => (object, true),
        _ => (value, false),
    }
}

fn form(body: &RawBody) -> std::result::Result<(Sent, Flags), Problem> {
    let (pairs, odd) = input::stranger_pairs(&body.bytes, body.content_type.charset.as_deref())?;
    Ok((Sent::Form(pairs), flags_of(odd)))
}

fn flags_of(odd: FormOdd) -> Flags {
    let mut flags = Flags::default();
    let raised = [
        (odd.unescaped, Flag::FormUnescaped),
        (odd.guessed, Flag::CharsetGuessed),
        (odd.replaced, Flag::CharactersReplaced),
        (odd.files, Flag::FilesLeftOut),
        (odd.cut_off, Flag::FormCutOff),
    ];
    raised.into_iter().filter(|(is, _)| *is).for_each(|(_, flag)| flags.raise(flag));
    flags
}

/// The body as a text, and its bytes where they are not exactly that.
fn raw(body: &RawBody) -> (String, Option<Vec<u8>>) {
    match std::str::from_utf8(&body.bytes) {
        Ok(text) if !text.contains('\0') => (text.to_owned(), None),
        _ => {
            let decoded = input::decode(&body.bytes, body.content_type.charset.as_deref());
            let text = decoded.map_or_else(|| String::from_utf8_lossy(&body.bytes), |decoded| decoded.text);
            (text.replace('\0', "\u{fffd}"), Some(body.bytes.to_vec()))
        }
    }
}
