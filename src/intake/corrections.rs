//! What a person sent again, differently, after the lead was sold: nobody pays for it, and every buyer who holds the lead
//! gets to know it.

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::json;
use serde_json::value::RawValue;

use super::mails;
use super::store::{self, MAX_CORRECTIONS_PER_LEAD, Said};
use crate::assignments::{self, Searchable};
use crate::audit::{self, Action, Actor, Entity, Entry};
use crate::clock::Timestamp;
use crate::db::{Json, Read, Tx};
use crate::error::{Error, Result};
use crate::fields::NicheFields;
use crate::id::LeadId;
use crate::need::Form;
use crate::{email, phone, text};

/// What one of them brought that was not known before; `None` where it said nothing new.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Correction {
    pub received_at: Timestamp,
    pub contact_name: Option<String>,
    pub contact_email: Option<String>,
    pub contact_phone: Option<String>,
    pub postal_code: Option<String>,
    /// Only the answers that differ.
    pub form_data: Option<Json>,
}

impl Correction {
    /// What it corrects, by the names of the fields.
    fn fields(&self) -> Vec<&'static str> {
        let fields = [
            ("contact_name", self.contact_name.is_some()),
            ("contact_email", self.contact_email.is_some()),
            ("contact_phone", self.contact_phone.is_some()),
            ("postal_code", self.postal_code.is_some()),
            ("form_data", self.form_data.is_some()),
        ];
        fields.into_iter().filter(|(_, is_new)| *is_new).map(|(name, _)| name).collect()
    }
}

/// What `new` says that none of the `known` does: an empty field is no news, nor is another spelling.
pub fn news(known: &[&Said], new: &Said) -> Option<Correction> {
    let fresh = |value: &Option<String>, key: fn(&Said) -> Option<String>| {
        let own = key(new)?;
        let is_known = known.iter().any(|said| key(said).as_deref() == Some(own.as_str()));
        value.clone().filter(|_| !is_known)
    };
    let found = Correction {
        received_at: new.received_at,
        contact_name: fresh(&new.contact_name, |said| said.contact_name.as_deref().map(folded).and_then(unless_empty)),
        contact_email: fresh(&new.contact_email, |said| said.contact_email_lower.clone()),
        contact_phone: fresh(&new.contact_phone, phone_key),
        postal_code: fresh(&new.postal_code, |said| said.postal_code.as_deref().map(letters).and_then(unless_empty)),
        form_data: answers(known, new),
    };
    (!found.fields().is_empty()).then_some(found)
}

/// Keeps `duplicate`, which was stored as this lead's, as a correction where it brings anything, and tells those who hold
/// the lead. Whether it did. The caller holds the lead's lock.
pub fn correct(tx: &mut Tx, source: Actor, asked: &NicheFields, lead: LeadId, duplicate: LeadId) -> Result<bool> {
    // An erased lead is told nothing more.
    let (Some(original), Some(new)) = (store::said(tx, lead)?, store::said(tx, duplicate)?) else { return Ok(false) };
    let (number, corrected): (i64, Vec<Said>) = store::corrected(tx, lead)?;
    let replaced = store::replaced(tx, lead)?;
    // What nobody of them sees is no news to them.
    let shown = |said: Said| said.shown(asked);
    let (original, new) = (shown(original), shown(new));
    let mut corrected: Vec<Said> = corrected.into_iter().map(shown).collect();
    let replaced: Vec<Said> = replaced.into_iter().map(shown).collect();
    let known: Vec<&Said> = corrected.iter().chain(&replaced).chain([&original]).collect();
    let Some(correction) = news(&known, &new) else { return Ok(false) };
    let number = number + 1;
    store::keep_correction(tx, duplicate, lead, number)?;
    corrected.insert(0, new);
    corrected.truncate(usize::try_from(MAX_CORRECTIONS_PER_LEAD).unwrap_or(usize::MAX));
    let holders = assignments::reword(tx, lead, &search_text(asked, &original, &corrected))?;
    let entries: Vec<Entry> = holders
        .iter()
        .map(|holder| Entry {
            actor: source,
            action: Action::LeadCorrected,
            entity: Entity::Assignment(holder.assignment_id),
            details: Some(json!({ "lead_id": lead, "duplicate_id": duplicate, "fields": correction.fields() })),
        })
        .collect();
    audit::record_all(tx, &entries)?;
    if number <= MAX_CORRECTIONS_PER_LEAD {
        mails::corrected(tx, lead, number, &correction.fields(), &holders)?;
    }
    Ok(true)
}

/// The lead itself says something else than `before`: those who hold it find it by what it says now. The caller holds the
/// lead's lock.
pub fn reworded(tx: &mut Tx, asked: &NicheFields, lead: LeadId, before: Said) -> Result<()> {
    let Some(now) = store::said(tx, lead)? else { return Ok(()) };
    let (now, before) = (now.shown(asked), before.shown(asked));
    if news(&[&before], &now).is_some() || news(&[&now], &before).is_some() {
        let (_, corrected) = store::corrected(tx, lead)?;
        let corrected: Vec<Said> = corrected.into_iter().map(|said| said.shown(asked)).collect();
        assignments::reword(tx, lead, &search_text(asked, &now, &corrected))?;
    }
    Ok(())
}

/// What those who hold a corrected lead find it by; both as they are shown.
fn search_text(asked: &NicheFields, original: &Said, corrected: &[Said]) -> String {
    let searched: Vec<Searchable> = [original].into_iter().chain(corrected).map(searchable).collect();
    let need = original.form_data.as_ref().map_or_else(String::new, |json| Form::read(&json.0).asked(asked).need());
    assignments::search_text_of(&searched, &need)
}

/// Has those who hold the lead find it by what its niche shows of it now, where it was corrected.
pub(super) fn reword(tx: &mut Tx, asked: &NicheFields, lead: LeadId) -> Result<()> {
    let (number, corrected) = store::corrected(tx, lead)?;
    let Some(original) = store::said(tx, lead)?.filter(|_| number > 0) else { return Ok(()) };
    let corrected: Vec<Said> = corrected.into_iter().map(|said| said.shown(asked)).collect();
    assignments::reword_silently(tx, lead, &search_text(asked, &original.shown(asked), &corrected))
}

impl Said {
    /// The same as providers see it.
    #[must_use]
    pub fn shown(self, asked: &NicheFields) -> Self {
        let form_data = self.form_data.map(|json| Json(asked.shown(&json.0).into_owned()));
        Self { form_data, ..self }
    }
}

/// What the lead's own submission said; `None` where it is erased.
pub fn said(read: &mut Read, lead: LeadId) -> Result<Option<Said>> {
    store::said(read, lead)
}

/// What was said by leads of the person that this one replaced.
pub fn said_before(read: &mut Read, lead: LeadId) -> Result<Vec<Said>> {
    store::replaced(read, lead)
}

fn searchable(said: &Said) -> Searchable {
    let form = said.form_data.as_ref().map_or("", |json| json.0.as_str());
    Searchable {
        email: said.contact_email_lower.as_deref().map(email::searched).unwrap_or_default(),
        name: said.contact_name.clone().unwrap_or_default(),
        place: Form::read(form).place(said.postal_code.as_deref()),
        phone: phone::searched(said.contact_phone.as_deref().unwrap_or_default(), said.contact_phone_digits.as_deref()),
    }
}

fn unless_empty(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// Without regard to case and to how much white space there is.
fn folded(text: &str) -> String {
    text::fold(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn letters(text: &str) -> String {
    text::fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The number, or where it is none what was written.
fn phone_key(said: &Said) -> Option<String> {
    let digits = said.contact_phone_digits.clone().and_then(unless_empty);
    digits.or_else(|| said.contact_phone.as_deref().map(folded)).and_then(unless_empty)
}

/// A form's answers, in its order.
#[derive(Default)]
struct Answers(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Answers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Answers;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Answers, A::Error> {
                let mut all = Vec::new();
                while let Some(member) = map.next_entry()? {
                    all.push(member);
                }
                Ok(Answers(all))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

impl Serialize for Answers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl Answers {
    fn of(form_data: Option<&Json>) -> Self {
        form_data.and_then(|json| serde_json::from_str(&json.0).ok()).unwrap_or_default()
    }

    fn has(&self, key: &str, value: &RawValue) -> bool {
        let same =
            |other: &RawValue| other.get() == value.get() || (read(other).is_some() && read(other) == read(value));
        self.0.iter().any(|(own, other)| own == key && same(other))
    }

    fn kept(&self) -> Result<Json> {
        serde_json::to_string(self).map(Json).map_err(Error::internal)
    }
}

fn read(value: &RawValue) -> Option<serde_json::Value> {
    serde_json::from_str(value.get()).ok()
}

/// The answers that none of the known ones gave.
fn answers(known: &[&Said], new: &Said) -> Option<Json> {
    let mut own = Answers::of(new.form_data.as_ref());
    own.0.retain(|(_, value)| !matches!(value.get(), "null" | "\"\"" | "[]" | "{}"));
    if own.0.is_empty() {
        return None;
    }
    for said in known {
        let theirs = Answers::of(said.form_data.as_ref());
        own.0.retain(|(key, value)| !theirs.has(key, value));
    }
    if own.0.is_empty() { None } else { own.kept().ok() }
}

/// The older answers, with the newer in their places.
pub fn merged(older: Option<&Json>, newer: &Json) -> Result<Json> {
    let mut all = Answers::of(older);
    for (key, value) in Answers::of(Some(newer)).0 {
        match all.0.iter_mut().find(|(own, _)| *own == key) {
            Some((_, own)) => *own = value,
            None => all.0.push((key, value)),
        }
    }
    all.kept()
}

#[cfg(test)]
mod tests {
    use super::{Json, Said, merged, news};
    use crate::clock::Timestamp;

    fn said(email: &str, phone: &str, form: &str) -> Said {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Said {
            received_at: Timestamp::default(),
            contact_name: Some("Ann  Lee".to_owned()),
            contact_email: some(email),
            contact_phone: some(phone),
            contact_email_lower: some(&email.to_lowercase()),
            contact_phone_digits: some(&phone.chars().filter(char::is_ascii_digit).collect::<String>()),
            postal_code: Some("80211-1234".to_owned()),
            form_data: some(form).map(Json),
        }
    }

    #[test]
    fn another_spelling_is_no_news() {
        let first = said("Ann@x.com", "+1 650 253 0000", r#"{"a": 1, "b": [1, 2]}"#);
        let mut same = said("ann@X.com", "1 (650) 253-0000", r#"{"b":[1,2],"a":1,"c":"","d":null}"#);
        same.contact_name = Some("ANN LEE ".to_owned());
        same.postal_code = Some("８０２１１ 1234".to_owned());
        assert_eq!(news(&[&first], &same), None);
        let less = Said { contact_phone: None, contact_phone_digits: None, form_data: None, ..same };
        assert_eq!(news(&[&first], &less), None);
    }

    #[test]
    fn only_what_differs_from_everything_known_is_news() {
        let first = said("ann@x.com", "111", r#"{"a": 1, "z": "x"}"#);
        let second = said("ann@x.com", "222", r#"{"z": "x", "a": 2, "c": [true]}"#);
        let told = news(&[&first], &second).expect("news");
        assert_eq!((told.contact_phone.as_deref(), told.contact_email.as_deref()), (Some("222"), None));
        assert_eq!(told.form_data.as_ref().map(|json| json.0.as_str()), Some(r#"{"a":2,"c":[true]}"#));
        assert_eq!(news(&[&first, &second], &said("ann@x.com", "111", r#"{"a": 2}"#)), None);
    }

    #[test]
    fn newer_answers_take_the_places_of_older_ones() {
        let older = Json(r#"{"a": 1, "b": 2.50}"#.to_owned());
        let both = merged(Some(&older), &Json(r#"{"c": 3, "a": "x"}"#.to_owned())).expect("answers");
        assert_eq!(both.0, r#"{"a":"x","b":2.50,"c":3}"#);
    }
}
