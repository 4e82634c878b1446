//! `POST /api/v1/provider/leads/{lead_id}/reject`

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::accounts::CurrentProvider;
use crate::app::App;
use crate::assignments::{LeadRef, REASON_LENGTH, Rejection, RejectionCode, Status};
use crate::clock::Timestamp;
use crate::db::Unit;
use crate::error::Result;
use crate::http::{Body, Fields, NewBody, Once, Path, Problems, described};
use crate::id::{AssignmentId, Id, LeadId};
use crate::inbox::{self, RejectRules, Rejected};
use crate::returns::{MAX_RAW, ReturnOut, wrong_length};

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RejectAnswer {
    #[schema(example = true)]
    ok: bool,
    assignment_id: AssignmentId,
    /// `rejected`; `refunded` where the return was approved at once
    status: Status,
    rejected_at: Timestamp,
    /// null if the allowance of returns is used up: the lead is rejected, and its price stays charged
    #[serde(rename = "return")]
    returned: Option<ReturnOut>,
    /// How many returns you may still open now; null: no limit
    returns_left: Option<i64>,
}

/// Why the lead is rejected
#[derive(Debug, Clone, ToSchema)]
#[schema(as = RejectionIn)]
pub(super) struct RejectIn {
    /// 10 to 500 characters, not counting invisible ones at either end
    #[schema(example = "The number belongs to someone else")]
    rejection_reason: String,
    #[schema(default = "other")]
    rejection_code: Option<RejectionCode>,
}

type RejectBody = NewBody<RejectIn>;

impl Body for RejectIn {
    fn read(fields: &mut Fields) -> Self {
        fields.says("rejection_reason", || described::said(&REASON_LENGTH));
        Self {
            rejection_reason: fields.prose("rejection_reason", 0..=MAX_RAW),
            rejection_code: fields.opt_choice("rejection_code", RejectionCode::CHOICES),
        }
    }
}

impl RejectIn {
    fn rejection(&self) -> Result<Rejection> {
        let code = self.rejection_code.unwrap_or(RejectionCode::Other);
        Rejection::new(&self.rejection_reason, code)
            .map_err(|chars| wrong_length("rejection_reason", &REASON_LENGTH, chars))
    }
}

impl From<Rejected> for RejectAnswer {
    fn from(rejected: Rejected) -> Self {
        let Rejected { assignment_id, rejected_at, status, returned, returns_left } = rejected;
        let returned = returned.map(ReturnOut::from);
        Self { ok: true, assignment_id, status, rejected_at, returned, returns_left }
    }
}

/// Reject a lead, within the return window
///
/// It opens a return: the operator approves it (the price is given back) or denies it. Where the operator's policy lets
/// a rule decide, it is approved at once. Beyond the operator's allowance the lead is rejected without a return.
#[utoipa::path(post, path = "/api/v1/provider/leads/{lead_id}/reject", tag = "provider",
    params(("lead_id" = LeadId, Path, description = "The lead's id, or its assignment's")), request_body = RejectBody,
    responses((status = 200, body = RejectAnswer), Problems))]
pub(super) async fn reject(
    app: App,
    provider: CurrentProvider,
    Path(lead): Path<LeadRef>,
    Once { body, once }: Once<RejectIn>,
) -> Result<Response> {
    let id = provider.id;
    let rejected = inbox::reject(provider.0, lead, body.rejection()?, reject_rules(&app).await?);
    let unit = rejected.then(|_, rejected| Ok(RejectAnswer::from(rejected)));
    once.run(&app.db, id.uuid(), StatusCode::OK, unit).await
}

/// What a reject goes by in this installation, now.
pub async fn reject_rules(app: &App) -> Result<RejectRules> {
    Ok(RejectRules {
        windows: app.return_windows.clone(),
        tells_operator: app.config.tells_of_rejects(),
        refunds_at_once: app.db.read(inbox::refunds_at_once).await?,
    })
}
