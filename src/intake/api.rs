//! The doors that leads come in by: `/api/v1/intake/{source_key}`. The key is the sender's identity.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Serialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::formats::{Posted, Reading, Sent};
use super::shapes::{Acknowledged, LeadForm, LeadReceipt, LeadShape, Receipt};
use super::{Flag, Format, Outlook, Source, Status, Submission};
use crate::app::App;
use crate::db::{self, Unit};
use crate::distribution::Match;
use crate::error::{At, Error, Invalid, Result};
use crate::http::input::Text;
use crate::http::{Json, Path, Problem, Problems, RawBody};
use crate::id::{Id, LeadId, ProviderId};
use crate::intake;
use crate::money::Money;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(receive))
        .routes(routes!(preview))
        // As some senders write every address.
        .route("/api/v1/intake/{source_key}/", post(receive))
        .route("/api/v1/intake/{source_key}//", post(receive))
        .route("/api/v1/intake/{source_key}/preview/", post(preview))
        .merge(super::admin::routes())
}

/// Whoever knows the key in the path, and what stands behind it. A key that is none counts against its caller's address.
struct CurrentSource {
    source: Arc<Source>,
    /// Also where it was put without a question mark.
    query: String,
}

impl FromRequestParts<App> for CurrentSource {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> std::result::Result<Self, Problem> {
        let Path(Text(key)) = Path::<Text>::from_request_parts(parts, app).await?;
        let (key, behind) = key.split_once('&').unwrap_or((&key, ""));
        let query = format!("{behind}&{}", parts.uri.query().unwrap_or_default());
        // As it is copied with the blank beside it.
        match by_key(app, key.trim().to_owned()).await {
            Ok(source) => {
                app.limits.sender(parts, source.id.uuid()).await?;
                Ok(Self { source, query })
            }
            Err(refused @ Error::NotFound(_)) => {
                app.limits.stranger(parts).await?;
                Err(refused.into())
            }
            Err(failed) => Err(failed.into()),
        }
    }
}

/// The source of the key, remembered for a moment like any identity.
async fn by_key(app: &App, key: String) -> Result<Arc<Source>> {
    let hash = Sha256::new().chain_update("source\0").chain_update(&key).finalize().into();
    if let Some(source) = app.identities.get::<Source>(&hash) {
        return Ok(source);
    }
    let asked = app.identities.epoch();
    let source = Arc::new(app.db.read(move |read| intake::source_by_key(read, &key)).await?);
    app.identities.put(asked, hash, source.clone());
    Ok(source)
}

/// Send a lead
///
/// The source's format says what the body is; shown here is our own. Google Ads is answered with 200 and `{}`.
#[utoipa::path(post, path = "/api/v1/intake/{source_key}", tag = "intake",
    params(("source_key" = String, Path, description = "The source's key")),
    request_body(content((LeadShape = "application/json"), (LeadForm = "application/x-www-form-urlencoded"),
        (LeadForm = "multipart/form-data"))),
    responses((status = 201, body = LeadReceipt), (status = 200, body = Acknowledged), Problems))]
async fn receive(
    app: App,
    CurrentSource { source, query }: CurrentSource,
    body: RawBody,
) -> std::result::Result<Response, Problem> {
    let posted = Posted::of(source.format, &body).await?;
    let once = match &posted.sent {
        Sent::Json(value) => body.once.with_json(value),
        Sent::Form(_) => body.once.with_bytes(&body.bytes),
    };
    let submission = posted.read(&source, &query)?.whole()?;
    let status = if source.format == Format::GoogleAds { StatusCode::OK } else { StatusCode::CREATED };
    let principal = source.id.uuid();
    let format = source.format;
    let unit = intake::receive(source, submission).then(move |_, received| Ok(Receipt::of(format, &received)));
    Ok(once.run(&app.db, principal, status, unit).await?)
}

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
async fn preview(
    app: App,
    CurrentSource { source, query }: CurrentSource,
    body: RawBody,
) -> std::result::Result<Response, Problem> {
    let posted = Posted::of(source.format, &body).await?;
    let Reading { submission, errors } = posted.read(&source, &query)?;
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
