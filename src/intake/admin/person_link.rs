//! `/api/v1/admin/leads/{id}/person-link`: a link for the person behind a lead.

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::CurrentAdmin;
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::http::{Json, NoBody, Once, Path, Problems};
use crate::id::LeadId;
use crate::intake;
use crate::intake::pages::my_data;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(make))
}

/// A link for the person behind a lead.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonLink)]
struct LinkOut {
    /// Whoever has it sees who has the data, and can withdraw them
    url: String,
    expires_at: Timestamp,
}

/// Make a link for the person behind a lead
///
/// Its page says which providers have the data, since when and why, and lets the person withdraw: the lead is sold no more, the
/// person is suppressed, and those providers are told. It works for 30 days. Give it to the person alone.
#[utoipa::path(post, path = "/api/v1/admin/leads/{id}/person-link", tag = "back office", params(("id" = LeadId, Path)),
    responses((status = 200, body = LinkOut), Problems))]
async fn make(
    app: App,
    CurrentAdmin(admin): CurrentAdmin,
    Path(id): Path<LeadId>,
    // The link is a secret, so no answer is kept for an Idempotency-Key: another one does as well.
    Once { .. }: Once<NoBody>,
) -> Result<Json<LinkOut>> {
    let (url, expires_at) = my_data::link(&app, id);
    app.db.run(intake::note_person_link(admin.actor(), id, expires_at)).await?;
    Ok(Json(LinkOut { url, expires_at }))
}
