//! `POST /api/v1/provider/leads/{lead_id}/undo`

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
pub(super) struct UndoAnswer {
    #[schema(example = true)]
    ok: bool,
    assignment_id: AssignmentId,
    /// `active` again
    status: Status,
    /// What the lead was: `accepted` or `rejected`
    undone: Status,
    undone_at: Timestamp,
}

/// Take back your accept or reject, within 2 minutes
///
/// The lead is active again. The return that a reject opened is withdrawn; where it was decided meanwhile, or at once by
/// a rule, the reject stands.
#[utoipa::path(post, path = "/api/v1/provider/leads/{lead_id}/undo", tag = "provider",
    params(("lead_id" = LeadId, Path, description = "The lead's id, or its assignment's")),
    responses((status = 200, body = UndoAnswer), Problems))]
pub(super) async fn undo(
    app: App,
    provider: CurrentProvider,
    Path(lead): Path<LeadRef>,
    Once { body: NoBody, once }: Once<NoBody>,
) -> Result<Response> {
    let id = provider.id;
    let unit = inbox::undo(id, lead).then(|_, undone| {
        let (assignment_id, undone_at) = (undone.assignment_id, undone.undone_at);
        Ok(UndoAnswer { ok: true, assignment_id, status: Status::Active, undone: undone.decision, undone_at })
    });
    once.run(&app.db, id.uuid(), StatusCode::OK, unit).await
}
