//! Our own format: a flat JSON object, or the same as a form post.

use std::net::IpAddr;

use super::{EXTERNAL_ID, NAME, PHONE, POSTAL_CODE, Reading, URL, UTM, no_contact};
use crate::db::Json;
use crate::error::{Error, Invalid, Result};
use crate::http::input::{Fields, Limits};
use crate::http::json::Value;
use crate::intake::{Source, Submission};
use crate::phone::Phone;

/// The fields that are texts.
const TEXTS: [&str; 9] = [
    "contact_name",
    "contact_email",
    "contact_phone",
    "postal_code",
    "external_id",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "referrer_url",
];
const CONSENT: [&str; 6] = ["text", "url", "ip", "at", "trustedform_cert_url", "jornaya_leadid"];
/// A disclosure is a paragraph or a page, not a book.
const CONSENT_TEXT: usize = 10_000;

/// Reads a post. An empty text is as good as an absent one, as forms and their builders send it.
pub fn read(source: &Source, mut body: Value) -> Result<Reading> {
    if let Value::Object(members) = &mut body {
        members.retain(|(name, value)| !(TEXTS.contains(&name.as_str()) && is_blank(value)));
    }
    let consent = body.get("consent").filter(|given| **given != Value::Null).map(|given| Json(given.to_text()));
    let mut fields = Fields::of_body(body)?;
    let contact_email = fields.opt_email("contact_email");
    let phone = fields.opt_text("contact_phone", 1..=PHONE);
    if contact_email.is_none() && phone.is_none() && fields.is_clean() {
        fields.error(no_contact("contact_email"));
    }
    let submission = Submission {
        contact_email,
        contact_phone: phone.and_then(|text| Phone::read(&text, &source.country).ok()),
        contact_name: fields.opt_text("contact_name", 1..=NAME),
        postal_code: fields.opt_line("postal_code", 1..=POSTAL_CODE),
        form_data: fields.opt_object("form_data", Limits::FORM_DATA),
        external_id: fields.opt_text("external_id", 1..=EXTERNAL_ID),
        utm_source: fields.opt_text("utm_source", 1..=UTM),
        utm_medium: fields.opt_text("utm_medium", 1..=UTM),
        utm_campaign: fields.opt_text("utm_campaign", 1..=UTM),
        referrer_url: fields.opt_text("referrer_url", 1..=URL),
        consent: fields.opt_nested("consent", check_consent).and(consent),
        is_test: fields.opt_flag("is_test").unwrap_or(false),
        ..Submission::default()
    };
    match fields.finish() {
        Ok(()) => Ok(Reading { submission, errors: Vec::new() }),
        Err(Error::Invalid(errors)) => Ok(Reading { submission, errors }),
        Err(other) => Err(other),
    }
}

/// A form post as the JSON that says the same: `consent[ip]` is `consent`'s `ip`, and what is not ours is `form_data`.
pub fn of_form(fields: Vec<(String, String)>) -> Value {
    let (mut ours, mut consent, mut rest) = (Vec::new(), Vec::new(), Vec::new());
    for (name, text) in fields {
        if let Some(part) = consent_part(&name) {
            if !text.trim().is_empty() {
                consent.push((part, Value::String(text)));
            }
        } else if name == "is_test" {
            ours.extend(flag(text).map(|value| (name, value)));
        } else if TEXTS.contains(&name.as_str()) || name == "consent" || name == "form_data" {
            ours.push((name, Value::String(text)));
        } else {
            rest.push((name, Value::String(text)));
        }
    }
    for (name, members) in [("consent", consent), ("form_data", rest)] {
        if !members.is_empty() && !ours.iter().any(|(given, _)| given == name) {
            ours.push((name.to_owned(), Value::Object(members)));
        }
    }
    Value::Object(ours)
}

fn consent_part(name: &str) -> Option<String> {
    let part = name.strip_prefix("consent[")?.strip_suffix(']')?;
    CONSENT.contains(&part).then(|| part.to_owned())
}

/// What a form can say for a flag; anything else stays a text, and is refused as one.
fn flag(text: String) -> Option<Value> {
    match text.as_str() {
        "" => None,
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        _ => Some(Value::String(text)),
    }
}

fn is_blank(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// Evidence is kept as it was sent; what is checked is only that it can be evidence.
fn check_consent(fields: &mut Fields) {
    fields.opt_prose("text", 0..=CONSENT_TEXT);
    fields.opt_text("url", 0..=URL);
    if fields.opt_text("ip", 0..=45).is_some_and(|ip| !ip.is_empty() && ip.parse::<IpAddr>().is_err()) {
        fields.error(Invalid::field("consent/ip", "invalid_ip", "ip must be an IPv4 or IPv6 address"));
    }
    fields.opt_time("at");
    fields.opt_text("trustedform_cert_url", 0..=URL);
    fields.opt_text("jornaya_leadid", 0..=100);
}
