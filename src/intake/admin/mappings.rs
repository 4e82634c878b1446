//! `/api/v1/admin/mapping-presets`, and trying a mapping on a payload.

use bytes::Bytes;
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::sources::mapping;
use crate::accounts::CurrentAdmin;
use crate::app::App;
use crate::db;
use crate::error::{At, Error, Invalid, Result};
use crate::http::input::ContentType;
use crate::http::json::Value;
use crate::http::{Body, Fields, Json, NewBody, Once, Path, Problem, Problems};
use crate::id::SourceId;
use crate::intake::formats::{Incoming, Mapping, Posted, presets};
use crate::intake::{self, Format, Preview, Source};

/// What a body may have.
const LONGEST: usize = 2 * 1024 * 1024;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(attempt))
}

/// A post as a sender makes it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MappingSample)]
struct Sample {
    content_type: &'static str,
    body: &'static str,
}

/// A mapping to start from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MappingPreset)]
struct PresetOut {
    name: &'static str,
    label: &'static str,
    #[schema(value_type = Object)]
    mapping: Box<RawValue>,
    sample: Sample,
    /// What to set up at the sender, and what to change in the mapping
    notes: &'static str,
}

/// The mappings to start from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MappingPresets)]
struct PresetsOut {
    items: Vec<PresetOut>,
}

/// Mappings for common senders
///
/// To be copied into a source of the format `mapping`, each with a payload as that sender posts it.
#[utoipa::path(get, path = "/api/v1/admin/mapping-presets", tag = "back office",
    responses((status = 200, body = PresetsOut), Problems))]
async fn list(_: CurrentAdmin) -> Result<Json<PresetsOut>> {
    let shown = presets().iter().map(|preset| {
        let mapping = RawValue::from_string(preset.mapping.trim().to_owned()).map_err(Error::internal)?;
        let sample = Sample { content_type: preset.content_type, body: preset.body };
        Ok(PresetOut { name: preset.name, label: preset.label, mapping, sample, notes: preset.notes })
    });
    Ok(Json(PresetsOut { items: shown.collect::<Result<_>>()? }))
}

/// A mapping and a payload.
pub struct Attempt {
    /// The source's own where none is given.
    pub mapping: Option<Mapping>,
    pub payload: String,
    pub content_type: String,
}

/// A mapping and a payload to try it on.
#[derive(Debug, ToSchema)]
#[schema(as = MappingAttempt)]
#[expect(dead_code, reason = "the shape for the document; the reader is below")]
struct AttemptShape {
    /// Without one the source is tried as it is
    #[schema(value_type = Option<Object>, example = json!({ "contact_email": "/lead/email" }))]
    mapping: Option<serde_json::Value>,
    /// The body of a post as a text; an object or a list is JSON
    #[schema(value_type = serde_json::Value)]
    payload: serde_json::Value,
    #[schema(default = "application/json")]
    content_type: Option<String>,
}

type AttemptBody = NewBody<Attempt, AttemptShape>;

impl Body for Attempt {
    fn read(fields: &mut Fields) -> Self {
        let mapping = mapping(fields);
        let takes = || json!({ "anyOf": [{ "type": "string", "maxLength": LONGEST }, { "type": "object" }] });
        let payload = fields.required("payload", &takes, |value| match value {
            Value::String(text) => Ok((text, false)),
            value @ (Value::Object(_) | Value::Array(_)) => Ok((value.to_text(), true)),
            _ => Err(("wrong_type", "must be the text of a post, or an object".into())),
        });
        let content_type = fields.opt_line("content_type", 1..=200);
        let (payload, is_json) = payload.unwrap_or_default();
        let content_type = content_type.filter(|_| !is_json).unwrap_or_else(|| "application/json".to_owned());
        Self { mapping, payload, content_type }
    }
}

/// Try a mapping on a payload
///
/// Answered as a preview is, whoever signs what; nothing is stored. A payload that cannot be read is 422.
#[utoipa::path(post, path = "/api/v1/admin/sources/{id}/try", tag = "back office", params(("id" = SourceId, Path)),
    request_body = AttemptBody, responses((status = 200, body = Preview), Problems))]
async fn attempt(
    app: App,
    _: CurrentAdmin,
    Path(id): Path<SourceId>,
    // Nothing is changed by it, so nothing is kept for an Idempotency-Key.
    Once { body, .. }: Once<Attempt>,
) -> std::result::Result<Json<Preview>, Problem> {
    let source = app.db.read(move |read| intake::source(read, id)).await?;
    Ok(Json(tried(&app, source, body).await?))
}

/// What would become of the payload.
pub async fn tried(app: &App, source: Source, attempt: Attempt) -> Result<Preview> {
    let source = match attempt.mapping {
        Some(mapping) => {
            Source { format: Format::Mapping, mapping: Some(db::Json(mapping.text().to_owned())), ..source }
        }
        None => source,
    };
    let takes = source.format.platform().takes();
    let posted = Posted::of(takes, &ContentType::parse(&attempt.content_type), &Bytes::from(attempt.payload)).await;
    let incoming = posted.map_err(unreadable)?.read(&source, "").map_err(|error| unreadable(error.into()))?;
    let Some(reading) = incoming.into_iter().next().and_then(Incoming::lead) else {
        return Err(Error::field("payload", "no_lead", "the payload holds no lead"));
    };
    let currency = app.config.currency.clone();
    app.db.read(move |read| Preview::of(read, &source, &reading, &currency)).await
}

/// What is wrong is in the payload, not in the call.
fn unreadable(problem: Problem) -> Error {
    if problem.status.is_server_error() {
        return Error::internal(problem.detail.into_owned());
    }
    let at = At::Pointer("#/payload".into());
    Error::Invalid(vec![Invalid { at, code: problem.code, detail: problem.detail }])
}
