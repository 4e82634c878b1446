//! How the posts of each platform are read: a [`Platform`] each, in a file of its own, and a line in [`Format::platform`].
//! Whatever names somebody who can be reached is taken; what was odd about it is flagged.

mod adf;
mod answers;
mod asked;
mod beside;
mod body;
mod contact;
mod fit;
mod form;
mod google_ads;
mod json;
mod mapping;
mod meta;
mod names;
mod notice;
mod platform;
mod questions;
mod reading;
mod sender;
mod sheet;
mod texts;
mod typeform;

use crate::db::Json;
use crate::error::Result;
use crate::http::json::Value;

use super::{Format, Source, Submission};

pub use asked::{Known, findings};
pub use beside::{Beside, Giveaway, OPENED, REDIRECT};
pub use body::{Posted, as_text};
pub use mapping::{Mapping, Preset, presets};
pub use meta::fetched;
pub use notice::Notice;
pub use platform::{Incoming, Platform, Sent, Takes};
pub use reading::Reading;
pub use sender::is_same;
pub use sheet::{Row, Sheet, key as column_key, table as column_table};

impl Format {
    /// A new one has its line here.
    pub fn platform(self) -> &'static dyn Platform {
        match self {
            Self::Json => &json::Own,
            Self::GoogleAds => &google_ads::GoogleAds,
            Self::Meta => &meta::Meta,
            Self::Adf => &adf::Adf,
            Self::Typeform => &typeform::Typeform,
            Self::Mapping => &mapping::Mapped,
        }
    }
}

/// Reads a post in the source's format, whoever sent it. `Err` where it is no post of its platform.
pub fn read(source: &Source, sent: Sent) -> Result<Vec<Incoming>> {
    read_by(source.format.platform(), source, sent)
}

/// Reads it in our own format, whatever the source's is.
pub fn read_own(source: &Source, sent: Sent) -> Result<Vec<Incoming>> {
    read_by(&json::Own, source, sent)
}

fn read_by(platform: &dyn Platform, source: &Source, sent: Sent) -> Result<Vec<Incoming>> {
    let mut incoming = platform.read(source, sent)?;
    for one in &mut incoming {
        if let Incoming::Lead(reading) = one {
            keep_rest(&mut reading.submission);
            asked::answer(source, reading);
        }
    }
    Ok(incoming)
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
