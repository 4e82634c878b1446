//! The answers of a lead against what its niche asks, whatever format it came in.

use super::names::{self, Common};
use super::reading::Reading;
use crate::db::Json;
use crate::error::Invalid;
use crate::fields::{Field, Finding, NicheFields};
use crate::intake::{Flag, Source};

/// Reads the answers as the niche's fields mean them. What breaks them is kept and flagged, or where the source is strict what
/// the post is refused for.
pub fn answer(source: &Source, reading: &mut Reading) {
    if source.fields.is_empty() {
        return;
    }
    let submission = &mut reading.submission;
    let sent = submission.form_data.as_ref().map_or("{}", |json| json.0.as_str());
    let known = Known {
        email: submission.contact_email.as_ref().map(|email| email.address.as_str()),
        phone: submission.contact_phone.as_ref().map(|phone| phone.shown.as_str()),
        name: submission.contact_name.as_deref(),
        postal_code: submission.postal_code.as_deref(),
    };
    let read = source.fields.read(sent, &source.country, |field| known.has(field));
    if submission.form_data.is_some() {
        submission.form_data = Some(Json(read.form_data));
    }
    for finding in read.findings {
        if source.strict {
            let place = format!("form_data/{}", finding.name);
            reading.errors.push(Invalid::field(&place, finding.code, finding.detail));
        } else {
            submission.flags.raise(if finding.is_missing() { Flag::FieldMissing } else { Flag::FieldInvalid });
        }
    }
}

/// What is known of a person.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub name: Option<&'a str>,
    pub postal_code: Option<&'a str>,
}

impl Known<'_> {
    /// Whether what the field asks is: under a name that everybody has for a part of the contact it was taken for that.
    fn has(self, field: &Field) -> bool {
        names::common(&field.name).is_some_and(|(of, _)| match of {
            Common::Email => self.email.is_some(),
            Common::Phone => self.phone.is_some(),
            Common::Name | Common::FirstName | Common::LastName => self.name.is_some(),
            Common::PostalCode => self.postal_code.is_some(),
        })
    }
}

/// What of a lead's answers breaks what its niche asks now.
pub fn findings(asked: &NicheFields, form_data: &str, country: &str, known: Known<'_>) -> Vec<Finding> {
    if asked.is_empty() { Vec::new() } else { asked.read(form_data, country, |field| known.has(field)).findings }
}
