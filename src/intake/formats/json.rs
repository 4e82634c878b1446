//! Our own format: a JSON object, or the same as a form post.

use std::net::IpAddr;

use super::contact::{self, Candidate, Contact};
use super::names::{self, Common, Own as Field};
use super::platform::{Incoming, Platform, Sent, Takes};
use super::reading::{Reading, no_object};
use super::{answers, form, texts};
use crate::attribution;
use crate::clock::Timestamp;
use crate::consent;
use crate::db::Json;
use crate::error::{Error, Result};
use crate::http::input::Limits;
use crate::http::json::{Value, parse_liberally};
use crate::intake::{Flag, Flags, Source};

/// Longer forms name their fields.
const MOST_QUESTIONS: usize = 500;

/// See the module.
pub struct Own;

impl Platform for Own {
    fn takes(&self) -> Takes {
        Takes::JsonOrForm
    }

    fn read(&self, source: &Source, sent: Sent) -> Result<Vec<Incoming>> {
        let body = match sent {
            Sent::Json(body) => body,
            Sent::Form(fields) => form::of_form(fields)?,
            Sent::Xml(_) => return Err(Error::internal("XML for our own format")),
        };
        Ok(vec![Incoming::Lead(Box::new(read(source, body)?))])
    }

    fn is_created(&self) -> bool {
        true
    }
}

/// The fields of a submission, told apart: ours by what they are, and all others.
#[derive(Default)]
struct Given {
    ours: Vec<(Field, String, Value)>,
    /// A field that was read is taken out.
    rest: Vec<Option<(String, Value)>>,
}

/// Reads a post. An empty text is as good as an absent one, as forms and their builders send it.
pub fn read(source: &Source, body: Value) -> Result<Reading> {
    let Value::Object(members) = body else { return Err(no_object()) };
    let mut given = Given::default();
    let exact: Vec<Field> = members.iter().filter_map(|(name, _)| names::own(name)).collect();
    for (name, value) in members {
        match names::own(&name).or_else(|| names::nearly_own(&name).filter(|own| !exact.contains(own))) {
            Some(own) if texts::is_blank(&value) => drop((own, value)),
            Some(own) => given.ours.push((own, name, value)),
            None => given.rest.push(Some((name, value))),
        }
    }
    let mut flags = Flags::default();
    let is_test = given.ours(Field::IsTest).is_some_and(|(_, value)| is_yes(&value, &mut flags));
    let form_data = given.form_data();
    let mut errors = Vec::new();
    let contact = given.contact(form_data.as_ref(), source, &mut flags);
    if !contact.is_reachable() && !is_test {
        errors = contact.findings("contact_email", "contact_phone");
    }
    let mut submission = contact.into_submission();
    submission.is_test = is_test;
    submission.external_id = given.line(Field::ExternalId, &mut flags, texts::external_id);
    let utm = |text: &str, flags: &mut Flags| texts::attribution(text, texts::UTM, flags);
    submission.utm_source = given.line(Field::UtmSource, &mut flags, utm);
    submission.utm_medium = given.line(Field::UtmMedium, &mut flags, utm);
    submission.utm_campaign = given.line(Field::UtmCampaign, &mut flags, utm);
    let url = |text: &str, flags: &mut Flags| texts::attribution(text, texts::URL, flags);
    submission.referrer_url = given.line(Field::ReferrerUrl, &mut flags, url);
    submission.consent = given.ours(Field::Consent).and_then(|(_, value)| evidence(&value, &mut flags));
    let was_given = form_data.is_some();
    let sent = match form_data {
        Some(Value::Object(members)) => members,
        _ => Vec::new(),
    };
    let others = given.rest.into_iter().flatten();
    let members: Vec<(String, Value)> = sent.into_iter().chain(others).collect();
    if was_given || !members.is_empty() {
        let taken = answers::keep(members, attribution::is_attribution, &mut submission, &mut flags);
        answers::came_from(taken, &mut submission, &mut flags);
    } else {
        submission.attribution = Some(Json("{}".to_owned()));
    }
    submission.flags = flags;
    Ok(Reading { submission, errors })
}

impl Given {
    fn ours(&mut self, own: Field) -> Option<(String, Value)> {
        let at = self.ours.iter().position(|(given, ..)| *given == own)?;
        let (_, name, value) = self.ours.swap_remove(at);
        Some((name, value))
    }

    /// The answers under their own name: an object, also as the text of one. Anything else is an answer itself.
    fn form_data(&mut self) -> Option<Value> {
        let (name, value) = self.ours(Field::FormData)?;
        let text = value.as_str().filter(|text| text.trim_start().starts_with('{'));
        let written = text.and_then(|text| parse_liberally(text).ok()).map(|(value, _)| value);
        match written {
            Some(object) => Some(object),
            None if matches!(value, Value::Object(_)) => Some(value),
            None => {
                self.rest.push(Some((name, value)));
                None
            }
        }
    }

    /// The person, from our own fields, else from those that everybody names alike, else from what is nested.
    fn contact(&mut self, form_data: Option<&Value>, source: &Source, flags: &mut Flags) -> Contact {
        for own in [Field::Name, Field::Email, Field::Phone, Field::PostalCode] {
            // Among the others, so that what cannot be read, or is more than one, is kept.
            let ours = self.ours(own);
            self.rest.extend(ours.map(Some));
        }
        let mut found = Vec::new();
        for (place, (name, value)) in self.rest.iter().enumerate().filter_map(|(at, field)| Some((at, field.as_ref()?)))
        {
            if let Some((of, rank)) = names::common(name) {
                let rank = if names::own(name).is_some() { 0 } else { rank + 1 };
                found.push(Candidate { of, rank, value, place: Some(place) });
            }
        }
        let top = found.len();
        let given = form_data.map(|value| ("form_data", value));
        let nested = self.rest.iter().flatten().map(|(name, value)| (name.as_str(), value)).chain(given);
        nested.for_each(|(name, value)| contact::inside(name, value, &mut found));
        let names_a_way = |found: &[Candidate<'_>]| {
            found.iter().any(|one| matches!(one.of, Common::Email | Common::Phone) && !texts::is_blank(one.value))
        };
        if !names_a_way(&found) {
            let members = form_data.and_then(Value::members).unwrap_or_default();
            let all = self.rest.iter().flatten().chain(members).take(MOST_QUESTIONS);
            found.extend(all.filter_map(|(name, value)| contact::answered(name, value, &source.country)));
        }
        for inner in found.iter_mut().skip(top) {
            inner.rank += 1_000;
        }
        if !names_a_way(found.get(..top).unwrap_or_default()) && names_a_way(&found) {
            flags.raise(Flag::ContactNested);
        }
        let mut contact = Contact::find(found, &source.country, flags);
        for place in std::mem::take(&mut contact.used) {
            if let Some(field) = self.rest.get_mut(place) {
                *field = None;
            }
        }
        contact
    }

    /// One of our texts; what is none is left among the others.
    fn line(
        &mut self,
        own: Field,
        flags: &mut Flags,
        read: impl Fn(&str, &mut Flags) -> Option<String>,
    ) -> Option<String> {
        let (name, value) = self.ours(own)?;
        let line = texts::each(&value).next().and_then(|text| read(text, flags));
        if texts::one(&value).is_none() {
            if line.is_some() {
                flags.raise(Flag::FieldRepeated);
            }
            self.rest.push(Some((name, value)));
        }
        line
    }
}

/// What programs and boxes in forms say for yes and no; of several the last, as a box with a hidden field before it sends.
pub fn is_yes(value: &Value, flags: &mut Flags) -> bool {
    let value = if let Value::Array(items) = value { items.last().unwrap_or(value) } else { value };
    let word = match value {
        Value::Bool(said) => return *said,
        Value::String(text) | Value::Number(text) => text.trim().to_lowercase(),
        _ => String::new(),
    };
    match word.as_str() {
        "1" | "1.0" | "true" | "on" | "yes" | "y" | "t" | "test" | "checked" => true,
        "0" | "0.0" | "false" | "off" | "no" | "n" | "f" | "" | "null" | "none" => false,
        _ => {
            flags.raise(Flag::IsTestUnreadable);
            false
        }
    }
}

/// Evidence is kept as it was sent, whatever it is; what nobody could use as such is said.
pub fn evidence(sent: &Value, flags: &mut Flags) -> Option<Json> {
    let kept = match sent {
        Value::Object(_) => Limits::FORM_DATA.check(sent).ok(),
        other => Some(other.to_text()).filter(|text| text.len() <= Limits::FORM_DATA.bytes),
    };
    if kept.is_none() {
        flags.raise(Flag::ConsentTooLarge);
    }
    if !matches!(sent, Value::Object(_)) {
        flags.raise(Flag::ConsentUnstructured);
        return kept.map(Json);
    }
    let readable = |name: &str, is: fn(&str) -> bool| {
        let given = sent.get(name).filter(|given| !texts::is_blank(given));
        given.is_none_or(|given| given.as_str().is_some_and(is))
    };
    if !readable("ip", |ip| ip.trim().parse::<IpAddr>().is_ok()) {
        flags.raise(Flag::ConsentIpUnreadable);
    }
    if !readable("at", |at| Timestamp::parse(at.trim()).is_some()) {
        flags.raise(Flag::ConsentAtUnreadable);
    }
    if !readable("trustedform_cert_url", |url| consent::is_trustedform(url.trim())) {
        flags.raise(Flag::TrustedformUnreadable);
    }
    if !readable("jornaya_leadid", |id| consent::is_jornaya(id.trim())) {
        flags.raise(Flag::JornayaUnreadable);
    }
    kept.map(Json)
}
