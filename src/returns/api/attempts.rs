//! `/api/v1/provider/leads/{lead_id}/attempts`

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::accounts::CurrentProvider;
use crate::app::App;
use crate::assignments::LeadRef;
use crate::clock::Timestamp;
use crate::db::Unit;
use crate::error::Result;
use crate::http::{Body, Fields, Json, List, ListQuery, NewBody, Once, Path, Problems, Query};
use crate::id::{AttemptId, Id, LeadId};
use crate::returns::{self, Attempt, AttemptKind, AttemptResult, NewAttempt};

/// How I tried to reach the lead's person
#[derive(Debug, Clone, ToSchema)]
#[schema(as = NewContactAttempt)]
pub(super) struct AttemptIn {
    kind: AttemptKind,
    /// Not before the lead arrived and not in the future; a time up to two minutes ahead is kept as now
    at: Timestamp,
    result: AttemptResult,
    note: Option<String>,
}

type AttemptBody = NewBody<AttemptIn>;

impl Body for AttemptIn {
    fn read(fields: &mut Fields) -> Self {
        Self {
            kind: fields.choice("kind", AttemptKind::CHOICES),
            at: fields.time("at"),
            result: fields.choice("result", AttemptResult::CHOICES),
            note: fields.opt_line("note", 1..=500),
        }
    }
}

/// An attempt to reach the lead's person. The answer to a new one leaves its note out: answers are kept, notes can be erased.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ContactAttempt)]
pub(in crate::returns) struct AttemptOut {
    id: AttemptId,
    kind: AttemptKind,
    at: Timestamp,
    result: AttemptResult,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    note: Option<String>,
    created_at: Timestamp,
}

impl From<Attempt> for AttemptOut {
    fn from(attempt: Attempt) -> Self {
        let Attempt { id, kind, at, result, note, created_at } = attempt;
        Self { id, kind, at, result, note, created_at }
    }
}

/// Record an attempt to reach the lead's person
///
/// The operator sees it when deciding a return. At most 50 per lead.
#[utoipa::path(post, path = "/api/v1/provider/leads/{lead_id}/attempts", tag = "provider",
    params(("lead_id" = LeadId, Path, description = "The lead's id, or its assignment's")), request_body = AttemptBody,
    responses((status = 201, body = AttemptOut), Problems))]
pub(super) async fn create(
    app: App,
    provider: CurrentProvider,
    Path(lead): Path<LeadRef>,
    Once { body, once }: Once<AttemptIn>,
) -> Result<Response> {
    let id = provider.id;
    let AttemptIn { kind, at, result, note } = body;
    let new = NewAttempt { kind, at, result, note };
    let unit = returns::attempt(id, lead, new).then(|_, kept| Ok(AttemptOut { note: None, ..kept.into() }));
    once.run(&app.db, id.uuid(), StatusCode::CREATED, unit).await
}

/// My attempts to reach the lead's person, the last recorded first
#[utoipa::path(get, path = "/api/v1/provider/leads/{lead_id}/attempts", tag = "provider",
    params(("lead_id" = LeadId, Path, description = "The lead's id, or its assignment's"), ListQuery),
    responses((status = 200, body = List<AttemptOut>), Problems))]
pub(super) async fn list(
    app: App,
    provider: CurrentProvider,
    Path(lead): Path<LeadRef>,
    Query(query): Query<ListQuery>,
) -> Result<Json<List<AttemptOut>>> {
    let id = provider.id;
    let scope = format!("attempts {id} {}", lead.0);
    let before = query.below(&app.seals, &scope)?.map(AttemptId::from_uuid);
    let fetch = query.fetch();
    let found = app.db.read(move |read| returns::attempts(read, id, lead, before, fetch)).await?;
    Ok(Json(List::new(found, &query, &app.seals, &scope, |attempt| attempt.id.uuid()).map(AttemptOut::from)))
}
