//! Google Ads lead form webhook, as Google documents `WebhookLead`. The proof of the sender is `google_key` in the body;
//! `lead_id` tells a lead that is sent again. What Google adds to the format one day is kept, never refused.

use std::collections::HashSet;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{EXTERNAL_ID, NAME, POSTAL_CODE, Reading, no_contact};
use crate::db::Json;
use crate::error::{Error, Invalid, Result};
use crate::http::input::{Fields, Limits};
use crate::http::json::Value;
use crate::intake::{Source, Submission};
use crate::phone::Phone;

/// One answer of the form.
#[derive(Debug, Default)]
struct Column {
    /// What the form calls it: its text, else its id.
    label: String,
    id: String,
    value: String,
}

/// Reads a post. A wrong `google_key` is refused before anything else is looked at.
pub fn read(source: &Source, body: Value) -> Result<Reading> {
    let key = body.get("google_key").and_then(Value::as_str).unwrap_or_default();
    let secret = source.secret.as_deref().unwrap_or_default();
    if secret.is_empty() || !is_same(key, secret) {
        return Err(Error::forbidden("wrong_google_key", "google_key is not the one of this source"));
    }
    let mut fields = Fields::of_body(body)?;
    fields.take("google_key");
    let columns = columns(&mut fields);
    let campaign = fields.take("campaign_id");
    let mut submission = contact(&mut fields, source, &columns);
    submission.external_id = Some(fields.text("lead_id", 1..=EXTERNAL_ID));
    submission.is_test = fields.opt_flag("is_test").unwrap_or(false);
    submission.utm_source = Some("google".to_owned());
    submission.utm_campaign = campaign.as_ref().and_then(number_or_text);
    let others = campaign.map(|id| ("campaign_id".to_owned(), id)).into_iter().chain(fields.take_rest());
    submission.form_data = kept(&mut fields, columns, others);
    match fields.finish() {
        Ok(()) => Ok(Reading { submission, errors: Vec::new() }),
        Err(Error::Invalid(errors)) => Ok(Reading { submission, errors }),
        Err(other) => Err(other),
    }
}

/// In a time that tells nothing of either text, nor of their lengths.
fn is_same(given: &str, secret: &str) -> bool {
    Sha256::digest(given).as_slice().ct_eq(Sha256::digest(secret).as_slice()).into()
}

fn columns(fields: &mut Fields) -> Vec<Column> {
    let items = match fields.take("user_column_data") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) if items.len() <= Limits::FORM_DATA.keys => items,
        Some(Value::Array(_)) => {
            fields.error(Invalid::field("user_column_data", "too_many", "user_column_data has too many entries"));
            Vec::new()
        }
        Some(_) => {
            fields.error(Invalid::field("user_column_data", "wrong_type", "user_column_data must be a list"));
            Vec::new()
        }
    };
    items.into_iter().enumerate().filter_map(|(at, item)| column(fields, at, &item)).collect()
}

fn column(fields: &mut Fields, at: usize, item: &Value) -> Option<Column> {
    if !matches!(item, Value::Object(_)) {
        let pointer = format!("user_column_data/{at}");
        fields.error(Invalid::field(&pointer, "wrong_type", format!("{pointer} must be an object")));
        return None;
    }
    let mut text = |name: &str| match item.get(name) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(_) => {
            let pointer = format!("user_column_data/{at}/{name}");
            fields.error(Invalid::field(&pointer, "wrong_type", format!("{pointer} must be a text")));
            String::new()
        }
    };
    let (name, id, value) = (text("column_name"), text("column_id"), text("string_value"));
    let label = if name.trim().is_empty() { id.clone() } else { name };
    Some(Column { label, id, value })
}

/// The person, from the columns that Google has its own ids for. Of an e-mail and a phone the one that cannot be used
/// is left to `form_data`, where both stand anyway; a lead is refused where neither can.
fn contact(fields: &mut Fields, source: &Source, columns: &[Column]) -> Submission {
    let value = |id: &str| {
        let found = columns.iter().find(|column| column.id == id && !column.value.trim().is_empty());
        found.map(|column| column.value.trim())
    };
    let parts: Vec<&str> = ["FIRST_NAME", "LAST_NAME"].into_iter().filter_map(value).collect();
    let name = value("FULL_NAME").map(str::to_owned).or_else(|| (!parts.is_empty()).then(|| parts.join(" ")));
    let [email, phone] =
        [["EMAIL", "WORK_EMAIL"], ["PHONE_NUMBER", "WORK_PHONE"]].map(|ids| ids.into_iter().find_map(value));
    let postal_code = value("POSTAL_CODE");
    for text in [name.as_deref(), email, phone, postal_code].into_iter().flatten() {
        if text.chars().any(char::is_control) {
            fields.error(Invalid::field("user_column_data", "control_character", "control characters are not allowed"));
        }
    }
    if name.as_ref().is_some_and(|name| name.chars().count() > NAME) {
        fields.error(Invalid::field("user_column_data", "too_long", format!("a name has at most {NAME} characters")));
    }
    let contact_email = email.and_then(crate::email::parse);
    let contact_phone = phone.and_then(|text| Phone::read(text, &source.country).ok());
    if contact_email.is_none() && contact_phone.is_none() {
        fields.error(no_contact("user_column_data"));
    }
    let postal_code = postal_code.filter(|code| code.chars().count() <= POSTAL_CODE).map(str::to_owned);
    Submission { contact_name: name, contact_email, contact_phone, postal_code, ..Submission::default() }
}

/// An id: proto3's JSON writes 8-byte integers as texts, Google's webhook as numbers.
fn number_or_text(value: &Value) -> Option<String> {
    match value {
        Value::Number(text) => Some(text.clone()),
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        _ => None,
    }
}

/// Every answer under its label, then what else was sent, in that order; a label that is taken gets a number.
fn kept(fields: &mut Fields, columns: Vec<Column>, others: impl Iterator<Item = (String, Value)>) -> Option<Json> {
    let answers = columns.into_iter().map(|column| (column.label, Value::String(column.value)));
    let mut names = HashSet::new();
    let mut members = Vec::new();
    for (label, value) in answers.chain(others) {
        let mut name = label.clone();
        for n in 2.. {
            if names.insert(name.clone()) {
                break;
            }
            name = format!("{label} ({n})");
        }
        members.push((name, value));
    }
    match Limits::FORM_DATA.check(&Value::Object(members)) {
        Ok(text) => Some(Json(text)),
        Err((code, detail)) => {
            fields.error(Invalid::field("user_column_data", code, detail));
            None
        }
    }
}
