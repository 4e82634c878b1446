//! The keys by which a person is known again, as they are kept.

use std::collections::{HashMap, HashSet};

use crate::db::{Json, Read, Tx, params, row};
use crate::email;
use crate::error::Result;
use crate::fields::NicheFields;
use crate::id::{LeadId, NicheId};
use crate::intake::submission::search_text;
use crate::need::Form;
use crate::phone::Phone;

row! {
    /// What keys are made of.
    #[derive(Debug, Clone)]
    pub struct Person {
        pub id: LeadId,
        pub niche_id: NicheId,
        pub contact_name: Option<String>,
        pub contact_email: Option<String>,
        pub contact_phone: Option<String>,
        pub postal_code: Option<String>,
        pub form_data: Option<Json>,
        /// Where a phone number without a country code is from.
        pub country: String,
        /// As they are kept.
        pub email_key: Option<String>,
        pub phone_key: Option<String>,
    }
}

/// What makes two addresses, and two numbers, the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    pub email: Option<String>,
    pub phone: Option<String>,
}

impl Person {
    pub fn keys(&self) -> Keys {
        Keys { email: self.email(), phone: self.phone().and_then(|phone| phone.key) }
    }

    /// What a provider's search looks through. `asked`: what the niches ask.
    pub fn search_text(&self, asked: &HashMap<NicheId, NicheFields>) -> String {
        let asked = asked.get(&self.niche_id).cloned().unwrap_or_default();
        let shown = asked.shown(self.form_data.as_ref().map_or("", |json| json.0.as_str()));
        let form = Form::read(&shown).asked(&asked);
        let (place, need) = (form.place(self.postal_code.as_deref()), form.need());
        search_text(self.email().as_deref(), self.contact_name.as_deref(), [&place, &need], self.phone().as_ref())
    }

    fn email(&self) -> Option<String> {
        self.contact_email.as_deref().map(email::key)
    }

    fn phone(&self) -> Option<Phone> {
        self.contact_phone.as_deref().and_then(|text| Phone::read(text, &self.country).ok())
    }
}

const PEOPLE: &str =
    "SELECT l.id, l.niche_id, l.contact_name, l.contact_email, l.contact_phone, l.postal_code, l.form_data, s.country,
            l.contact_email_lower AS email_key, l.contact_phone_digits AS phone_key
       FROM leads AS l JOIN sources AS s ON s.id = l.source_id
      WHERE l.id > $1 AND l.erased_at IS NULL ORDER BY l.id LIMIT $2";

pub fn people(read: &mut Read, after: LeadId, limit: i64) -> Result<Vec<Person>> {
    read.all(PEOPLE, params![after, limit])
}

/// The same; none of them is erased until this unit ends.
pub fn people_to_change(tx: &mut Tx, after: LeadId, limit: i64) -> Result<Vec<Person>> {
    let held = tx.held("l");
    tx.all(&format!("{PEOPLE}{held}"), params![after, limit])
}

pub fn set_keys(tx: &mut Tx, lead: LeadId, keys: &Keys) -> Result<()> {
    tx.execute_later(
        "UPDATE leads SET contact_email_lower = $2, contact_phone_digits = $3 WHERE id = $1",
        params![lead, keys.email, keys.phone],
    )
}

/// Those of the leads between that were corrected.
pub fn corrected_between(read: &mut Read, after: LeadId, last: LeadId) -> Result<HashSet<LeadId>> {
    let found: Vec<(LeadId,)> = read.all(
        "SELECT DISTINCT duplicate_of FROM leads
          WHERE duplicate_of > $1 AND duplicate_of <= $2 AND correction IS NOT NULL",
        params![after, last],
    )?;
    Ok(found.into_iter().map(|(lead,)| lead).collect())
}
