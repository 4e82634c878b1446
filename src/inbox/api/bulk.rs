//! `POST /api/v1/provider/leads/bulk`

use std::borrow::Cow;

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::accounts::CurrentProvider;
use crate::app::App;
use crate::assignments::{LeadRef, REASON_LENGTH, Rejection, RejectionCode, Status};
use crate::clock::Timestamp;
use crate::db::{Unit, text_enum};
use crate::document_words;
use crate::error::Result;
use crate::http::{Body, Fields, NewBody, Once, Problem, Problems, described};
use crate::id::{AssignmentId, Id, LeadId};
use crate::inbox::{self, Bulk, Done, MAX_LEADS_PER_CALL, Outcome};
use crate::returns::{MAX_RAW, ReturnOut, wrong_length};

text_enum! {
    /// What to do with each.
    pub enum BulkAction { Accept = "accept", Reject = "reject" }
}

/// Which leads, and what to do with each
#[derive(Debug, Clone, ToSchema)]
#[schema(as = BulkIn)]
pub(super) struct BulkIn {
    action: BulkAction,
    /// Ids of leads or of their assignments, each at most once
    #[schema(value_type = Vec<LeadId>)]
    lead_ids: Vec<LeadRef>,
    /// Required to reject: 10 to 500 characters, the same reason for all
    #[schema(example = "We don't work in this town")]
    rejection_reason: Option<String>,
    #[schema(default = "other")]
    rejection_code: Option<RejectionCode>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BulkAnswer {
    #[schema(example = true)]
    ok: bool,
    /// How many were decided
    succeeded: usize,
    /// How many were refused, each with its reason
    failed: usize,
    /// In the order in which they were asked for
    results: Vec<BulkResult>,
}

/// The result for one lead: what a call for this lead alone would have answered.
#[derive(Debug, Serialize, ToSchema)]
struct BulkResult {
    /// The id as it was sent
    #[schema(value_type = LeadId)]
    lead_id: String,
    ok: bool,
    /// 200, 404 or 409
    #[schema(example = 200)]
    status_code: u16,
    /// The lead's status now; null if there is no such lead
    #[schema(value_type = Option<Status>, example = "accepted")]
    lead_status: Option<Cow<'static, str>>,
    assignment_id: Option<AssignmentId>,
    decided_at: Option<Timestamp>,
    /// Only for a reject; null if the allowance of returns is used up
    #[serde(rename = "return")]
    returned: Option<ReturnOut>,
    /// Returns left after this one; null: no limit
    returns_left: Option<i64>,
    /// Why it was refused: `not_found`, `already_resolved`, `return_window_closed`, `lead_erased`
    code: Option<&'static str>,
    detail: Option<Cow<'static, str>>,
}

type BulkBody = NewBody<BulkIn>;

impl Body for BulkIn {
    fn read(fields: &mut Fields) -> Self {
        fields.says("rejection_reason", || described::said(&REASON_LENGTH));
        let action = fields.choice("action", BulkAction::CHOICES);
        let known = fields.is_clean();
        let input = Self {
            action,
            lead_ids: fields.list_of_ids("lead_ids", 1..=MAX_LEADS_PER_CALL),
            rejection_reason: fields.opt_prose("rejection_reason", 0..=MAX_RAW),
            rejection_code: fields.opt_choice("rejection_code", RejectionCode::CHOICES),
        };
        let (reason, code) = (input.rejection_reason.is_some(), input.rejection_code.is_some());
        let rejects = action == BulkAction::Reject;
        if known && rejects && !reason {
            fields.refuse("rejection_reason", "required", "is required to reject".to_owned());
        }
        for (name, given) in [("rejection_reason", reason), ("rejection_code", code)] {
            if known && !rejects && given {
                fields.refuse(name, "unknown_field", "is for rejecting only".to_owned());
            }
        }
        input
    }
}

impl BulkIn {
    async fn bulk(&self, app: &App) -> Result<Bulk> {
        match (self.action, &self.rejection_reason) {
            (BulkAction::Accept, _) => Ok(Bulk::Accept { tells_operator: app.config.tells_of_accepts() }),
            (BulkAction::Reject, reason) => {
                let code = self.rejection_code.unwrap_or(RejectionCode::Other);
                let rejection = Rejection::new(reason.as_deref().unwrap_or_default(), code)
                    .map_err(|chars| wrong_length("rejection_reason", &REASON_LENGTH, chars))?;
                Ok(Bulk::Reject { rejection, rules: inbox::reject_rules(app).await? })
            }
        }
    }
}

impl BulkAnswer {
    fn of(outcomes: Vec<Outcome>) -> Self {
        let results: Vec<BulkResult> = outcomes.into_iter().map(BulkResult::of).collect();
        let succeeded = results.iter().filter(|result| result.ok).count();
        Self { ok: true, succeeded, failed: results.len() - succeeded, results }
    }
}

impl BulkResult {
    fn of(outcome: Outcome) -> Self {
        let lead_id = outcome.lead.uuid().to_string();
        match outcome.done {
            Ok(Done { assignment_id, status, decided_at, returned, returns_left }) => Self {
                lead_id,
                ok: true,
                status_code: StatusCode::OK.as_u16(),
                lead_status: Some(status.as_str().into()),
                assignment_id: Some(assignment_id),
                decided_at: Some(decided_at),
                returned: returned.map(ReturnOut::from),
                returns_left,
                code: None,
                detail: None,
            },
            Err(error) => {
                let Problem { status, code, detail, lead_status, .. } = Problem::from(error);
                Self {
                    lead_id,
                    ok: false,
                    status_code: status.as_u16(),
                    lead_status: lead_status.map(Cow::from),
                    assignment_id: None,
                    decided_at: None,
                    returned: None,
                    returns_left: None,
                    code: Some(code),
                    detail: Some(detail),
                }
            }
        }
    }
}

/// Accept or reject up to 100 leads
///
/// Each is decided, recorded and told as if it were alone: one that is refused does not hold up the others.
/// The answer is 200 even if all were refused; see each result.
#[utoipa::path(post, path = "/api/v1/provider/leads/bulk", tag = "provider", request_body = BulkBody,
    responses((status = 200, body = BulkAnswer), Problems))]
pub(super) async fn bulk(app: App, provider: CurrentProvider, Once { body, once }: Once<BulkIn>) -> Result<Response> {
    let id = provider.id;
    let bulk = body.bulk(&app).await?;
    let unit = inbox::bulk(provider.0, bulk, body.lead_ids).then(|_, outcomes| Ok(BulkAnswer::of(outcomes)));
    once.run(&app.db, id.uuid(), StatusCode::OK, unit).await
}

document_words!(BulkAction as "BulkAction", "The decision for each lead");
