//! Meta's lead ads. Its notice names leads by their ids alone, which are then fetched; programs in between put the answers
//! (`field_data`) into it. Several leads may come in one post. Its sender signs the body (`X-Hub-Signature-256`), and asks
//! once by GET whether the address is the source's.

use super::mapping::Mapping;
use super::notice::Notice;
use super::platform::{Incoming, Platform, Sent};
use super::questions::{FilledForm, Question};
use super::reading::{Reading, no_object};
use super::sender::{Algorithm, Scheme, Written, check_signature};
use super::texts;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::http::RawBody;
use crate::http::json::Value;
use crate::intake::shapes::Receipt;
use crate::intake::{Flag, Flags, Received, Source};

/// How the answers of Meta's own test leads begin.
const TEST: &str = "<test lead:";
const FIELDS: &str = "field_data";

const SIGNED: Scheme<'_> =
    Scheme { header: "x-hub-signature-256", prefix: "sha256=", algorithm: Algorithm::Sha256, written: Written::Hex };

/// See the module.
pub struct Meta;

impl Platform for Meta {
    fn has_secret(&self, _mapping: Option<&Mapping>) -> bool {
        true
    }

    fn check_sender(&self, source: &Source, body: &RawBody, _now: Timestamp) -> Result<()> {
        check_signature(source, &body.headers, SIGNED, &[body.bytes.as_ref()])
    }

    fn read(&self, source: &Source, sent: Sent) -> Result<Vec<Incoming>> {
        let body = sent.json()?;
        if !matches!(body, Value::Object(_)) {
            return Err(no_object());
        }
        if body.get(FIELDS).is_some() {
            return Ok(vec![Incoming::Lead(Box::new(lead(source, members(body))))]);
        }
        let entries = list(body.get("entry"));
        let changes: Vec<&Value> = entries.iter().flat_map(|entry| list(entry.get("changes"))).collect();
        let of_leads = changes
            .into_iter()
            .filter(|change| change.get("field").and_then(Value::as_str).is_none_or(|field| field == "leadgen"));
        let values: Vec<Value> = of_leads.filter_map(|change| change.get("value").cloned()).collect();
        let is_alone = values.len() == 1;
        let read = |value: Value| {
            let text = value.to_text();
            let members = members(value);
            if !members.iter().any(|(name, _)| name == FIELDS) {
                return notice(members).map(Incoming::Elsewhere);
            }
            let mut reading = lead(source, members);
            // Each keeps what is its own: an erasure takes one of them and leaves the others.
            if !is_alone {
                reading.submission.raw_payload = text;
                "application/json".clone_into(&mut reading.submission.raw_content_type);
            }
            Some(Incoming::Lead(Box::new(reading)))
        };
        Ok(values.into_iter().filter_map(read).collect())
    }

    fn receipt(&self, _received: &Received) -> Receipt {
        Receipt::NOTHING
    }

    fn greets(&self) -> bool {
        true
    }
}

/// The lead as Meta hands it out when it is asked for it, with what its notice said.
pub fn fetched(source: &Source, answer: Value, notice: &Notice) -> Reading {
    let mut members = members(answer);
    for (name, json) in &notice.about {
        let is_new = !members.iter().any(|(known, _)| known == name);
        if let (true, Ok((value, _))) = (is_new, crate::http::json::parse_liberally(json)) {
            members.push((name.clone(), value));
        }
    }
    if !members.iter().any(|(name, _)| name == "id") {
        members.push(("id".to_owned(), Value::String(notice.leadgen_id.clone())));
    }
    let mut reading = lead(source, members);
    super::asked::answer(source, &mut reading);
    reading
}

fn lead(source: &Source, members: Vec<(String, Value)>) -> Reading {
    let mut flags = Flags::default();
    let mut form =
        FilledForm { utm_source: Some("facebook"), place: "entry", expects_id: true, ..FilledForm::default() };
    let (mut id, mut leadgen_id) = (None, None);
    for (name, value) in members {
        let line = |flags: &mut Flags| texts::one(&value).and_then(|id| texts::external_id(id, flags));
        match name.as_str() {
            FIELDS => {
                form.questions = list(Some(&value)).iter().filter_map(|field| question(field, &mut flags)).collect();
            }
            "leadgen_id" => leadgen_id = line(&mut flags),
            "id" => id = line(&mut flags),
            "is_test" => form.is_test |= super::json::is_yes(&value, &mut flags),
            "platform" if value.as_str() == Some("ig") => {
                form.utm_source = Some("instagram");
                form.about.push((name, value));
            }
            _ => {
                if name == "campaign_name" || name == "campaign_id" && form.utm_campaign.is_none() {
                    let text = texts::one(&value);
                    form.utm_campaign = text.and_then(|text| texts::attribution(text, texts::UTM, &mut flags));
                }
                form.about.push((name, value));
            }
        }
    }
    form.external_id = leadgen_id.or(id);
    let begins = |text: &str| text.trim_start().starts_with(TEST);
    form.is_test |= form.questions.iter().any(|one| texts::each(&one.value).any(begins));
    form.read(source, flags)
}

/// `{"name": "email", "values": ["ann@example.com"]}`
fn question(field: &Value, flags: &mut Flags) -> Option<Question> {
    let name = field.get("name").or_else(|| field.get("key")).and_then(texts::one);
    let values = field.get("values").or_else(|| field.get("value"));
    let (Some(name), Some(values)) = (name, values) else {
        flags.raise(Flag::ColumnsUnreadable);
        return None;
    };
    let value = match values {
        Value::Array(items) => match items.as_slice() {
            [only] => only.clone(),
            _ => values.clone(),
        },
        one => one.clone(),
    };
    Some(Question { label: name.to_owned(), id: name.to_owned(), of: None, value })
}

/// What a notice may say beside the lead's id. It is kept in a job, which holds nothing of a person, whatever programs in
/// between put into it.
const ABOUT: &[&str] = &["page_id", "form_id", "ad_id", "adgroup_id", "adset_id", "campaign_id", "created_time"];

fn notice(members: Vec<(String, Value)>) -> Option<Notice> {
    // An id becomes part of an address.
    let is_id = |id: &&str| id.len() <= 40 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let id = |value: &Value| texts::one(value).filter(is_id).map(str::to_owned);
    let leadgen_id = members.iter().find(|(name, _)| name == "leadgen_id").and_then(|(_, value)| id(value))?;
    let about = members.into_iter().filter(|(name, value)| ABOUT.contains(&name.as_str()) && id(value).is_some());
    Some(Notice { leadgen_id, about: about.map(|(name, value)| (name, value.to_text())).collect() })
}

fn members(value: Value) -> Vec<(String, Value)> {
    if let Value::Object(members) = value { members } else { Vec::new() }
}

/// A list, or what stands in place of a list of one.
fn list(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::Array(items)) => items,
        Some(one @ Value::Object(_)) => std::slice::from_ref(one),
        _ => &[],
    }
}
