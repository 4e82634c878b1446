//! Typeform's webhook. The titles of its questions stand beside the answers, joined by the field's id or ref. Its sender
//! signs the body (`Typeform-Signature`); `token` tells a response that is sent again.

use super::mapping::Mapping;
use super::names::{self, Common};
use super::platform::{Incoming, Platform, Sent};
use super::questions::{FilledForm, Question};
use super::reading::no_object;
use super::sender::{Algorithm, Scheme, Written, check_signature};
use super::texts;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::http::RawBody;
use crate::http::json::Value;
use crate::intake::{Flags, Source};

const SIGNED: Scheme<'_> =
    Scheme { header: "typeform-signature", prefix: "sha256=", algorithm: Algorithm::Sha256, written: Written::Base64 };

/// See the module.
pub struct Typeform;

impl Platform for Typeform {
    fn has_secret(&self, _mapping: Option<&Mapping>) -> bool {
        true
    }

    fn check_sender(&self, source: &Source, body: &RawBody, _now: Timestamp) -> Result<()> {
        check_signature(source, &body.headers, SIGNED, &[body.bytes.as_ref()])
    }

    fn read(&self, source: &Source, sent: Sent) -> Result<Vec<Incoming>> {
        let Value::Object(members) = sent.json()? else { return Err(no_object()) };
        let mut flags = Flags::default();
        let mut form = FilledForm { place: "form_response/answers", expects_id: true, ..FilledForm::default() };
        for (name, value) in members {
            match (name.as_str(), value) {
                ("form_response", Value::Object(members)) => response(members, &mut form, &mut flags),
                ("event_id" | "event_type", _) => {}
                (_, value) => form.others.push((name, value)),
            }
        }
        Ok(vec![Incoming::Lead(Box::new(form.read(source, flags)))])
    }
}

fn response(members: Vec<(String, Value)>, form: &mut FilledForm, flags: &mut Flags) {
    let definition = members.iter().find(|(name, _)| name == "definition");
    let fields = definition.and_then(|(_, definition)| definition.get("fields"));
    let fields: &[Value] = if let Some(Value::Array(fields)) = fields { fields } else { &[] };
    let answers = members.iter().find(|(name, _)| name == "answers").map(|(_, answers)| answers);
    let answers: &[Value] = if let Some(Value::Array(answers)) = answers { answers } else { &[] };
    form.questions = answers.iter().filter_map(|answer| question(answer, fields)).collect();
    for (name, value) in members {
        match (name.as_str(), value) {
            ("answers" | "definition", _) => {}
            ("token", value) => form.external_id = texts::one(&value).and_then(|id| texts::external_id(id, flags)),
            // What the form's address said of whoever fills it in: it may name them.
            ("hidden", Value::Object(hidden)) => {
                let (marks, said): (Vec<_>, Vec<_>) =
                    hidden.into_iter().partition(|(name, _)| crate::attribution::is_attribution(name));
                form.about.extend(marks);
                let question = |(label, value): (String, Value)| Question { id: label.clone(), label, of: None, value };
                form.questions.extend(said.into_iter().map(question));
            }
            (_, value) => form.about.push((name, value)),
        }
    }
}

/// The answer under the title of its field, and what of the person it is.
fn question(answer: &Value, fields: &[Value]) -> Option<Question> {
    let about = answer.get("field");
    let part = |of: Option<&Value>, name: &str| Some(texts::one(of?.get(name)?)?.to_owned());
    let (id, reference) = (part(about, "id"), part(about, "ref"));
    let is_it = |field: &&Value| {
        let same = |name: &str, known: &Option<String>| known.is_some() && part(Some(field), name) == *known;
        same("id", &id) || same("ref", &reference)
    };
    let field = fields.iter().find(is_it);
    let title = part(field, "title").or_else(|| part(about, "title"));
    let kind = part(Some(answer), "type").unwrap_or_default();
    let value = said(answer, &kind)?;
    let of = match kind.as_str() {
        "email" => Some(Common::Email),
        "phone_number" => Some(Common::Phone),
        "text" => [&reference, &title].into_iter().flatten().find_map(|words| names::asked_name(words)),
        _ => None,
    };
    let label = title.or_else(|| reference.clone()).or_else(|| id.clone()).unwrap_or(kind);
    Some(Question { label, id: reference.or(id).unwrap_or_default(), of, value })
}

/// What was answered: under the name of its type, of a choice its words.
fn said(answer: &Value, kind: &str) -> Option<Value> {
    let value = answer.get(kind).or_else(|| {
        let others = answer.members()?.iter().find(|(name, _)| !matches!(name.as_str(), "type" | "field"));
        others.map(|(_, value)| value)
    })?;
    let words = |value: &Value| value.get("label").or_else(|| value.get("other")).cloned();
    let chosen = match kind {
        "choice" => words(value),
        "choices" => {
            let labels = if let Some(Value::Array(labels)) = value.get("labels") { labels.as_slice() } else { &[] };
            Some(Value::Array(labels.iter().chain(value.get("other")).cloned().collect()))
        }
        _ => None,
    };
    Some(chosen.unwrap_or_else(|| value.clone()))
}
