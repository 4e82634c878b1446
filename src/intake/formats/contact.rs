//! Who is asking: name, e-mail, phone and postal code, wherever in a submission they stand.

use super::names::{self, Common, common};
use super::texts::{self, POSTAL_CODE};
use crate::email::{self, Email};
use crate::error::Invalid;
use crate::http::json::Value;
use crate::intake::{Flag, Flags, Submission};
use crate::phone::{Phone, Unusable};

/// Deeper than this nobody writes a contact.
const DEPTH: usize = 4;
/// More fields of one kind than these, or more texts in one of them, are not looked at.
const MAX_CANDIDATES_PER_KIND: usize = 20;
/// Objects that name somebody else than whoever asks.
const OTHERS: &[&str] =
    &["agent", "agency", "business", "dealer", "owner", "page", "provider", "recipient", "site", "vendor"];
/// How an object names a question, and what was answered to it.
const QUESTION: &[&str] = &["name", "key", "label", "field", "question", "title", "ref", "id"];
const ANSWER: &[&str] = &["value", "values", "answer", "text"];
/// And how an object in a field of a known name says what it is.
const VALUE: &[&str] = &["value", "address", "number", "code", "raw", "e164"];

/// A value that may be part of a contact.
#[derive(Clone, Copy)]
pub struct Candidate<'v> {
    pub of: Common,
    /// The smaller, the sooner it is taken.
    pub rank: usize,
    pub value: &'v Value,
    /// Where it stands among the fields; `None` for one that stays where it is.
    pub place: Option<usize>,
}

/// What was found, and which fields say nothing beyond it.
#[derive(Default)]
pub struct Contact {
    pub name: Option<String>,
    pub email: Option<Email>,
    pub phone: Option<Phone>,
    pub postal_code: Option<String>,
    pub used: Vec<usize>,
    /// What was given for an e-mail address or a phone number and is none, as findings about the first of each.
    wrong: Vec<(Common, Option<Unusable>)>,
}

impl Contact {
    /// Takes of each what can be read, the best known names first.
    pub fn find(mut candidates: Vec<Candidate<'_>>, country: &str, flags: &mut Flags) -> Self {
        candidates.sort_by_key(|candidate| candidate.rank);
        let mut contact = Self::default();
        contact.find_email(&candidates, flags);
        contact.find_phone(&candidates, country, flags);
        contact.find_name(&candidates, flags);
        contact.find_postal_code(&candidates, flags);
        contact
    }

    pub fn is_reachable(&self) -> bool {
        self.email.is_some() || self.phone.is_some()
    }

    /// What is wrong with a submission that names nobody to reach: what was given and is none, else that nothing was.
    pub fn findings(&self, email: &'static str, phone: &'static str) -> Vec<Invalid> {
        let finding = |(of, why): &(Common, Option<Unusable>)| match (of, why) {
            (Common::Phone, Some(why)) => {
                let (code, detail) = why.explain();
                Invalid::field(phone, code, format!("{phone}: {detail}"))
            }
            _ => Invalid::field(
                email,
                "invalid_email",
                format!("{email} must be an e-mail address, as in ann@example.com"),
            ),
        };
        match self.wrong.as_slice() {
            [] => vec![Invalid::field(email, "required", "an e-mail address or a phone number is required")],
            wrong => wrong.iter().map(finding).collect(),
        }
    }

    pub fn into_submission(self) -> Submission {
        Submission {
            contact_name: self.name,
            contact_email: self.email,
            contact_phone: self.phone,
            postal_code: self.postal_code,
            ..Submission::default()
        }
    }

    fn find_email(&mut self, candidates: &[Candidate<'_>], flags: &mut Flags) {
        let given: Vec<_> =
            of(candidates, Common::Email).filter(|given| texts::each(given.value).next().is_some()).collect();
        for given in &given {
            let read = |text: &str| email::parse_any(text.strip_prefix("mailto:").unwrap_or(text));
            if let Some(email) = texts::each(given.value).find_map(read) {
                self.email = Some(email);
                return self.take(given, flags);
            }
            // What else is said there is kept among the answers.
            if let Some(email) = texts::each(given.value).take(MAX_CANDIDATES_PER_KIND).find_map(email::first_in) {
                self.email = Some(email);
                return;
            }
            if given.rank == 0 {
                flags.raise(Flag::EmailUnreadable);
            }
        }
        if !given.is_empty() {
            flags.raise(Flag::EmailUnreadable);
            self.wrong.push((Common::Email, None));
        }
    }

    fn find_phone(&mut self, candidates: &[Candidate<'_>], country: &str, flags: &mut Flags) {
        let mut second = None;
        let mut why = None;
        for given in of(candidates, Common::Phone) {
            for text in texts::each(given.value).take(MAX_CANDIDATES_PER_KIND) {
                match Phone::read(&texts::clean(text), country) {
                    Ok(phone) if phone.reaches => {
                        self.phone = Some(phone);
                        return self.take(&given, flags);
                    }
                    Ok(phone) => drop(second.get_or_insert((phone, given))),
                    Err(unusable) => drop(why.get_or_insert(unusable)),
                }
            }
        }
        match (second, why) {
            (Some((phone, given)), _) => {
                self.phone = Some(phone);
                self.take(&given, flags);
            }
            (None, Some(why)) => {
                flags.raise(Flag::PhoneUnreadable);
                self.wrong.push((Common::Phone, Some(why)));
            }
            (None, None) => {}
        }
    }

    fn find_name(&mut self, candidates: &[Candidate<'_>], flags: &mut Flags) {
        let first = |kind: Common| {
            of(candidates, kind)
                .find_map(|given| Some((given, whole_name(given.value).filter(|name| !name.is_empty())?)))
        };
        let (full, given, family) = (first(Common::Name), first(Common::FirstName), first(Common::LastName));
        let parts = match (full, given, family) {
            // `name` and `last_name`, as some forms have them.
            (Some(full), None, Some(family)) if !full.1.ends_with(&family.1) => vec![full, family],
            (Some(full), ..) => vec![full],
            (None, given, family) => given.into_iter().chain(family).collect(),
        };
        let joined = parts.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" ");
        self.name = texts::name(&joined, flags);
        if self.name.is_some() {
            for (given, _) in &parts {
                self.take(given, flags);
            }
        }
    }

    fn find_postal_code(&mut self, candidates: &[Candidate<'_>], flags: &mut Flags) {
        let mut unreadable = false;
        for given in of(candidates, Common::PostalCode) {
            for text in texts::each(given.value) {
                let code = texts::clean(text);
                let code = crate::text::trim(&code);
                if (1..=POSTAL_CODE).contains(&code.chars().count()) {
                    self.postal_code = Some(code.to_owned());
                    return self.take(&given, flags);
                }
                // What else is said there is kept among the answers.
                if let Some(within) = texts::code_in(code) {
                    self.postal_code = Some(within);
                    return;
                }
                unreadable = true;
            }
        }
        if unreadable {
            flags.raise(Flag::PostalCodeUnreadable);
        }
    }

    /// A field that says no more than what was taken from it is used up; another is kept among the answers too.
    fn take(&mut self, given: &Candidate<'_>, flags: &mut Flags) {
        if matches!(given.value, Value::Array(items) if items.len() > 1) {
            flags.raise(Flag::FieldRepeated);
        } else if let Some(place) = given.place {
            self.used.push(place);
        }
    }
}

fn of<'c, 'v>(candidates: &'c [Candidate<'v>], kind: Common) -> impl Iterator<Item = Candidate<'v>> + 'c {
    candidates.iter().copied().filter(move |candidate| candidate.of == kind).take(MAX_CANDIDATES_PER_KIND)
}

/// `Ann Lee`, also out of `{"first": "Ann", "last": "Lee"}`.
fn whole_name(value: &Value) -> Option<String> {
    let Value::Object(members) = value else { return texts::each(value).next().map(str::to_owned) };
    let part = |names: &[&str]| {
        let found = members.iter().find(|(key, _)| names.contains(&crate::attribution::plain(key).as_str()));
        found.and_then(|(_, value)| texts::one(value))
    };
    let full = part(&["full", "fullname", "name", "displayname"]).map(str::to_owned);
    let both =
        [part(&["first", "firstname", "given", "givenname"]), part(&["last", "lastname", "family", "familyname"])];
    full.or_else(|| Some(both.into_iter().flatten().collect::<Vec<_>>().join(" ")))
}

/// What may be part of a contact inside the field, however deep.
pub fn inside<'v>(name: &str, value: &'v Value, found: &mut Vec<Candidate<'v>>) {
    if !OTHERS.contains(&name.to_lowercase().as_str()) {
        walk(name, value, 0, found);
    }
}

fn walk<'v>(name: &str, value: &'v Value, depth: usize, found: &mut Vec<Candidate<'v>>) {
    if depth > DEPTH {
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(name, item, depth + 1, found)),
        Value::Object(members) => {
            found.extend(pair(members));
            found.extend(inner(name, members));
            let named: Vec<_> = members.iter().filter_map(|(key, value)| candidate(key, value)).collect();
            // What has a name and no address is a roof or a campaign, not a person.
            let is_person = named.iter().any(|named| matches!(named.of, Common::Email | Common::Phone));
            found.extend(named.into_iter().filter(|named| is_person || named.of != Common::Name));
            for (key, value) in members {
                if !OTHERS.contains(&key.to_lowercase().as_str()) {
                    walk(key, value, depth + 1, found);
                }
            }
        }
        _ => {}
    }
}

fn candidate<'v>(name: &str, value: &'v Value) -> Option<Candidate<'v>> {
    common(name).map(|(of, rank)| Candidate { of, rank, value, place: None })
}

/// The answer to a question that asks for an address or a number, where it is one.
pub fn answered<'v>(question: &str, value: &'v Value, country: &str) -> Option<Candidate<'v>> {
    let text = texts::one(value)?;
    let of = names::asked(question)?;
    let is_one = |of| match of {
        Common::Email => email::parse_any(text).is_some(),
        _ => Phone::read(&texts::clean(text), country).is_ok_and(|phone| phone.key.is_some()),
    };
    // Who is asked for one or the other may give either.
    let of = [of, Common::Email, Common::Phone].into_iter().find(|of| is_one(*of))?;
    Some(Candidate { of, rank: 0, value, place: None })
}

/// `"emails": [{"type": "home", "value": "ann@example.com"}]`: what stands in a field of that name.
fn inner<'v>(name: &str, members: &'v [(String, Value)]) -> Option<Candidate<'v>> {
    let (of, rank) = common(name).filter(|(of, _)| matches!(of, Common::Email | Common::Phone | Common::PostalCode))?;
    let (_, value) = members.iter().find(|(key, _)| VALUE.contains(&key.to_lowercase().as_str()))?;
    Some(Candidate { of, rank, value, place: None })
}

/// `{"name": "email", "values": ["ann@example.com"]}`: a question and its answer.
fn pair(members: &[(String, Value)]) -> Option<Candidate<'_>> {
    let of = |names: &[&str]| {
        let member = members.iter().find(|(key, _)| names.contains(&key.to_lowercase().as_str()));
        member.map(|(_, value)| value)
    };
    let answer = of(ANSWER)?;
    candidate(of(QUESTION)?.as_str()?, answer)
}
