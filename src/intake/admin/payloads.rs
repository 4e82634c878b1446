//! `/api/v1/admin/sources/{id}/payloads`: what was posted to a source lately, and what was made of it.

use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::again::{Kept, read_again};
use super::leads::LeadOut;
use crate::accounts::CurrentAdmin;
use crate::app::App;
use crate::audit::Actor;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::http::{Json, NoBody, Once, Path, PathPair, Problem, Problems};
use crate::id::{Id, LeadId, RefusedPostId, SourceId};
use crate::intake::{self, RefusedPost, Source};
use crate::read::{self, Received};

/// How many are listed.
const LATEST: i64 = 50;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(payloads)).routes(routes!(replay))
}

/// One thing that was wrong with a payload.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PayloadFinding)]
struct FindingShape {
    /// A JSON pointer into the payload
    pointer: String,
    code: String,
    detail: String,
}

/// What was posted to a source, and what was made of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Payload)]
struct PayloadOut {
    /// The lead's, or of a refused payload its own
    id: String,
    received_at: Timestamp,
    /// The lead's status, or `refused`
    outcome: String,
    /// null where it was refused and never read again
    lead_id: Option<LeadId>,
    /// Why it was refused
    #[schema(value_type = Vec<FindingShape>)]
    errors: Box<RawValue>,
    content_type: String,
    /// As it came, without secrets; of a refused one the first 64 KiB. null after an erasure
    payload: Option<String>,
}

/// The payloads of a source.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Payloads)]
struct PayloadsOut {
    items: Vec<PayloadOut>,
}

/// The 50 latest payloads of a source, refused ones too
///
/// Refused payloads are kept for 30 days, at most 1,000 of a source.
#[utoipa::path(get, path = "/api/v1/admin/sources/{id}/payloads", tag = "back office",
    params(("id" = SourceId, Path)), responses((status = 200, body = PayloadsOut), Problems))]
async fn payloads(app: App, _: CurrentAdmin, Path(id): Path<SourceId>) -> Result<Json<PayloadsOut>> {
    let (received, refused) = app
        .db
        .read(move |read| {
            intake::source(read, id)?;
            Ok((read::received_from(read, id, LATEST)?, intake::refused_posts(read, id, LATEST)?))
        })
        .await?;
    let items = received.into_iter().map(PayloadOut::of_lead);
    let items: Result<Vec<_>> = items.chain(refused.into_iter().map(PayloadOut::of_refused)).collect();
    let mut items = items?;
    items.sort_by_key(|item| std::cmp::Reverse(item.received_at));
    items.truncate(usize::try_from(LATEST).unwrap_or(usize::MAX));
    Ok(Json(PayloadsOut { items }))
}

impl PayloadOut {
    fn of_lead(lead: Received) -> Result<Self> {
        Ok(Self {
            id: lead.id.uuid().to_string(),
            received_at: lead.received_at,
            outcome: lead.status.to_string(),
            lead_id: Some(lead.id),
            errors: RawValue::from_string("[]".to_owned()).map_err(Error::internal)?,
            content_type: lead.raw_content_type.unwrap_or_default(),
            payload: lead.raw_payload,
        })
    }

    fn of_refused(post: RefusedPost) -> Result<Self> {
        Ok(Self {
            id: post.id.uuid().to_string(),
            received_at: post.received_at,
            outcome: "refused".to_owned(),
            lead_id: post.lead_id,
            errors: RawValue::from_string(post.errors.0).map_err(Error::internal)?,
            content_type: post.content_type,
            payload: Some(post.payload),
        })
    }
}

/// Read a refused payload again
///
/// As the source reads now. One that became a lead before is not received again: the answer is that lead.
#[utoipa::path(post, path = "/api/v1/admin/sources/{id}/payloads/{payload_id}/replay", tag = "back office",
    params(("id" = SourceId, Path), ("payload_id" = RefusedPostId, Path)),
    responses((status = 200, body = LeadOut), Problems))]
async fn replay(
    app: App,
    CurrentAdmin(admin): CurrentAdmin,
    PathPair(id, payload): PathPair<SourceId, RefusedPostId>,
    // The answer tells of a person, so it is not kept for an Idempotency-Key: the same again is the same lead anyway.
    Once { .. }: Once<NoBody>,
) -> std::result::Result<Json<LeadOut>, Problem> {
    let lead = replay_refused(&app, admin.actor(), id, payload).await?;
    let (lead, assignments, trace) = app.db.read(move |read| read::lead_in_full(read, lead)).await?;
    Ok(Json(LeadOut::of(lead, assignments, trace, app.config.currency.clone())?))
}

/// The lead that the payload becomes, or became before.
pub async fn replay_refused(
    app: &App,
    actor: Actor,
    source: SourceId,
    payload: RefusedPostId,
) -> std::result::Result<LeadId, Problem> {
    let asked =
        app.db.read(move |read| Ok((intake::source(read, source)?, intake::refused_post(read, source, payload)?)));
    let (source, post) = asked.await?;
    match post.lead_id {
        Some(lead) => Ok(lead),
        None => receive(app, actor, source, post).await,
    }
}

async fn receive(app: &App, actor: Actor, source: Source, post: RefusedPost) -> std::result::Result<LeadId, Problem> {
    if post.is_cut {
        let detail = "the payload was longer than what is kept of it: ask its sender to send it again";
        return Err(Error::conflict("payload_cut", detail).into());
    }
    let RefusedPost { id, content_type, query, payload, payload_bytes: bytes, .. } = post;
    let submission = read_again(&source, Kept { content_type, payload, bytes, query }).await?;
    Ok(app.db.run(intake::replay(actor, Arc::new(source), id, submission)).await?.lead)
}
