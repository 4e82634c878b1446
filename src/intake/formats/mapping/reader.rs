//! A payload by a mapping: values are read as liberally as those of our own format.

use std::borrow::Cow;

use super::document::Document;
use super::place::Place;
use super::pointer::{follow, index};
use super::rest::Rest;
use super::table::{Consent, Line, Mapping};
use super::taken::Taken;
use crate::attribution;
use crate::error::{Error, Result};
use crate::http::json::{Value, parse_liberally};
use crate::intake::formats::contact::{self, Candidate, Contact};
use crate::intake::formats::names::Common;
use crate::intake::formats::platform::Sent;
use crate::intake::formats::reading::{Reading, no_object};
use crate::intake::formats::{answers, json, texts};
use crate::intake::{Flag, Flags, Source, Submission};

/// After all that a pointer leads to itself.
const NESTED: usize = 1_000;

/// What a place leads to, and the values of the payload that it took.
struct Found<'v> {
    value: Cow<'v, Value>,
    took: Vec<&'v Value>,
}

/// Reads a post. `Err` where it is nothing that a pointer could lead into.
pub fn read(source: &Source, mapping: &Mapping, sent: Sent) -> Result<Reading> {
    let mut flags = Flags::default();
    let mut document = match sent {
        Sent::Json(value) => Document::of_json(whole(value, mapping, &mut flags)?),
        Sent::Form(pairs) => Document::of_form(pairs),
        Sent::Xml(_) => return Err(Error::internal("XML for a mapping")),
    };
    document.unfold(mapping.pointers().into_iter());
    let (document, mut taken) = (&document, Taken::default());
    let is_test = mapping.test.as_ref().and_then(|place| find(document, place)).is_some_and(|found| {
        taken.take(found.took);
        // Another word there is none of ours to read.
        json::is_yes(&found.value, &mut Flags::default())
    });
    let contact = contact(source, mapping, document, &mut taken, &mut flags);
    let mut errors = Vec::new();
    if !contact.is_reachable() && !is_test {
        errors = contact.findings("contact_email", "contact_phone");
    }
    let mut submission = contact.into_submission();
    submission.is_test = is_test;
    for (line, place) in &mapping.lines {
        if let Some(found) = find(document, place) {
            let text = texts::each(&found.value).next();
            set(&mut submission, *line, text, &mut flags);
            match found.value.as_ref() {
                Value::Array(items) if text.is_some() && items.len() > 1 => flags.raise(Flag::FieldRepeated),
                value if text.is_some() || texts::is_blank(value) => taken.take(found.took),
                // What is no text stays among the answers.
                _ => {}
            }
        }
    }
    if let Some(evidence) = evidence(mapping, document, &mut taken) {
        submission.consent = json::evidence(&evidence, &mut flags);
    }
    let mut named = Vec::new();
    for (name, place) in &mapping.answers {
        if let Some(found) = find(document, place).filter(|found| *found.value != Value::Null) {
            taken.take(found.took);
            named.push((name.clone(), found.value.into_owned()));
        }
    }
    taken.take(mapping.ignored.iter().filter_map(|pointer| document.find(pointer)));
    let Rest { members, about, .. } =
        if mapping.drops_rest { Rest::default() } else { Rest::of(document.root(), &taken) };
    // An answer that the operator named may be called `campaign`; a click id is none, whatever it is called.
    named.extend(members);
    let marks = answers::keep(named, attribution::is_mark, &mut submission, &mut flags);
    let about = about.into_iter().map(|(name, value)| (name, value.to_text()));
    answers::came_from(about.chain(marks).collect(), &mut submission, &mut flags);
    submission.flags = flags;
    Ok(Reading { submission, errors })
}

/// The object or list in a text that is JSON itself; the object in a list of one, where no pointer begins with a place in a
/// list.
fn whole(value: Value, mapping: &Mapping, flags: &mut Flags) -> Result<Value> {
    let value = match value {
        Value::String(text) => {
            flags.raise(Flag::Wrapped);
            parse_liberally(&text).map_err(|_| no_object())?.0
        }
        other => other,
    };
    match value {
        Value::Array(mut items)
            if items.len() == 1 && !mapping.pointers().iter().any(|pointer| index(pointer.first()).is_some()) =>
        {
            flags.raise(Flag::Wrapped);
            items.pop().filter(|item| matches!(item, Value::Object(_))).ok_or_else(no_object)
        }
        Value::Object(_) => Ok(value),
        Value::Array(items) if !items.is_empty() => Ok(Value::Array(items)),
        _ => Err(no_object()),
    }
}

/// What the place leads to; `None` where that is nowhere.
fn find<'v>(document: &'v Document, place: &Place) -> Option<Found<'v>> {
    match place {
        Place::At(pointer) => {
            let value = document.find(pointer)?;
            Some(Found { value: Cow::Borrowed(value), took: vec![value] })
        }
        Place::Const(value) => Some(Found { value: Cow::Owned(value.clone()), took: Vec::new() }),
        Place::Join(parts, with) => {
            let found: Vec<Found<'_>> = parts.iter().filter_map(|part| find(document, part)).collect();
            let words: Vec<&str> = found.iter().flat_map(|found| texts::each(&found.value)).collect();
            let joined = Value::String(words.join(with));
            Some(Found { value: Cow::Owned(joined), took: found.into_iter().flat_map(|found| found.took).collect() })
        }
        Place::FirstOf(parts) => {
            // What says nothing is passed over, and is not left over either.
            let mut blank = Vec::new();
            for part in parts {
                match find(document, part) {
                    Some(found) if texts::is_blank(&found.value) => blank.extend(found.took),
                    Some(mut found) => {
                        found.took.append(&mut blank);
                        return Some(found);
                    }
                    None => {}
                }
            }
            (!blank.is_empty()).then_some(Found { value: Cow::Owned(Value::Null), took: blank })
        }
        Place::In { list, by, is, take } => {
            let items: Vec<&Value> = match document.find(list)? {
                Value::Array(items) => items.iter().collect(),
                Value::Object(members) => members.iter().map(|(_, value)| value).collect(),
                _ => return None,
            };
            let is = is.trim().to_lowercase();
            let is_it = |item: &&&Value| {
                let said = follow(item, by.steps()).and_then(texts::one);
                said.is_some_and(|said| said.to_lowercase() == is)
            };
            let item = *items.iter().find(is_it)?;
            let value = follow(item, take.steps())?;
            Some(Found { value: Cow::Borrowed(value), took: vec![item] })
        }
    }
}

/// Of several places for one of these, each may be the one that can be read.
fn alternatives(place: &Place) -> Vec<&Place> {
    match place {
        Place::FirstOf(parts) => parts.iter().flat_map(alternatives).collect(),
        other => vec![other],
    }
}

fn contact(source: &Source, mapping: &Mapping, document: &Document, taken: &mut Taken, flags: &mut Flags) -> Contact {
    let mut given = Vec::new();
    for (of, place) in &mapping.contact {
        for (rank, place) in alternatives(place).into_iter().enumerate() {
            match find(document, place) {
                Some(found) if texts::is_blank(&found.value) => taken.take(found.took),
                Some(found) => given.push((*of, rank, found)),
                None => {}
            }
        }
    }
    let (mut candidates, mut nested) = (Vec::new(), Vec::<Candidate<'_>>::new());
    for (place, (of, rank, found)) in given.iter().enumerate() {
        let value = found.value.as_ref();
        let name = match of {
            Common::Email => "email",
            Common::Phone => "phone",
            Common::PostalCode => "postal_code",
            _ => "",
        };
        if matches!(value, Value::Object(_)) && !name.is_empty() {
            contact::inside(name, value, &mut nested);
        } else {
            candidates.push(Candidate { of: *of, rank: *rank, value, place: Some(place) });
        }
    }
    for inner in &mut nested {
        inner.rank += NESTED;
    }
    candidates.extend(nested);
    let mut contact = Contact::find(candidates, &source.country, flags);
    for place in std::mem::take(&mut contact.used) {
        if let Some((.., found)) = given.get(place) {
            taken.take(found.took.iter().copied());
        }
    }
    contact
}

fn set(submission: &mut Submission, line: Line, text: Option<&str>, flags: &mut Flags) {
    let Some(text) = text else { return };
    match line {
        Line::ExternalId => submission.external_id = texts::external_id(text, flags),
        Line::UtmSource => submission.utm_source = texts::attribution(text, texts::UTM, flags),
        Line::UtmMedium => submission.utm_medium = texts::attribution(text, texts::UTM, flags),
        Line::UtmCampaign => submission.utm_campaign = texts::attribution(text, texts::UTM, flags),
        Line::ReferrerUrl => submission.referrer_url = texts::attribution(text, texts::URL, flags),
    }
}

/// The evidence of consent, where there is any.
fn evidence(mapping: &Mapping, document: &Document, taken: &mut Taken) -> Option<Value> {
    match &mapping.consent {
        Consent::None => None,
        Consent::Whole(place) => {
            let found = find(document, place)?;
            taken.take(found.took);
            Some(found.value.into_owned()).filter(|value| !texts::is_blank(value))
        }
        Consent::Parts(parts) => {
            let mut said = Vec::new();
            for (name, place) in parts {
                let Some(found) = find(document, place) else { continue };
                taken.take(found.took);
                if !texts::is_blank(&found.value) {
                    said.push(((*name).to_owned(), found.value.into_owned()));
                }
            }
            (!said.is_empty()).then_some(Value::Object(said))
        }
    }
}
