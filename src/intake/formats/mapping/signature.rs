//! How a sender signs what it posts, as a mapping says it.

use axum::http::HeaderName;

use super::super::sender::{Algorithm, Scheme, Written, check_signature, one_header};
use super::written::Findings;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::http::RawBody;
use crate::http::json::{self, Value};
use crate::intake::Source;

const KNOWN: &[&str] =
    &["header", "algorithm", "encoding", "prefix", "signed", "timestamp_header", "tolerance_seconds"];
/// What libraries take, where nothing is said.
const TOLERANCE: i64 = 300;
const LONGEST_TOLERANCE: i64 = 86_400;
/// Of a header's name, a prefix, a template.
const LONGEST: usize = 100;

/// See the module.
#[derive(Debug, Clone)]
pub struct Signature {
    header: String,
    algorithm: Algorithm,
    written: Written,
    prefix: String,
    signed: Vec<Part>,
    timestamp: Option<Timed>,
}

/// The header with the time, and how far it may be off, in seconds.
#[derive(Debug, Clone)]
struct Timed {
    header: String,
    tolerance: i64,
}

/// A part of what is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Body,
    Timestamp,
    Text(String),
}

impl Signature {
    /// `None` after a finding.
    pub fn read(place: &str, written: &Value, findings: &mut Findings) -> Option<Self> {
        let Value::Object(members) = written else {
            findings.wrong_type(place, "an object");
            return None;
        };
        for (name, _) in members.iter().filter(|(name, _)| !KNOWN.contains(&name.as_str())) {
            findings.unknown(place, name);
        }
        let header = header(place, "header", written, findings);
        if written.get("header").is_none() {
            findings.tell(&json::pointer(place, "header"), ("required", "is required".to_owned()));
        }
        let algorithms =
            [("hmac-sha256", Algorithm::Sha256), ("hmac-sha1", Algorithm::Sha1), ("hmac-sha512", Algorithm::Sha512)];
        let algorithm = choice(place, "algorithm", written, &algorithms, findings);
        let encodings = [("hex", Written::Hex), ("base64", Written::Base64)];
        let encoding = choice(place, "encoding", written, &encodings, findings);
        let prefix = match written.get("prefix") {
            None => Some(String::new()),
            Some(Value::String(text)) if text.len() <= LONGEST && text.bytes().all(|b| (0x20..0x7f).contains(&b)) => {
                Some(text.clone())
            }
            Some(_) => {
                findings.wrong_type(&json::pointer(place, "prefix"), "a text of 100 printable characters at most");
                None
            }
        };
        let (signed, timestamp) = signed(place, written, findings);
        Some(Self {
            header: header?,
            algorithm: algorithm?,
            written: encoding?,
            prefix: prefix?,
            signed: signed?,
            timestamp,
        })
    }

    /// Whether the body is from who knows the source's secret, and new enough.
    ///
    /// # Errors
    /// `Forbidden` where it is not.
    pub fn check(&self, source: &Source, body: &RawBody, now: Timestamp) -> Result<()> {
        let time = match &self.timestamp {
            None => "",
            Some(Timed { header, tolerance }) => {
                let text = one_header(&body.headers, header).unwrap_or_default();
                let is_near = seconds(text).is_some_and(|sent| {
                    let now = now.as_micros() / 1_000_000;
                    now.saturating_sub(sent).saturating_abs() <= *tolerance
                });
                if !is_near {
                    let detail = format!("{header} is no time within {tolerance} seconds of now");
                    return Err(Error::forbidden("stale_signature", detail));
                }
                text
            }
        };
        let parts: Vec<&[u8]> = self
            .signed
            .iter()
            .map(|part| match part {
                Part::Body => body.bytes.as_ref(),
                Part::Timestamp => time.as_bytes(),
                Part::Text(text) => text.as_bytes(),
            })
            .collect();
        let scheme =
            Scheme { header: &self.header, prefix: &self.prefix, algorithm: self.algorithm, written: self.written };
        check_signature(source, &body.headers, scheme, &parts)
    }
}

/// Seconds since 1970: in digits, as milliseconds where there are too many for seconds, or as RFC 3339.
fn seconds(text: &str) -> Option<i64> {
    match text.parse::<i64>() {
        Ok(millis) if millis >= 100_000_000_000 => Some(millis / 1_000),
        Ok(seconds) => Some(seconds),
        Err(_) => Timestamp::parse(text).map(|time| time.as_micros() / 1_000_000),
    }
}

/// What is signed, and when; `None` after a finding.
fn signed(place: &str, written: &Value, findings: &mut Findings) -> (Option<Vec<Part>>, Option<Timed>) {
    let at = |name: &str| json::pointer(place, name);
    let parts = match written.get("signed") {
        Some(Value::String(text)) if text == "body" => Some(vec![Part::Body]),
        Some(Value::String(text)) if text.len() <= LONGEST => template(text),
        _ => None,
    };
    if parts.is_none() {
        let what = "\"body\", or a text with {body} once, as in \"{timestamp}.{body}\"";
        let code = if written.get("signed").is_some() { "invalid_template" } else { "required" };
        findings.tell(&at("signed"), (code, format!("must be {what}")));
    }
    let name = written.get("timestamp_header").map(|_| header(place, "timestamp_header", written, findings));
    let tolerance = match written.get("tolerance_seconds") {
        None => Some(TOLERANCE),
        Some(Value::Number(text)) => text.parse().ok().filter(|seconds| (1..=LONGEST_TOLERANCE).contains(seconds)),
        Some(_) => None,
    };
    if tolerance.is_none() {
        let wrong = ("out_of_range", format!("must be a whole number from 1 to {LONGEST_TOLERANCE}"));
        findings.tell(&at("tolerance_seconds"), wrong);
    }
    let is_timed = parts.as_ref().is_some_and(|parts| parts.contains(&Part::Timestamp));
    if parts.is_some() && is_timed != name.is_some() {
        let wrong = if is_timed {
            ("required", "is required where {timestamp} is signed")
        } else {
            ("unsigned_timestamp", "proves nothing unless {timestamp} is part of what is signed")
        };
        findings.tell(&at("timestamp_header"), (wrong.0, wrong.1.to_owned()));
        return (parts, None);
    }
    if name.is_none() && written.get("tolerance_seconds").is_some() {
        findings.tell(&at("tolerance_seconds"), ("unknown_field", "needs a timestamp_header".to_owned()));
    }
    let timed = name.flatten().zip(tolerance).map(|(header, tolerance)| Timed { header, tolerance });
    (parts, timed)
}

/// `None` where a brace stands for nothing, or there is not exactly one body.
fn template(text: &str) -> Option<Vec<Part>> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while !rest.is_empty() {
        let (before, behind) = rest.split_once('{').unwrap_or((rest, ""));
        if before.contains('}') {
            return None;
        }
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        }
        if before.len() == rest.len() {
            break;
        }
        let (name, after) = behind.split_once('}')?;
        parts.push(match name {
            "body" => Part::Body,
            "timestamp" => Part::Timestamp,
            _ => return None,
        });
        rest = after;
    }
    (parts.iter().filter(|part| **part == Part::Body).count() == 1).then_some(parts)
}

fn header(place: &str, name: &str, written: &Value, findings: &mut Findings) -> Option<String> {
    let text = written.get(name)?.as_str().filter(|text| text.len() <= LONGEST);
    let header = text.and_then(|text| HeaderName::try_from(text).ok());
    if header.is_none() {
        findings.wrong_type(&json::pointer(place, name), "the name of a header, as in X-Signature");
    }
    header.map(|header| header.as_str().to_owned())
}

fn choice<T: Copy>(
    place: &str,
    name: &str,
    written: &Value,
    choices: &[(&str, T)],
    findings: &mut Findings,
) -> Option<T> {
    let chosen = written.get(name).and_then(Value::as_str);
    let found = choices.iter().find(|(word, _)| chosen == Some(word)).map(|(_, choice)| *choice);
    if found.is_none() {
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let code = if written.get(name).is_some() { "invalid_choice" } else { "required" };
        findings.tell(&json::pointer(place, name), (code, format!("must be one of: {}", words.join(", "))));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Part, seconds, template};

    #[test]
    fn a_template_names_its_parts() {
        let dot = Part::Text(".".to_owned());
        assert_eq!(template("{timestamp}.{body}"), Some(vec![Part::Timestamp, dot, Part::Body]));
        assert_eq!(template("{body}"), Some(vec![Part::Body]));
        assert_eq!(template("v0:{body}!").map(|parts| parts.len()), Some(3));
        for wrong in ["", "body!", "{timestamp}", "{body}{body}", "{secret}{body}", "{body", "body}", "}{body}"] {
            assert_eq!(template(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn times_are_seconds_milliseconds_or_written_out() {
        for text in ["1764547200", "1764547200123", "2025-12-01T00:00:00Z"] {
            assert_eq!(seconds(text), Some(1_764_547_200), "{text}");
        }
        for text in ["", "now", "1e9", "99999999999999999999"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
