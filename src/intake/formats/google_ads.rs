//! Google Ads lead form webhook, as Google documents `WebhookLead`. The proof of the sender is `google_key` in the body;
//! `lead_id` tells a lead that is sent again. What Google adds to the format one day is kept, never refused.

use super::mapping::Mapping;
use super::platform::{Incoming, Platform, Sent};
use super::questions::{FilledForm, Question};
use super::reading::no_object;
use super::sender::is_same;
use super::{json, texts};
use crate::error::{Error, Result};
use crate::http::json::Value;
use crate::intake::shapes::Receipt;
use crate::intake::{Flag, Flags, Received, Source};

const COLUMNS: &str = "user_column_data";

/// See the module.
pub struct GoogleAds;

impl Platform for GoogleAds {
    fn has_secret(&self, _mapping: Option<&Mapping>) -> bool {
        true
    }

    /// A wrong `google_key` is refused before anything else is looked at.
    fn check_sent(&self, source: &Source, sent: &Sent) -> Result<()> {
        let key = if let Sent::Json(body) = sent { body.get("google_key").and_then(Value::as_str) } else { None };
        let secret = source.secret.as_deref().unwrap_or_default();
        if secret.is_empty() || !is_same(key.unwrap_or_default(), secret) {
            return Err(Error::forbidden("wrong_google_key", "google_key is not the one of this source"));
        }
        Ok(())
    }

    fn read(&self, source: &Source, sent: Sent) -> Result<Vec<Incoming>> {
        let Value::Object(members) = sent.json()? else { return Err(no_object()) };
        let mut flags = Flags::default();
        let mut form =
            FilledForm { utm_source: Some("google"), place: COLUMNS, expects_id: true, ..FilledForm::default() };
        for (name, value) in members {
            match name.as_str() {
                "google_key" => {}
                COLUMNS => form.questions = columns_of(value, &mut flags),
                "lead_id" => {
                    form.external_id = texts::one(&value).and_then(|id| texts::external_id(id, &mut flags));
                }
                "is_test" => form.is_test = json::is_yes(&value, &mut flags),
                _ => {
                    if name == "campaign_id" {
                        let id = texts::one(&value);
                        form.utm_campaign = id.and_then(|id| texts::attribution(id, texts::UTM, &mut flags));
                    }
                    form.others.push((name, value));
                }
            }
        }
        Ok(vec![Incoming::Lead(Box::new(form.read(source, flags)))])
    }

    fn receipt(&self, _received: &Received) -> Receipt {
        Receipt::NOTHING
    }
}

fn columns_of(sent: Value, flags: &mut Flags) -> Vec<Question> {
    let items = match sent {
        Value::Null => return Vec::new(),
        Value::Array(items) => items,
        one => vec![one],
    };
    let columns: Vec<Option<Question>> = items.into_iter().map(column).collect();
    if columns.iter().any(Option::is_none) {
        flags.raise(Flag::ColumnsUnreadable);
    }
    columns.into_iter().flatten().collect()
}

fn column(item: Value) -> Option<Question> {
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
    Some(Question { label, id, of: None, value })
}
