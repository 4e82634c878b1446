//! What a niche asks, as the API takes and shows it.

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::document_words;
use crate::error::Invalid;
use crate::fields::{self, Field, FieldType, LABEL, Limit, MAX_CHOICES, MAX_FIELDS, NAME, NicheFields};
use crate::http::Fields;
use crate::http::input::Wrong;
use crate::http::json::Value;

document_words!(
    FieldType as "FieldType",
    "What an answer has to be. text: min and max are characters; number, integer: values; date: dates, as 2026-01-31"
);

/// One thing that a niche asks.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NicheField)]
pub(super) struct FieldOut {
    /// The key of its answer in `form_data`
    name: String,
    label: String,
    #[serde(rename = "type")]
    kind: FieldType,
    required: bool,
    choices: Option<Vec<String>>,
    #[schema(value_type = Option<serde_json::Value>, required = true)]
    min: Option<Limit>,
    #[schema(value_type = Option<serde_json::Value>, required = true)]
    max: Option<Limit>,
    /// Never shown to providers
    internal: bool,
}

/// As they are shown.
pub(super) fn shown(fields: &NicheFields) -> Vec<FieldOut> {
    let out = |field: &Field| FieldOut {
        name: field.name.clone(),
        label: field.label.clone(),
        kind: field.kind,
        required: field.required,
        choices: field.choices.clone(),
        min: field.min.clone(),
        max: field.max.clone(),
        internal: field.internal,
    };
    fields.each().iter().map(out).collect()
}

/// The `fields` of a body. Where a rule is broken, an error stands at its place and the value is a placeholder.
pub(super) fn read(body: &mut Fields) -> Option<NicheFields> {
    let list = body.opt_list_of("fields", 0..=MAX_FIELDS, one)?;
    if !body.is_clean() {
        return None;
    }
    let broken = fields::wrong(&list);
    if broken.is_empty() {
        return Some(NicheFields::of(list));
    }
    for fields::Wrong { at, code, detail } in broken {
        let place = at.map_or_else(|| "fields".to_owned(), |(at, member)| format!("fields/{at}/{member}"));
        body.error(Invalid::field(&place, code, detail));
    }
    None
}

fn one(field: &mut Fields) -> Field {
    field.says("name", || json!({ "pattern": "^[A-Za-z][A-Za-z0-9_]*$" }));
    let name = field.text("name", NAME);
    let label = field.opt_line("label", LABEL);
    Field {
        label: label.unwrap_or_else(|| name.clone()),
        name,
        kind: field.choice("type", FieldType::CHOICES),
        required: field.opt_flag("required").unwrap_or_default(),
        choices: field.opt_list_of_text("choices", 0..=MAX_CHOICES, LABEL).filter(|choices| !choices.is_empty()),
        min: field.optional("min", &takes_limit, limit),
        max: field.optional("max", &takes_limit, limit),
        internal: field.opt_flag("internal").unwrap_or_default(),
    }
}

fn takes_limit() -> serde_json::Value {
    json!({ "anyOf": [{ "type": "number" }, { "type": "string", "format": "date" }] })
}

fn limit(value: Value) -> Result<Limit, Wrong> {
    let limit = match value {
        Value::Number(text) => serde_json::from_str(&text).ok().map(Limit::Number),
        Value::String(text) => Some(Limit::Date(text)),
        _ => None,
    };
    limit.ok_or_else(|| ("wrong_type", "must be a number, or for a date a date".into()))
}
