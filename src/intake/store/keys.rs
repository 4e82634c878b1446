//! The keys by which a person is known again, as they are kept.

use crate::db::{Json, Read, Tx, params, row};
use crate::email;
use crate::error::Result;
use crate::id::LeadId;
use crate::intake::submission::search_text;
use crate::need::Form;
use crate::phone::Phone;

row! {
    /// What keys are made of.
    #[derive(Debug, Clone)]
    pub struct Person {
        pub id: LeadId,
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

    /// What a provider's search looks through.
    pub fn search_text(&self) -> String {
        let form = Form::read(self.form_data.as_ref().map_or("", |json| json.0.as_str()));
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
    "SELECT l.id, l.contact_name, l.contact_email, l.contact_phone, l.postal_code, l.form_data, s.country,
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
