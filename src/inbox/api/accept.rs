//! `POST /api/v1/provider/leads/{lead_id}/accept`

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::accounts::CurrentProvider;
use crate::app::App;
use crate::assignments::{LeadRef, Status};
use crate::clock::Timestamp;
use crate::db::Unit;
use crate::error::Result;
use crate::http::{NoBody, Once, Path, Problems};
use crate::id::{AssignmentId, Id, LeadId};
use crate::inbox;

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AcceptAnswer {
    #[schema(example = true)]
    ok: bool,
    assignment_id: AssignmentId,
    status: Status,
    accepted_at: Timestamp,
}

/// Accept a lead
///
/// The first decision stands: of several, one is answered with 200, the others with 409 and the lead's status.
#[utoipa::path(post, path = "/api/v1/provider/leads/{lead_id}/accept", tag = "provider",
    params(("lead_id" = LeadId, Path, description = "The lead's id, or its assignment's")),
    responses((status = 200, body = AcceptAnswer), Problems))]
pub(super) async fn accept(
    app: App,
    provider: CurrentProvider,
    Path(lead): Path<LeadRef>,
    Once { body: NoBody, once }: Once<NoBody>,
) -> Result<Response> {
    let id = provider.id;
    let unit = inbox::accept(provider.0, lead, app.config.tells_of_accepts()).then(|_, accepted| {
        let (assignment_id, accepted_at) = (accepted.assignment_id, accepted.decided_at);
        Ok(AcceptAnswer { ok: true, assignment_id, status: Status::Accepted, accepted_at })
    });
    once.run(&app.db, id.uuid(), StatusCode::OK, unit).await
}
