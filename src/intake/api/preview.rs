//! `…/preview`: what would become of a lead, and nothing is stored.

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};

use super::cors::Cors;
use super::sender::CurrentSource;
use crate::app::App;
use crate::error::{Error, Invalid};
use crate::http::{Json, Problem, Problems, RawBody};
use crate::intake::formats::{Incoming, Posted};
use crate::intake::shapes::{LeadForm, LeadShape};
use crate::intake::{Preview, Source};

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
    platform.check_sender(&source, &body, app.clock.now())?;
    let posted = Posted::of(platform.takes(), &body.content_type, &body.bytes).await?;
    posted.check_sender(&source)?;
    // Of several in one post the first.
    let first = posted.read(&source, &query)?.into_iter().next();
    let Some(reading) = first.and_then(Incoming::lead) else {
        let detail = "the post holds no lead, only where leads wait: they are fetched when it is sent";
        return Err(Error::Invalid(vec![Invalid::field("entry", "no_lead", detail)]).into());
    };
    let currency = app.config.currency.clone();
    let preview = app.db.read(move |read| Preview::of(read, &source, &reading, &currency)).await?;
    Ok(Json(preview).into_response())
}
