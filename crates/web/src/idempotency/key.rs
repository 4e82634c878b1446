//! `Idempotency-Key` as it is sent, and what of it is kept.

use axum::http::HeaderValue;
use axum::http::request::Parts;
use sha2::{Digest, Sha256};

use crate::context::Context;
use crate::json::Value;
use crate::problem::Problem;
use ground::error::{Error, Result};

const MAX_KEY: usize = 255;

/// How a request has its effect once: by its key, where it has one.
#[derive(Debug)]
pub struct OnceKey {
    pub(super) key: Option<Key>,
    pub(super) request_id: String,
}

#[derive(Debug, Clone)]
pub(super) struct Key {
    /// As it was sent.
    pub text: String,
    /// SHA-256 of the text, which may speak of a person: only this is kept.
    pub digest: String,
    /// SHA-256 of method, path and body.
    pub fingerprint: [u8; 32],
}

/// A request's key before its body was read.
#[derive(Debug)]
pub struct KeyHeader {
    text: Option<String>,
    call: String,
    request_id: String,
}

impl KeyHeader {
    /// `Err` (400) where there are several, or one that is none.
    pub fn of(parts: &Parts) -> Result<Self, Problem> {
        let mut values = parts.headers.get_all("idempotency-key").iter();
        let text = match (values.next(), values.next()) {
            (None, _) => None,
            (Some(value), None) => Some(read_key(value)?),
            _ => return Err(wrong_key("Send one Idempotency-Key.")),
        };
        let call = format!("{} {}\n", parts.method, parts.uri.path());
        Ok(Self { text, call, request_id: Context::of(parts)?.request_id.clone() })
    }

    /// The same for bodies that differ in white space and in the order of their keys only.
    pub fn with_json(self, body: &Value) -> OnceKey {
        let canonical = if self.text.is_some() { body.to_canonical() } else { String::new() };
        self.with_bytes(canonical.as_bytes())
    }

    /// With the bytes of the body, by which another request with the same key is told from the same one.
    pub fn with_bytes(self, body: &[u8]) -> OnceKey {
        let key = self.text.map(|text| {
            let fingerprint = Sha256::new().chain_update(self.call).chain_update(body).finalize().into();
            let digest = format!("sha256:{}", ground::text::hex(&Sha256::digest(&text)));
            Key { text, digest, fingerprint }
        });
        OnceKey { key, request_id: self.request_id }
    }
}

fn wrong_key(detail: &'static str) -> Problem {
    Problem::bad_request("invalid_idempotency_key", detail)
}

/// A structured-field string (`"…"`), or the same bare.
fn read_key(value: &HeaderValue) -> Result<String, Problem> {
    let printable = value.to_str().ok().filter(|text| text.bytes().all(|b| (0x20..=0x7e).contains(&b)));
    let text = printable.ok_or_else(|| wrong_key("An Idempotency-Key is printable ASCII."))?.trim();
    let text = match text.strip_prefix('"') {
        Some(rest) => unquote(rest).ok_or_else(|| wrong_key("This Idempotency-Key is not quoted well."))?,
        None => text.to_owned(),
    };
    if text.is_empty() || text.len() > MAX_KEY {
        return Err(wrong_key("An Idempotency-Key has 1 to 255 characters."));
    }
    Ok(text)
}

fn unquote(rest: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = rest.chars();
    loop {
        match chars.next()? {
            '"' => return chars.next().is_none().then_some(out),
            '\\' => out.push(chars.next().filter(|c| matches!(c, '"' | '\\'))?),
            c => out.push(c),
        }
    }
}

/// For calls where a second effect would cost money: 400 without a key.
pub fn require_key(once: &OnceKey) -> Result<()> {
    if once.key.is_some() {
        return Ok(());
    }
    let detail = "This call moves money: send an Idempotency-Key, so that it can safely be made again.";
    Err(Error::parameter("Idempotency-Key", "idempotency_key_required", detail))
}
