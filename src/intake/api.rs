//! The doors that leads come in by: `/api/v1/intake/{source_key}`. The key is the sender's identity.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::formats::{Incoming, Posted, Reading, Sent, as_text, is_same};
use super::shapes::{Acknowledged, LeadForm, LeadReceipt, LeadShape, Receipt};
use super::{Flag, Outlook, Refused, Source, Status, Submission};
use crate::app::App;
use crate::db::{self, Unit};
use crate::distribution::Match;
use crate::error::{At, Error, Invalid, Result};
use crate::http::input::{ContentType, Text, stranger_pairs};
use crate::http::{Json, Path, Problem, Problems, RawBody};
use crate::id::{Id, LeadId, ProviderId};
use crate::intake;
use crate::money::Money;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(receive, greet))
        .routes(routes!(preview))
        // As some senders write every address.
        .route("/api/v1/intake/{source_key}/", post(receive).get(greet))
        .route("/api/v1/intake/{source_key}//", post(receive).get(greet))
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
/// The source's format says what the body is; shown here is our own, which is answered with 201. Platforms are answered
/// with 200.
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
    let came = (body.content_type.clone(), body.bytes.clone());
    let taken = take(&app, &source, &query, body).await;
    if let Err(problem) = &taken {
        keep_refused(&app, &source, query, came, problem).await;
    }
    taken
}

async fn take(app: &App, source: &Arc<Source>, query: &str, body: RawBody) -> std::result::Result<Response, Problem> {
    let platform = source.format.platform();
    platform.check_sender(source, &body)?;
    let posted = Posted::of(platform.takes(), &body.content_type, &body.bytes).await?;
    posted.check_sender(source)?;
    let once = match &posted.sent {
        Sent::Json(value) => body.once.with_json(value),
        Sent::Form(_) | Sent::Xml(_) => body.once.with_bytes(&body.bytes),
    };
    let mut incoming = posted.read(source, query)?;
    let reading = match incoming.pop() {
        Some(Incoming::Lead(reading)) if incoming.is_empty() => reading,
        last => {
            incoming.extend(last);
            return Ok(take_all(app, source, query, incoming).await?);
        }
    };
    let status = if platform.is_created() { StatusCode::CREATED } else { StatusCode::OK };
    let principal = source.id.uuid();
    let unit =
        intake::receive(source.clone(), reading.whole()?).then(move |_, received| Ok(platform.receipt(&received)));
    Ok(once.run(&app.db, principal, status, unit).await?)
}

/// Takes the leads of a post, each for itself: one that is wrong is kept as refused and is in no other's way. They are known
/// by their platform's ids, so the same post again has no other effect.
async fn take_all(app: &App, source: &Arc<Source>, query: &str, incoming: Vec<Incoming>) -> Result<Response> {
    let mut notices = Vec::new();
    for one in incoming {
        match one {
            Incoming::Elsewhere(notice) => notices.push(notice),
            Incoming::Lead(reading) if reading.errors.is_empty() => {
                app.db.run(intake::receive(source.clone(), reading.submission)).await?;
            }
            Incoming::Lead(reading) => {
                let Reading { submission, errors } = *reading;
                let Submission { raw_payload: payload, raw_content_type: content_type, .. } = submission;
                let status = StatusCode::UNPROCESSABLE_ENTITY.as_u16();
                let refused = Refused { status, errors, content_type, query: query.to_owned(), payload, bytes: None };
                app.db.run(intake::keep_refused(source, refused)).await?;
            }
        }
    }
    if !notices.is_empty() {
        app.db.run(intake::fetch_later(source, notices)).await?;
    }
    Ok(Json(Receipt::NOTHING).into_response())
}

/// Keeps what its sender has to mend, or the operator. Where that fails, the answer is the same.
async fn keep_refused(app: &App, source: &Source, query: String, came: (ContentType, Bytes), problem: &Problem) {
    let is_kept = [
        StatusCode::BAD_REQUEST,
        StatusCode::FORBIDDEN,
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        StatusCode::UNPROCESSABLE_ENTITY,
    ];
    if !is_kept.contains(&problem.status) {
        return;
    }
    let (kind, bytes) = came;
    let (payload, bytes) = as_text(&kind, &bytes);
    let errors = match problem.errors.as_slice() {
        [] => vec![Invalid { at: At::Pointer("#".into()), code: problem.code, detail: problem.detail.clone() }],
        some => some.to_vec(),
    };
    let refused = Refused {
        status: problem.status.as_u16(),
        errors,
        content_type: kind.kept().to_owned(),
        query,
        payload,
        bytes,
    };
    if let Err(error) = app.db.run(intake::keep_refused(source, refused)).await {
        tracing::warn!("a refused post of source {} was not kept: {error}", source.id.uuid());
    }
}

/// Say that this is the address
///
/// Meta asks once, before it sends anything: `hub.verify_token` is the source's key, and the answer is its `hub.challenge`.
#[utoipa::path(get, path = "/api/v1/intake/{source_key}", tag = "intake",
    params(("source_key" = String, Path, description = "The source's key"),
        ("hub.mode" = String, Query, description = "`subscribe`"),
        ("hub.verify_token" = String, Query, description = "The source's key"),
        ("hub.challenge" = String, Query, description = "What is to be answered")),
    responses((status = 200, body = String, content_type = "text/plain", description = "The challenge"),
        (status = 405, description = "The source's platform asks for nothing", content_type = "application/problem+json",
            body = inline(serde_json::Value)), Problems))]
async fn greet(CurrentSource { source, query }: CurrentSource) -> std::result::Result<Response, Problem> {
    if !source.format.platform().greets() {
        return Ok(([(header::ALLOW, "POST")], Problem::method_not_allowed()).into_response());
    }
    let (pairs, _) = stranger_pairs(query.as_bytes(), None)?;
    let said = |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str());
    if !said("hub.verify_token").is_some_and(|token| is_same(token.trim(), &source.key)) {
        return Err(Error::forbidden("wrong_verify_token", "hub.verify_token is not the key of this source").into());
    }
    let challenge = said("hub.challenge").filter(|text| text.len() <= MOST_OF_A_CHALLENGE);
    let challenge = challenge.ok_or_else(|| Problem::bad_request("no_challenge", "Send hub.challenge."))?;
    Ok(challenge.to_owned().into_response())
}

/// Meta's have some ten digits.
const MOST_OF_A_CHALLENGE: usize = 256;

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
