//! `/api/v1/admin/erasures`: erasing a person, wherever it is.

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::CurrentAdmin;
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Unit;
use crate::error::{Invalid, Result};
use crate::http::{Body, Fields, Json, List, ListQuery, NewBody, Once, Path, Problems, Query};
use crate::id::{ErasureId, Id};
use crate::intake::{self, Erasure, NewErasure};

const SCOPE: &str = "erasures";

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(get))
}

/// Whom to erase: at least one of the two.
#[derive(Debug, ToSchema)]
#[schema(as = NewErasure)]
#[expect(dead_code, reason = "the shape for the document; the reader is below")]
struct NewShape {
    email: Option<String>,
    /// In E.164, or as it is written in a country that leads come from
    phone: Option<String>,
}

type CreateBody = NewBody<NewErasure, NewShape>;

impl Body for NewErasure {
    fn read(fields: &mut Fields) -> Self {
        let email = fields.opt_email("email").map(|email| email.key);
        let new = Self { email, phone: fields.opt_line("phone", 1..=40) };
        if new.email.is_none() && new.phone.is_none() && fields.is_clean() {
            fields.error(Invalid::field("email", "required", "say who: email or phone"));
        }
        new
    }
}

/// An erasure of a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Erasure)]
struct ErasureOut {
    ok: bool,
    id: ErasureId,
    /// How many leads of the person there were
    leads: i64,
    asked_at: Timestamp,
    /// When nothing of the person was left in any row
    finished_at: Option<Timestamp>,
}

impl From<Erasure> for ErasureOut {
    fn from(Erasure { id, asked_at, leads, finished_at }: Erasure) -> Self {
        Self { ok: true, id, leads, asked_at, finished_at }
    }
}

/// Erase a person
///
/// Every lead in every niche that the address or the number leads to, as `POST …/leads/{id}/erase` does, and every refused payload
/// that tells of the person: done within 30 s.
#[utoipa::path(post, path = "/api/v1/admin/erasures", tag = "back office", request_body = CreateBody,
    responses((status = 202, body = ErasureOut), Problems))]
async fn create(
    app: App,
    CurrentAdmin(admin): CurrentAdmin,
    Once { body, once }: Once<NewErasure>,
) -> Result<Response> {
    let unit = intake::erase_person(admin.actor(), body).then(|_, asked| Ok(ErasureOut::from(asked)));
    once.run(&app.db, admin.user.uuid(), StatusCode::ACCEPTED, unit).await
}

/// Erasures of persons, newest first; not who it was
#[utoipa::path(get, path = "/api/v1/admin/erasures", tag = "back office", params(ListQuery),
    responses((status = 200, body = List<ErasureOut>), Problems))]
async fn list(app: App, _: CurrentAdmin, Query(query): Query<ListQuery>) -> Result<Json<List<ErasureOut>>> {
    let below = query.below(&app.seals, SCOPE)?.map(ErasureId);
    let fetch = query.fetch();
    let found = app.db.read(move |read| intake::person_erasures(read, below, fetch)).await?;
    let page = List::new(found, &query, &app.seals, SCOPE, |one| one.id.uuid());
    Ok(Json(page.map(ErasureOut::from)))
}

/// One of them
#[utoipa::path(get, path = "/api/v1/admin/erasures/{id}", tag = "back office", params(("id" = ErasureId, Path)),
    responses((status = 200, body = ErasureOut), Problems))]
async fn get(app: App, _: CurrentAdmin, Path(id): Path<ErasureId>) -> Result<Json<ErasureOut>> {
    let found = app.db.read(move |read| intake::person_erasure(read, id)).await?;
    Ok(Json(found.into()))
}
