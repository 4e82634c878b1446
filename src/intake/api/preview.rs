//! `…/preview`: what would become of a lead, and nothing is stored.

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::cors::Cors;
use super::sender::CurrentSource;
use crate::app::App;
use crate::db;
use crate::distribution::Match;
use crate::error::{At, Error, Invalid, Result};
use crate::http::{Json, Problem, Problems, RawBody};
use crate::id::{LeadId, ProviderId};
use crate::intake::formats::{Incoming, Posted, Reading};
use crate::intake::shapes::{LeadForm, LeadShape};
use crate::intake::{self, Flag, Outlook, Source, Status, Submission};
use crate::money::Money;

/// A submission as it was read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeadFields)]
struct Fields {
    contact_name: Option<String>,
    contact_email: Option<String>,
    contact_phone: Option<String>,
    postal_code: Option<String>,
    #[schema(value_type = Option<Object>)]
    form_data: Option<Box<RawValue>>,
    external_id: Option<String>,
    utm_source: Option<String>,
    utm_medium: Option<String>,
    utm_campaign: Option<String>,
    referrer_url: Option<String>,
    /// More about where the lead came from, under the names it was sent by
    #[schema(value_type = Option<Object>)]
    attribution: Option<Box<RawValue>>,
    #[schema(value_type = Option<serde_json::Value>, required = true)]
    consent: Option<Box<RawValue>>,
    is_test: bool,
    /// What was odd, but no reason to refuse it
    flags: Vec<Flag>,
}

/// One thing that is wrong with a submission.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeadFinding)]
struct Finding {
    /// A JSON pointer into the body
    pointer: String,
    code: &'static str,
    detail: String,
}

/// A provider that would get the lead.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeadMatch)]
struct ShownMatch {
    provider_id: ProviderId,
    level: String,
    price: Money,
}

/// What would become of a submission.
#[derive(Debug, Serialize, ToSchema)]
struct Preview {
    fields: Fields,
    /// If there are any, the lead would be refused
    errors: Vec<Finding>,
    duplicate_of: Option<LeadId>,
    /// null if the lead would be refused
    status: Option<Status>,
    matches: Vec<ShownMatch>,
    /// The currency of the prices
    currency: String,
}

/// See what would become of a lead
///
/// Read and matched like a lead that is sent, and nothing is stored.
#[utoipa::path(post, path = "/api/v1/intake/{source_key}/preview", tag = "intake",
    params(("source_key" = String, Path, description = "The source's key")),
    request_body(content((LeadShape = "application/json"), (LeadForm = "application/x-www-form-urlencoded"),
        (LeadForm = "multipart/form-data"))),
    responses((status = 200, body = Preview), Problems))]
pub(super) async fn preview(
    app: App,
    cors: Cors,
    source: std::result::Result<CurrentSource, Problem>,
    request: Request,
) -> Response {
    let previewed = async {
        let CurrentSource { source, query } = source?;
        let body = RawBody::from_request(request, &app).await?;
        preview_of(&app, source, query, body).await
    };
    cors.allow(previewed.await.into_response())
}

async fn preview_of(
    app: &App,
    source: Arc<Source>,
    query: String,
    body: RawBody,
) -> std::result::Result<Response, Problem> {
    let platform = source.format.platform();
    platform.check_sender(&source, &body)?;
    let posted = Posted::of(platform.takes(), &body.content_type, &body.bytes).await?;
    posted.check_sender(&source)?;
    // Of several in one post the first.
    let first = posted.read(&source, &query)?.into_iter().next();
    let Some(Reading { submission, errors }) = first.and_then(Incoming::lead) else {
        let detail = "the post holds no lead, only where leads wait: they are fetched when it is sent";
        return Err(Error::Invalid(vec![Invalid::field("entry", "no_lead", detail)]).into());
    };
    let fields = Fields::of(&submission)?;
    let outlook = if errors.is_empty() {
        Some(app.db.read(move |read| intake::preview(read, &source, &submission)).await?)
    } else {
        None
    };
    Ok(Json(Preview::of(fields, errors, outlook, app.config.currency.clone())).into_response())
}

impl Preview {
    fn of(fields: Fields, errors: Vec<Invalid>, outlook: Option<Outlook>, currency: String) -> Self {
        let status = outlook.as_ref().map(|outlook| outlook.status);
        let duplicate_of = outlook.as_ref().and_then(|outlook| outlook.duplicate_of);
        let matches = outlook.map(|outlook| outlook.matches).unwrap_or_default().into_iter();
        let shown = |m: Match| ShownMatch { provider_id: m.provider, level: m.level, price: m.price };
        let errors = errors.into_iter().map(Finding::from).collect();
        Self { fields, errors, duplicate_of, status, matches: matches.map(shown).collect(), currency }
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
