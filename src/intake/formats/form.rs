//! A form post as the JSON that says the same.

use std::collections::HashMap;

use super::names::{self, Own};
use crate::error::{At, Error, Invalid, Result};
use crate::http::json::{Value, pointer};

/// All that was given under one name.
struct Field {
    name: String,
    values: Vec<String>,
    /// The name ended in `[]`: a list, also of one.
    is_list: bool,
}

/// `services[]`, `services[0]` and on, and names given more than once are lists, `consent[ip]` is `consent`'s `ip`, and `form_data[roof]` is `roof`.
/// Our own address and number have one value; of a box with a hidden field before it the last counts.
pub fn of_form(pairs: Vec<(String, String)>) -> Result<Value> {
    let (mut members, mut consent, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    for mut field in gathered(pairs) {
        match names::own(&field.name) {
            Some(Own::IsTest | Own::Consent) => {
                let last = field.values.pop().unwrap_or_default();
                members.push((field.name, Value::String(last)));
            }
            Some(Own::FormData) => members.push(field.member()),
            Some(own) => {
                field.values.retain(|text| !text.trim().is_empty());
                field.values.dedup_by(|a, b| a.trim() == b.trim());
                // Who is meant, nobody could say.
                let is_contradiction = matches!(own, Own::Email | Own::Phone) && field.values.len() > 1;
                if is_contradiction {
                    let at = At::Pointer(pointer("#", &field.name).into());
                    let detail = format!("{} is given twice", field.name);
                    errors.push(Invalid { at, code: "duplicate_field", detail: detail.into() });
                }
                field.is_list = false;
                members.push(field.member());
            }
            None => match (part_of("consent", &field.name), part_of("form_data", &field.name)) {
                (Some(part), _) => consent.push(Field { name: part, ..field }.member()),
                (_, Some(part)) => members.push(Field { name: part, ..field }.member()),
                (None, None) => members.push(field.member()),
            },
        }
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    consent.retain(|(_, value)| !super::texts::is_blank(value));
    if !consent.is_empty() {
        let box_ = members.iter().position(|(name, _)| name == "consent").map(|at| members.remove(at));
        consent.extend(box_.filter(|(_, value)| !super::texts::is_blank(value)));
        members.push(("consent".to_owned(), Value::Object(consent)));
    }
    Ok(Value::Object(members))
}

/// The fields by name, in the order in which each first came.
fn gathered(pairs: Vec<(String, String)>) -> Vec<Field> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut fields: Vec<Field> = Vec::new();
    for (given, value) in pairs {
        let (name, is_list) = match indexed(&given) {
            Some((name, None)) => (name.to_owned(), true),
            Some((name, Some(at))) => {
                let so_far = places.get(name).and_then(|place| fields.get(*place));
                let is_next = so_far.map_or(at == 0, |field| field.is_list && field.values.len() == at);
                if is_next { (name.to_owned(), true) } else { (given, false) }
            }
            None => (given, false),
        };
        let known = places.get(&name).and_then(|place| fields.get_mut(*place));
        if let Some(field) = known {
            field.values.push(value);
            field.is_list |= is_list;
        } else {
            places.insert(name.clone(), fields.len());
            fields.push(Field { name, values: vec![value], is_list });
        }
    }
    fields
}

/// `a[]` and `a[2]`: the list, and the place in it where that is said.
fn indexed(name: &str) -> Option<(&str, Option<usize>)> {
    let (list, place) = name.strip_suffix(']')?.rsplit_once('[')?;
    let is_place = place.len() <= 4 && place.bytes().all(|b| b.is_ascii_digit());
    (!list.is_empty() && is_place).then(|| (list, place.parse().ok()))
}

impl Field {
    fn member(self) -> (String, Value) {
        let mut values: Vec<Value> = self.values.into_iter().map(Value::String).collect();
        let only = if values.len() == 1 && !self.is_list { values.pop() } else { None };
        (self.name, only.unwrap_or(Value::Array(values)))
    }
}

/// `ip` of `consent[ip]`, and of `consent.ip`.
fn part_of(whole: &str, name: &str) -> Option<String> {
    let rest = name.strip_prefix(whole)?;
    let part = rest.strip_prefix('.').or_else(|| rest.strip_prefix('[')?.strip_suffix(']'))?;
    (!part.is_empty()).then(|| part.to_owned())
}
