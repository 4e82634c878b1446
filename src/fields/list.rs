//! All that a niche asks.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::{Serialize, Serializer};
use units::{Cell, Column, Param, Value};

use super::field::Field;
use crate::attribution::plain;
use crate::error::Result;

/// All that a niche asks, in order. Most ask nothing in particular.
#[derive(Debug, Clone, Default)]
pub struct NicheFields(pub(super) Option<Arc<Kept>>);

#[derive(Debug)]
pub(super) struct Kept {
    pub fields: Vec<Field>,
    /// As it stands in the database.
    json: String,
    /// The places of fields by [`plain`] name.
    pub names: HashMap<String, usize>,
    /// The same by label; `None` where several are called so.
    pub labels: HashMap<String, Option<usize>>,
    /// Plain names and labels of the internal ones.
    pub internal: HashSet<String>,
}

impl NicheFields {
    /// These, which no rule is broken by: see [`super::wrong`].
    pub fn of(fields: Vec<Field>) -> Self {
        if fields.is_empty() {
            return Self(None);
        }
        let json = serde_json::to_string(&fields).unwrap_or_else(|_| "[]".to_owned());
        let (mut names, mut labels, mut internal) = (HashMap::new(), HashMap::new(), HashSet::new());
        for (place, field) in fields.iter().enumerate() {
            let (name, label) = (plain(&field.name), plain(&field.label));
            if field.internal {
                internal.extend([name.clone(), label.clone()].into_iter().filter(|text| !text.is_empty()));
            }
            labels.entry(label).and_modify(|known| *known = None).or_insert(Some(place));
            names.entry(name).or_insert(place);
        }
        Self(Some(Arc::new(Kept { fields, json, names, labels, internal })))
    }

    /// In order.
    pub fn each(&self) -> &[Field] {
        self.0.as_ref().map_or(&[], |kept| kept.fields.as_slice())
    }

    /// Whether the niche asks nothing in particular.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Those that providers see, in order.
    pub fn visible(&self) -> impl Iterator<Item = &Field> {
        self.each().iter().filter(|field| !field.internal)
    }

    /// What people read in place of this key.
    pub fn label(&self, key: &str) -> Option<&str> {
        self.each().iter().find(|field| field.name == key).map(|field| field.label.as_str())
    }
}

impl PartialEq for NicheFields {
    fn eq(&self, other: &Self) -> bool {
        self.each() == other.each()
    }
}

impl Serialize for NicheFields {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.each().serialize(serializer)
    }
}

impl Param for NicheFields {
    fn value(&self) -> Value<'_> {
        Value::Json(self.0.as_ref().map_or("[]", |kept| kept.json.as_str()))
    }
}

impl Column for NicheFields {
    fn decode(cell: &Cell<'_>) -> Result<Self> {
        let (Value::Text(text) | Value::Json(text)) = *cell else { return Err(cell.is_no("a list of fields")) };
        if text == "[]" {
            return Ok(Self(None));
        }
        serde_json::from_str(text).map(Self::of).map_err(|_| cell.is_no("a list of fields"))
    }
}
