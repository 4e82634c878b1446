//! `POST /api/v1/provider/leads/{lead_id}/accept` and `…/reject`

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::accounts::CurrentProvider;
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{Lane, Tx};
use crate::error::{Error, Result};
use crate::http::{Body, Fields, NoBody, Once, Path, Problems};
use crate::id::{AssignmentId, Id, LeadId};
use crate::inbox::{self, LeadRef, REASON_LENGTH, Rejection, RejectionCode, Status};

/// Longer than any text that composing and trimming could make short enough.
const MAX_RAW: usize = 10_000;

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AcceptAnswer {
    #[schema(example = true)]
    ok: bool,
    assignment_id: AssignmentId,
    status: Status,
    accepted_at: Timestamp,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RejectAnswer {
    #[schema(example = true)]
    ok: bool,
    assignment_id: AssignmentId,
    status: Status,
    rejected_at: Timestamp,
}

/// Why the lead is rejected
#[derive(Debug, Clone, ToSchema)]
#[schema(as = RejectionIn)]
pub(super) struct RejectIn {
    /// 10 to 500 characters, without those at the ends that cannot be seen
    #[schema(min_length = 10, max_length = 500, example = "The number belongs to someone else")]
    rejection_reason: String,
    #[schema(default = "other")]
    rejection_code: Option<RejectionCode>,
}

impl Body for RejectIn {
    fn read(fields: &mut Fields) -> Self {
        Self {
            rejection_reason: fields.prose("rejection_reason", 0..=MAX_RAW),
            rejection_code: fields.opt_choice("rejection_code", RejectionCode::CHOICES),
        }
    }
}

impl RejectIn {
    fn rejection(&self) -> Result<Rejection> {
        let code = self.rejection_code.unwrap_or(RejectionCode::Other);
        Rejection::new(&self.rejection_reason, code).map_err(|chars| {
            let (least, most) = (REASON_LENGTH.start(), REASON_LENGTH.end());
            let code = if chars < *least { "too_short" } else { "too_long" };
            let detail = format!("rejection_reason must have {least} to {most} characters that show, and has {chars}");
            Error::field("rejection_reason", code, detail)
        })
    }
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
    let provider = provider.id;
    let unit = move |tx: &mut Tx| {
        let accepted = inbox::accept(tx, provider, lead)?;
        let (assignment_id, accepted_at) = (accepted.assignment_id, accepted.decided_at);
        Ok(AcceptAnswer { ok: true, assignment_id, status: Status::Accepted, accepted_at })
    };
    once.write(&app, provider.uuid(), Lane::of(provider.uuid()), StatusCode::OK, unit).await
}

/// Reject a lead, within the return window
///
/// The reason goes to the operator, who approves the return (the price is refunded) or denies it.
#[utoipa::path(post, path = "/api/v1/provider/leads/{lead_id}/reject", tag = "provider",
    params(("lead_id" = LeadId, Path, description = "The lead's id, or its assignment's")), request_body = RejectIn,
    responses((status = 200, body = RejectAnswer), Problems))]
pub(super) async fn reject(
    app: App,
    provider: CurrentProvider,
    Path(lead): Path<LeadRef>,
    Once { body, once }: Once<RejectIn>,
) -> Result<Response> {
    let (provider, window) = (provider.id, app.config.return_window);
    let rejection = body.rejection()?;
    let unit = move |tx: &mut Tx| {
        let rejected = inbox::reject(tx, provider, lead, &rejection, window)?;
        let (assignment_id, rejected_at) = (rejected.assignment_id, rejected.decided_at);
        Ok(RejectAnswer { ok: true, assignment_id, status: Status::Rejected, rejected_at })
    };
    once.write(&app, provider.uuid(), Lane::of(provider.uuid()), StatusCode::OK, unit).await
}
