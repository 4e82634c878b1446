//! By what a person is known again and found: made of what a lead holds, in one way. Leads that were kept by older rules get
//! theirs anew, once.

use std::time::Duration;

use serde_json::json;

use crate::assignments;
use crate::db::{Json, Read, Tx, row};
use crate::email;
use crate::error::Result;
use crate::id::LeadId;
use crate::installation;
use crate::need;
use crate::phone::Phone;
use crate::queue::{self, NewJob};

use super::{Submission, store};

/// The rules of now, as a number: with other rules it is another, and all keys are made anew at the next start.
const RULES: i64 = 3;
/// The job that makes the keys of later leads anew. Its payload is `{"after"}`, a lead's id.
pub(super) const RENEW: &str = "intake.renew_keys";
/// How long an older program may work on beside a new one.
const BESIDE: Duration = Duration::from_hours(1);
/// Leads in one unit.
const AT_ONCE: i64 = 500;

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
        let form = self.form_data.as_ref().map_or("", |json| json.0.as_str());
        let (place, need) = (need::place(form, self.postal_code.as_deref()), need::need(form));
        search_text(self.email().as_deref(), self.contact_name.as_deref(), [&place, &need], self.phone().as_ref())
    }

    fn email(&self) -> Option<String> {
        self.contact_email.as_deref().map(email::key)
    }

    fn phone(&self) -> Option<Phone> {
        self.contact_phone.as_deref().and_then(|text| Phone::read(text, &self.country).ok())
    }
}

impl Submission {
    pub(super) fn search_text(&self, place: &str) -> String {
        let form = self.form_data.as_ref().map_or("", |json| json.0.as_str());
        let shown = [place, &need::need(form)];
        search_text(self.email_key(), self.contact_name.as_deref(), shown, self.contact_phone.as_ref())
    }
}

/// `shown`: the place and the need that a row shows.
fn search_text(email_key: Option<&str>, name: Option<&str>, shown: [&str; 2], phone: Option<&Phone>) -> String {
    let (email, [place, need]) = (email_key.map(email::searched).unwrap_or_default(), shown);
    assignments::search_text(&email, name, place, need, &phone.map(Phone::searched).unwrap_or_default())
}

/// Leads that are not erased, after this one in the order of their ids; few at a time.
pub fn people(read: &mut Read, after: LeadId) -> Result<Vec<Person>> {
    store::people(read, after, AT_ONCE)
}

/// Whether the keys of leads may have been made by other rules than those of now.
pub fn are_old(read: &mut Read) -> Result<bool> {
    Ok(installation::key_rules(read)? < RULES)
}

/// All keys are made by the rules of now, `last` being the newest lead's. An older program may work beside this one for a
/// while yet, so those of later leads are made once more after that.
pub fn are_renewed(tx: &mut Tx, last: LeadId) -> Result<()> {
    installation::note_key_rules(tx, RULES)?;
    if last.0.is_nil() {
        return Ok(());
    }
    let job = NewJob { run_at: tx.now().plus(BESIDE), ..NewJob::now(RENEW, &json!({ "after": last }), tx) };
    queue::enqueue(tx, &job)
}

/// Makes the keys of the next leads anew; the last of them, `None` where there was none. Done again it changes nothing, so
/// that whoever is interrupted begins anew.
pub fn renew(tx: &mut Tx, after: LeadId) -> Result<Option<LeadId>> {
    let people = store::people_to_change(tx, after, AT_ONCE)?;
    for person in &people {
        let keys = person.keys();
        if (&keys.email, &keys.phone) != (&person.email_key, &person.phone_key) {
            store::set_keys(tx, person.id, &keys)?;
        }
        assignments::renew_search_text(tx, person.id, &person.search_text())?;
    }
    Ok(people.last().map(|person| person.id))
}
