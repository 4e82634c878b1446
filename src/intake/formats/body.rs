//! The bytes of a post as what they say: by their media type where that is true, else by what they look like.

use bytes::Bytes;

use super::{Beside, Incoming, Sent, Takes};
use crate::error::{Error, Result};
use crate::http::Problem;
use crate::http::input::{self, ContentType, FormOdd};
use crate::http::json::{self, Value};
use crate::intake::{Flag, Flags, Source};

const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

/// What came, by what it says it is.
#[derive(Clone, Copy)]
struct Body<'a> {
    kind: &'a ContentType,
    bytes: &'a Bytes,
}

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
    /// 415 for what such senders never post, 400 for what is no JSON.
    pub async fn of(takes: Takes, kind: &ContentType, bytes: &Bytes) -> std::result::Result<Self, Problem> {
        let body = Body { kind, bytes };
        let takes_forms = matches!(takes, Takes::JsonOrForm | Takes::Anything);
        let json = |body| json(body, takes != Takes::Anything);
        let (sent, flags) = match kind.media.as_str() {
            _ if takes == Takes::Xml => xml(body)?,
            media if is_json(media) => match json(body) {
                Err(_) if takes_forms && looks_like_a_form(body.bytes) => form(body)?,
                read => read?,
            },
            // What curl and careless scripts label as a form.
            FORM if body.bytes.trim_ascii_start().starts_with(b"{") && takes_forms => {
                json(body).or_else(|_| form(body))?
            }
            FORM if takes_forms => form(body)?,
            MULTIPART if takes_forms => {
                let parts = input::multipart_pairs(bytes.clone(), &kind.sent).await;
                let (pairs, odd) =
                    parts.ok_or_else(|| Problem::bad_request("malformed_form", "The form has no parts."))?;
                (Sent::Form(pairs), flags_of(odd))
            }
            _ if takes_forms => return Err(Problem::unsupported("Send the lead as JSON or as a form post.")),
            _ => return Err(Problem::unsupported("Send the lead as application/json.")),
        };
        let (raw_payload, raw_bytes) = raw(body);
        let raw_content_type = kind.kept().to_owned();
        Ok(Self { sent, flags, raw_payload, raw_bytes, raw_content_type })
    }

    /// Whether the body is from who knows the source's secret, where it tells.
    pub fn check_sender(&self, source: &Source) -> Result<()> {
        source.format.platform().check_sent(source, &self.sent)
    }

    /// The fields of a form; none where it is no form.
    pub fn pairs(&self) -> &[(String, String)] {
        if let Sent::Form(pairs) = &self.sent { pairs } else { &[] }
    }

    /// Takes out what a form on a web page says beside the lead.
    pub fn take_beside(&mut self, source: &Source) -> Beside {
        if matches!(source.format.platform().takes(), Takes::Json | Takes::Xml) {
            return Beside::default();
        }
        Beside::taken_from(&mut self.sent, source.honeypot.as_deref())
    }

    /// What could be read of it, with what came and what was odd about it; the query of the source's URL says where the lead
    /// came from too.
    pub fn read(mut self, source: &Source, query: &str) -> Result<Vec<Incoming>> {
        self.take_beside(source);
        let mut incoming = super::read(source, self.sent)?;
        let mut raw = Some((self.raw_payload, self.raw_bytes, self.raw_content_type));
        for one in &mut incoming {
            let Incoming::Lead(reading) = one else { continue };
            let submission = &mut reading.submission;
            super::answers::from_query(query, submission);
            self.flags.each().for_each(|flag| submission.flags.raise(flag));
            // Of several in one post each has its own part.
            if !submission.raw_payload.is_empty() {
                continue;
            }
            if let Some((payload, bytes, content_type)) = raw.take() {
                submission.raw_payload = payload;
                submission.raw_bytes = bytes;
                submission.raw_content_type = content_type;
            }
        }
        Ok(incoming)
    }
}

/// A document, by whatever it is called, mails among it: what is none is found out when it is read.
fn xml(body: Body<'_>) -> std::result::Result<(Sent, Flags), Problem> {
    let media = body.kind.media.as_str();
    if !(media.is_empty() || media.starts_with("text/") || media.ends_with("xml")) {
        return Err(Problem::unsupported("Send the lead as application/x-adf+xml, application/xml or text/xml."));
    }
    let mut flags = Flags::default();
    let label = body.kind.charset.clone().or_else(|| declared(body.bytes));
    let decoded = input::decode(body.bytes, label.as_deref());
    let decoded = decoded.ok_or_else(|| Problem::unsupported("Send text in UTF-8, or label what it is."))?;
    if decoded.guessed {
        flags.raise(Flag::CharsetGuessed);
    }
    Ok((Sent::Xml(decoded.text.into_owned()), flags))
}

/// `ISO-8859-1` of `<?xml version="1.0" encoding="ISO-8859-1"?>`: by itself XML's reader follows no declaration.
fn declared(body: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(body.get(..body.len().min(MOST_OF_A_HEAD))?).into_owned();
    let declaration = head.split_once("<?xml")?.1.split_once("?>")?.0;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Some(value.strip_prefix(quote)?.split_once(quote)?.0.to_owned())
}

/// Of a mail too.
const MOST_OF_A_HEAD: usize = 16 * 1024;

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

/// `unwraps`: an object in a list of one is the object.
fn json(body: Body<'_>, unwraps: bool) -> std::result::Result<(Sent, Flags), Problem> {
    let mut flags = Flags::default();
    let decoded = input::decode(body.bytes, body.kind.charset.as_deref());
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
    let (value, was_wrapped) = if unwraps { unwrapped(value) } else { (value, false) };
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

fn form(body: Body<'_>) -> std::result::Result<(Sent, Flags), Problem> {
    let (pairs, odd) = input::stranger_pairs(body.bytes, body.kind.charset.as_deref())?;
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
pub fn as_text(kind: &ContentType, bytes: &Bytes) -> (String, Option<Vec<u8>>) {
    raw(Body { kind, bytes })
}

fn raw(body: Body<'_>) -> (String, Option<Vec<u8>>) {
    match std::str::from_utf8(body.bytes) {
        Ok(text) if !text.contains('\0') => (text.to_owned(), None),
        _ => {
            let decoded = input::decode(body.bytes, body.kind.charset.as_deref());
            let text = decoded.map_or_else(|| String::from_utf8_lossy(body.bytes), |decoded| decoded.text);
            (text.replace('\0', "\u{fffd}"), Some(body.bytes.to_vec()))
        }
    }
}
