//! Google Ads lead form webhook, as Google documents `WebhookLead`. The proof of the sender is `google_key` in the body;
//! `lead_id` tells a lead that is sent again. What Google adds to the format one day is kept, never refused.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::contact::{Candidate, Contact};
use super::reading::{Reading, no_object};
use super::{answers, json, names, texts};
use crate::attribution;
use crate::error::{Error, Result};
use crate::http::json::Value;
use crate::intake::{Flag, Flags, Source};

const COLUMNS: &str = "user_column_data";

/// One answer of the form.
#[derive(Debug)]
struct Column {
    /// What the form calls it: its text, else its id.
    label: String,
    id: String,
    value: Value,
}

/// Reads a post. A wrong `google_key` is refused before anything else is looked at.
pub fn read(source: &Source, body: Value) -> Result<Reading> {
    let key = body.get("google_key").and_then(Value::as_str).unwrap_or_default();
    let secret = source.secret.as_deref().unwrap_or_default();
    if secret.is_empty() || !is_same(key, secret) {
        return Err(Error::forbidden("wrong_google_key", "google_key is not the one of this source"));
    }
    let Value::Object(members) = body else { return Err(no_object()) };
    let mut flags = Flags::default();
    let (mut columns, mut others) = (Vec::new(), Vec::new());
    let (mut external_id, mut campaign, mut is_test) = (None, None, false);
    for (name, value) in members {
        match name.as_str() {
            "google_key" => {}
            COLUMNS => columns = columns_of(value, &mut flags),
            "lead_id" => external_id = texts::one(&value).and_then(|id| texts::external_id(id, &mut flags)),
            "is_test" => is_test = json::is_yes(&value, &mut flags),
            _ => {
                if name == "campaign_id" {
                    campaign = texts::one(&value).and_then(|id| texts::attribution(id, texts::UTM, &mut flags));
                }
                others.push((name, value));
            }
        }
    }
    let contact = Contact::find(columns.iter().filter_map(Column::candidate).collect(), &source.country, &mut flags);
    let errors = if contact.is_reachable() || is_test { Vec::new() } else { contact.findings(COLUMNS, COLUMNS) };
    if external_id.is_none() {
        flags.raise(Flag::ExternalIdMissing);
    }
    let mut submission = contact.into_submission();
    submission.external_id = external_id;
    submission.is_test = is_test;
    submission.utm_source = Some("google".to_owned());
    submission.utm_campaign = campaign;
    let (about, unknown): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|(name, _)| attribution::is_attribution(name));
    let answered = columns.into_iter().map(|column| (column.label, column.value)).chain(unknown).collect();
    // A question may be called `form_id`; a click id is none.
    let hidden = answers::keep(answered, attribution::is_mark, &mut submission, &mut flags);
    let about = about.iter().map(|(name, value)| (name.clone(), value.to_text()));
    answers::came_from(about.chain(hidden).collect(), &mut submission, &mut flags);
    submission.flags = flags;
    Ok(Reading { submission, errors })
}

/// In a time that tells nothing of either text, nor of their lengths.
fn is_same(given: &str, secret: &str) -> bool {
    Sha256::digest(given).as_slice().ct_eq(Sha256::digest(secret).as_slice()).into()
}

fn columns_of(sent: Value, flags: &mut Flags) -> Vec<Column> {
    let items = match sent {
        Value::Null => return Vec::new(),
        Value::Array(items) => items,
        one => vec![one],
    };
    let columns: Vec<Option<Column>> = items.into_iter().map(Column::of).collect();
    if columns.iter().any(Option::is_none) {
        flags.raise(Flag::ColumnsUnreadable);
    }
    columns.into_iter().flatten().collect()
}

impl Column {
    fn of(item: Value) -> Option<Self> {
        let Value::Object(members) = item else { return None };
        let (mut name, mut id, mut value) = (String::new(), String::new(), Value::String(String::new()));
        for (key, given) in members {
            match key.as_str() {
                "column_name" => texts::one(&given).unwrap_or_default().clone_into(&mut name),
                "column_id" => texts::one(&given).unwrap_or_default().clone_into(&mut id),
                "string_value" if given != Value::Null => value = given,
                _ => {}
            }
        }
        let label = if name.is_empty() { id.clone() } else { name };
        Some(Self { label, id, value })
    }

    /// What of the person it is, by the ids that Google has for that, else by what a question of the operator's is called.
    fn candidate(&self) -> Option<Candidate<'_>> {
        let by_label = || names::common(&self.label).map(|(of, rank)| (of, rank + 100));
        let (of, rank) = names::common(&self.id).or_else(by_label)?;
        Some(Candidate { of, rank, value: &self.value, place: None })
    }
}
