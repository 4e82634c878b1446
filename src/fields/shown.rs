//! Answers in the order of their niche's fields; to providers without the internal ones.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::list::NicheFields;
use super::named::Told;
use crate::attribution;

impl NicheFields {
    /// The answers of this JSON object as a provider sees them: in the niche's order, and nothing that is internal, wherever
    /// it stands.
    pub fn shown<'a>(&self, form_data: &'a str) -> Cow<'a, str> {
        let Some(kept) = &self.0 else { return Cow::Borrowed(form_data) };
        let members = attribution::members(form_data);
        if members.is_empty() {
            // What cannot be read could be anything.
            let is_open = kept.internal.is_empty() || form_data.trim() == "{}";
            return if is_open { Cow::Borrowed(form_data) } else { Cow::Borrowed("{}") };
        }
        let Told { listed, rest } = self.told(members);
        let listed = self.each().iter().zip(listed).filter(|(field, _)| !field.internal);
        let listed = listed.filter_map(|(field, value)| Some((field.name.clone(), value?)));
        let all = listed.chain(rest.into_iter().filter(|(key, _)| !self.is_internal(key)));
        let all: Vec<_> = all.filter_map(|(key, value)| Some((key, self.without_internal(value)?))).collect();
        Cow::Owned(attribution::object(&all))
    }

    /// The same as the operator sees them: all.
    pub fn ordered<'a>(&self, form_data: &'a str) -> Cow<'a, str> {
        let members = if self.is_empty() { Vec::new() } else { attribution::members(form_data) };
        if members.is_empty() {
            return Cow::Borrowed(form_data);
        }
        let Told { listed, rest } = self.told(members);
        let listed = self.each().iter().zip(listed).filter_map(|(field, value)| Some((field.name.clone(), value?)));
        Cow::Owned(attribution::object(&listed.chain(rest).collect::<Vec<_>>()))
    }

    /// The JSON without what is internal in it; `None` where nothing may be left.
    fn without_internal(&self, json: String) -> Option<String> {
        if self.0.as_ref().is_none_or(|kept| kept.internal.is_empty()) {
            return Some(json);
        }
        match json.as_bytes().first() {
            // A question with its answer.
            Some(b'{') if attribution::pair_names(&json).iter().any(|name| self.is_internal(name)) => None,
            Some(b'{') => {
                let members = attribution::members(&json).into_iter().filter(|(key, _)| !self.is_internal(key));
                let left: Vec<_> =
                    members.filter_map(|(key, value)| Some((key, self.without_internal(value)?))).collect();
                Some(attribution::object(&left))
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(&json).ok()?;
                let left = items.into_iter().filter_map(|item| self.without_internal(item.get().to_owned()));
                let left: Vec<String> = left.collect();
                Some(format!("[{}]", left.join(",")))
            }
            Some(b'"') => {
                let text: String = serde_json::from_str(&json).ok()?;
                // Answers that are nested deeply, or are too many, are kept as the text of an object, cut where it is long.
                if !text.trim_start().starts_with(['{', '[']) {
                    return Some(json);
                }
                if serde_json::from_str::<&RawValue>(&text).is_err() {
                    return (!self.names_internal(&text)).then_some(json);
                }
                let inner = self.without_internal(text.trim().to_owned())?;
                Some(serde_json::Value::from(inner).to_string())
            }
            _ => Some(json),
        }
    }
}
