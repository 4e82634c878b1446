//! A lead as it was sent: read, checked, and what it is offered by.

use std::sync::OnceLock;

use super::flags::Flags;
use super::store::Source;
use crate::assignments;
use crate::catalog::postal::Code;
use crate::db::Json;
use crate::email;
use crate::need::Form;
use crate::phone::Phone;

/// One lead as its sender sent it, read and checked.
#[derive(Debug, Clone, Default)]
pub struct Submission {
    pub contact_name: Option<String>,
    pub contact_email: Option<email::Email>,
    pub contact_phone: Option<Phone>,
    pub postal_code: Option<String>,
    pub form_data: Option<Json>,
    /// The sender's own id of the lead, unique in its source.
    pub external_id: Option<String>,
    pub utm_source: Option<String>,
    pub utm_medium: Option<String>,
    pub utm_campaign: Option<String>,
    pub referrer_url: Option<String>,
    /// Where the lead came from beyond the fields above, under the names it was sent by.
    pub attribution: Option<Json>,
    pub consent: Option<Json>,
    pub is_test: bool,
    pub flags: Flags,
    /// The body as it came, and its media type.
    pub raw_payload: String,
    /// The bytes of the body where that text is not exactly what came.
    pub raw_bytes: Option<Vec<u8>>,
    pub raw_content_type: String,
    /// What it is offered by, once that is worked out.
    pub offer: OnceLock<Offer>,
}

/// What providers are chosen by, and what they may be told: all of it follows from the submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Where the lead is, as people of the source's country write it.
    pub postal_code: Option<Code>,
    /// See [`crate::assignments::search_text`].
    pub search_text: String,
    /// See [`Form::anonymous_need`] and [`Form::place`].
    pub need: String,
    pub place: String,
}

impl Submission {
    pub(super) fn email_key(&self) -> Option<&str> {
        self.contact_email.as_ref().map(|email| email.key.as_str())
    }

    /// Where the lead is, as people of the source's country write it.
    pub(super) fn code(&self, source: &Source) -> Option<Code> {
        Code::read(self.postal_code.as_deref()?, &source.country)
    }

    /// As [`Self::email_key`], where the address tells people apart: many make up one that leads nowhere.
    pub(super) fn telling_email_key(&self) -> Option<&str> {
        self.email_key().filter(|key| !email::is_nowhere(key))
    }

    /// Worked out once.
    pub(super) fn offer(&self, source: &Source) -> &Offer {
        self.offer.get_or_init(|| {
            let shown = source.fields.shown(self.form_data.as_ref().map_or("", |json| json.0.as_str()));
            let form = Form::read(&shown).asked(&source.fields);
            let place = form.place(self.postal_code.as_deref());
            let (name, phone) = (self.contact_name.as_deref(), self.contact_phone.as_ref());
            Offer {
                postal_code: self.code(source),
                search_text: search_text(self.email_key(), name, [&place, &form.need()], phone),
                need: form.anonymous_need(name),
                place,
            }
        })
    }

    /// By what the person is known: the keys of e-mail and phone.
    pub(super) fn keys(&self) -> (Option<&str>, Option<&str>) {
        (self.email_key(), self.phone_key())
    }

    pub(super) fn phone_key(&self) -> Option<&str> {
        self.contact_phone.as_ref().and_then(|phone| phone.key.as_deref())
    }

    /// Whether a mail or a call may reach the person.
    pub(super) fn reaches_somebody(&self) -> bool {
        self.contact_email.as_ref().is_some_and(|email| !email::is_nowhere(&email.address))
            || self.contact_phone.as_ref().is_some_and(|phone| phone.reaches)
    }
}

/// `shown`: the place and the need that a row shows.
pub(super) fn search_text(
    email_key: Option<&str>,
    name: Option<&str>,
    shown: [&str; 2],
    phone: Option<&Phone>,
) -> String {
    let (email, [place, need]) = (email_key.map(email::searched).unwrap_or_default(), shown);
    assignments::search_text(&email, name, place, need, &phone.map(Phone::searched).unwrap_or_default())
}
