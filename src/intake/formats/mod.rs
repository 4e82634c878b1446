//! How the bodies of each format are read: pure functions from a body to a [`Reading`]. Whatever names somebody who can be
//! reached is taken; what was odd about it is flagged.

mod answers;
mod body;
mod contact;
mod fit;
mod form;
mod google_ads;
mod json;
mod names;
mod reading;
mod texts;

use crate::db::Json;
use crate::error::{Error, Result};
use crate::http::json::Value;

use super::{Format, Source, Submission};

pub use body::Posted;
pub use reading::Reading;

/// A body by its media type, parsed as that.
#[derive(Debug, Clone)]
pub enum Sent {
    Json(Value),
    /// A form post: its fields in their order.
    Form(Vec<(String, String)>),
}

impl Format {
    /// Whether its senders may post plain forms too.
    pub fn takes_forms(self) -> bool {
        matches!(self, Self::Json)
    }
}

/// Reads a body in the source's format. `Err` where it is not from the sender it claims to be from, or is no object.
pub fn read(source: &Source, sent: Sent) -> Result<Reading> {
    let mut reading = match (source.format, sent) {
        (Format::Json, Sent::Json(body)) => json::read(source, body),
        (Format::Json, Sent::Form(fields)) => json::read(source, form::of_form(fields)?),
        (Format::GoogleAds, Sent::Json(body)) => google_ads::read(source, body),
        (Format::GoogleAds, Sent::Form(_)) => Err(Error::internal("a form post for a format that takes none")),
    }?;
    keep_rest(&mut reading.submission);
    Ok(reading)
}

/// What stood beside the first number of the phone's field (a second one, when to call) is kept among the answers.
fn keep_rest(submission: &mut Submission) {
    let Some(text) = submission.contact_phone.as_ref().and_then(|phone| phone.rest.as_deref()) else { return };
    let text = Value::String(text.to_owned()).to_text();
    let form = submission.form_data.as_ref().map_or("{}", |json| json.0.as_str());
    if form.contains(&text) {
        return;
    }
    let Some(members) = form.trim_end().strip_suffix('}').map(str::trim_end) else { return };
    let comma = if members.ends_with('{') { "" } else { "," };
    let name = if form.contains("\"contact_phone\"") { "contact_phone (2)" } else { "contact_phone" };
    submission.form_data = Some(Json(format!("{members}{comma}\"{name}\":{text}}}")));
}

#[cfg(test)]
mod tests;
