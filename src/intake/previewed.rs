//! What would become of a submission, as whoever asks is shown it.

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::formats::Reading;
use super::{Flag, Source, Status, Submission};
use crate::db::{self, Read};
use crate::distribution::Match;
use crate::error::{At, Error, Invalid, Result};
use crate::id::{LeadId, ProviderId};
use crate::money::Money;

/// A submission as it was read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeadFields)]
pub struct Fields {
    pub contact_name: Option<String>,
    pub contact_email: Option<String>,
    pub contact_phone: Option<String>,
    pub postal_code: Option<String>,
    #[schema(value_type = Option<Object>)]
    pub form_data: Option<Box<RawValue>>,
    pub external_id: Option<String>,
    pub utm_source: Option<String>,
    pub utm_medium: Option<String>,
    pub utm_campaign: Option<String>,
    pub referrer_url: Option<String>,
    /// More about where the lead came from, under the names it was sent by
    #[schema(value_type = Option<Object>)]
    pub attribution: Option<Box<RawValue>>,
    #[schema(value_type = Option<serde_json::Value>, required = true)]
    pub consent: Option<Box<RawValue>>,
    pub is_test: bool,
    /// What was odd, but no reason to refuse it
    pub flags: Vec<Flag>,
}

/// One thing that is wrong with a submission.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeadFinding)]
pub struct Finding {
    /// A JSON pointer into the body
    pub pointer: String,
    pub code: &'static str,
    pub detail: String,
}

/// A provider that would get the lead.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeadMatch)]
pub struct ShownMatch {
    pub provider_id: ProviderId,
    pub level: String,
    pub price: Money,
}

/// What would become of a submission.
#[derive(Debug, Serialize, ToSchema)]
pub struct Preview {
    pub fields: Fields,
    /// If there are any, the lead would be refused
    pub errors: Vec<Finding>,
    pub duplicate_of: Option<LeadId>,
    /// null if the lead would be refused
    pub status: Option<Status>,
    pub matches: Vec<ShownMatch>,
    /// The currency of the prices
    pub currency: String,
}

impl Preview {
    /// What would become of it now. Changes nothing.
    pub fn of(read: &mut Read, source: &Source, reading: &Reading, currency: &str) -> Result<Self> {
        let Reading { submission, errors } = reading;
        let fields = Fields::of(submission)?;
        let outlook = if errors.is_empty() { Some(super::preview(read, source, submission)?) } else { None };
        let status = outlook.as_ref().map(|outlook| outlook.status);
        let duplicate_of = outlook.as_ref().and_then(|outlook| outlook.duplicate_of);
        let matches = outlook.map(|outlook| outlook.matches).unwrap_or_default().into_iter();
        let shown = |m: Match| ShownMatch { provider_id: m.provider, level: m.level, price: m.price };
        let errors = errors.iter().cloned().map(Finding::from).collect();
        Ok(Self {
            fields,
            errors,
            duplicate_of,
            status,
            matches: matches.map(shown).collect(),
            currency: currency.to_owned(),
        })
    }
}

impl From<Invalid> for Finding {
    fn from(invalid: Invalid) -> Self {
        let (At::Pointer(place) | At::Parameter(place)) = invalid.at;
        Self { pointer: place.into_owned(), code: invalid.code, detail: invalid.detail.into_owned() }
    }
}

impl Fields {
    fn of(read: &Submission) -> Result<Self> {
        let raw = |json: &db::Json| RawValue::from_string(json.0.clone()).map_err(Error::internal);
        Ok(Self {
            contact_name: read.contact_name.clone(),
            contact_email: read.contact_email.as_ref().map(|email| email.address.clone()),
            contact_phone: read.contact_phone.as_ref().map(|phone| phone.shown.clone()),
            postal_code: read.postal_code.clone(),
            form_data: read.form_data.as_ref().map(raw).transpose()?,
            external_id: read.external_id.clone(),
            utm_source: read.utm_source.clone(),
            utm_medium: read.utm_medium.clone(),
            utm_campaign: read.utm_campaign.clone(),
            referrer_url: read.referrer_url.clone(),
            attribution: read.attribution.as_ref().map(raw).transpose()?,
            consent: read.consent.as_ref().map(raw).transpose()?,
            is_test: read.is_test,
            flags: read.flags.each().collect(),
        })
    }
}
