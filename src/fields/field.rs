//! One thing that a niche asks.

use serde::{Deserialize, Serialize};
use units::text_enum;

text_enum! {
    /// What an answer has to be.
    pub enum FieldType {
        Text = "text",
        Number = "number",
        Integer = "integer",
        Boolean = "boolean",
        Choice = "choice",
        Date = "date",
        Phone = "phone",
        Email = "email",
    }
}

impl<'de> Deserialize<'de> for FieldType {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Self::from_text(&word).ok_or_else(|| serde::de::Error::custom("a type of field that is not known"))
    }
}

/// The least or the most of an answer: a number's value, a text's characters, or a date as `2026-01-31`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Limit {
    Number(serde_json::Number),
    Date(String),
}

/// One thing that a niche asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// The key of its answer in `form_data`.
    pub name: String,
    /// What people read.
    pub label: String,
    #[serde(rename = "type")]
    pub kind: FieldType,
    pub required: bool,
    /// Only of a choice.
    pub choices: Option<Vec<String>>,
    pub min: Option<Limit>,
    pub max: Option<Limit>,
    /// Never shown to providers.
    pub internal: bool,
}
