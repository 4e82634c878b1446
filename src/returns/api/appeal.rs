//! `POST /api/v1/provider/leads/{lead_id}/appeal`

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::length::{MAX_RAW, wrong_length};
use crate::accounts::CurrentProvider;
use crate::app::App;
use crate::assignments::LeadRef;
use crate::db::Unit;
use crate::error::Result;
use crate::http::{Body, Fields, NewBody, Once, Path, Problems, described};
use crate::id::{AssignmentId, Id, LeadId};
use crate::returns::{self, APPEAL_LENGTH, Appeal, ReturnOut};

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AppealAnswer {
    #[schema(example = true)]
    ok: bool,
    assignment_id: AssignmentId,
    /// Pending again
    #[serde(rename = "return")]
    returned: ReturnOut,
}

/// Why the denial should be looked at again
#[derive(Debug, Clone, ToSchema)]
pub(super) struct AppealIn {
    /// 10 to 1,000 characters, not counting invisible ones at either end
    #[schema(example = "I called three times; the attempts are on record")]
    text: String,
}

type AppealBody = NewBody<AppealIn>;

impl Body for AppealIn {
    fn read(fields: &mut Fields) -> Self {
        fields.says("text", || described::said(&returns::APPEAL_LENGTH));
        Self { text: fields.prose("text", 0..=MAX_RAW) }
    }
}

/// Appeal a denied return, once, within 7 days
///
/// The operator decides once more, and that is final.
#[utoipa::path(post, path = "/api/v1/provider/leads/{lead_id}/appeal", tag = "provider",
    params(("lead_id" = LeadId, Path, description = "The lead's id, or its assignment's")), request_body = AppealBody,
    responses((status = 200, body = AppealAnswer), Problems))]
pub(super) async fn appeal(
    app: App,
    provider: CurrentProvider,
    Path(lead): Path<LeadRef>,
    Once { body, once }: Once<AppealIn>,
) -> Result<Response> {
    let id = provider.id;
    let appeal = Appeal::new(&body.text).map_err(|chars| wrong_length("text", &APPEAL_LENGTH, chars))?;
    let unit = returns::appeal(id, lead, appeal)
        .then(|_, (assignment_id, returned)| Ok(AppealAnswer { ok: true, assignment_id, returned: returned.into() }));
    once.run(&app.db, id.uuid(), StatusCode::OK, unit).await
}
