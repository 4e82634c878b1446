//! `/api/v1/admin/niches`

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::CurrentAdmin;
use crate::app::App;
use crate::catalog::{self, Niche, NicheChange, Unreachable};
use crate::clock::Timestamp;
use crate::db::Unit;
use crate::document_words;
use crate::error::Result;
use crate::http::{Body, Fields, Json, List, ListQuery, NewBody, Once, PatchBody, Path, Problems, Query};
use crate::id::{Id, NicheId};

document_words!(
    Unreachable as "Unreachable",
    "What becomes of a lead by which nobody could reach the person: invalid (stored, never sold), held (waits for release or discard) or sell"
);

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create_niche, list_niches)).routes(routes!(get_niche, change_niche))
}

#[derive(Debug, Clone, ToSchema)]
struct NewNiche {
    name: String,
    /// `invalid` where it is not given
    unreachable: Option<Unreachable>,
    /// Leads older than this are erased; null: none is by its age
    keep_days: Option<i64>,
}

/// As the table has it.
const KEEP_DAYS: std::ops::RangeInclusive<i64> = 1..=36_500;

impl Body for NewNiche {
    fn read(fields: &mut Fields) -> Self {
        Self {
            name: fields.line("name", 1..=100),
            unreachable: fields.opt_choice("unreachable", Unreachable::CHOICES),
            keep_days: fields.opt_int("keep_days", KEEP_DAYS),
        }
    }
}

type NewNicheBody = NewBody<NewNiche>;
type ChangeBody = PatchBody<ChangeIn>;

/// The fields to change
#[derive(Debug, Clone, ToSchema)]
#[schema(as = NicheChange)]
struct ChangeIn {
    name: Option<String>,
    active: Option<bool>,
    /// For leads to come
    unreachable: Option<Unreachable>,
    /// null: no lead is erased by its age
    #[expect(clippy::option_option, reason = "absent, null and a value are three things in a PATCH")]
    #[schema(value_type = Option<i64>)]
    keep_days: Option<Option<i64>>,
}

impl Body for ChangeIn {
    fn read(fields: &mut Fields) -> Self {
        Self {
            name: fields.opt_line("name", 1..=100),
            active: fields.opt_flag("active"),
            unreachable: fields.opt_choice("unreachable", Unreachable::CHOICES),
            keep_days: fields.patch_int("keep_days", KEEP_DAYS),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Niche)]
struct NicheOut {
    id: NicheId,
    name: String,
    active: bool,
    unreachable: Unreachable,
    /// Leads older than so many days are erased
    keep_days: Option<i64>,
    created_at: Timestamp,
}

impl From<Niche> for NicheOut {
    fn from(niche: Niche) -> Self {
        Self {
            id: niche.id,
            name: niche.name,
            active: niche.active,
            unreachable: niche.unreachable,
            keep_days: niche.keep_days,
            created_at: niche.created_at,
        }
    }
}

/// Make a niche
#[utoipa::path(post, path = "/api/v1/admin/niches", tag = "catalog", request_body = NewNicheBody,
    responses((status = 201, body = NicheOut), Problems))]
async fn create_niche(
    app: App,
    CurrentAdmin(admin): CurrentAdmin,
    Once { body, once }: Once<NewNiche>,
) -> Result<Response> {
    let unreachable = body.unreachable.unwrap_or(Unreachable::Invalid);
    let made = catalog::create_niche(admin.actor(), body.name, unreachable, body.keep_days);
    let unit = made.then(|_, niche| Ok(NicheOut::from(niche)));
    once.run(&app.db, admin.user.uuid(), StatusCode::CREATED, unit).await
}

/// Niches, newest first
#[utoipa::path(get, path = "/api/v1/admin/niches", tag = "catalog", params(ListQuery),
    responses((status = 200, body = List<NicheOut>), Problems))]
async fn list_niches(app: App, _: CurrentAdmin, Query(query): Query<ListQuery>) -> Result<Json<List<NicheOut>>> {
    let before = query.below(&app.seals, "niches")?.map(NicheId::from_uuid);
    let fetch = query.fetch();
    let niches = app.db.read(move |read| catalog::niches(read, before, fetch)).await?;
    let list = List::new(niches, &query, &app.seals, "niches", |niche| niche.id.uuid());
    Ok(Json(list.map(NicheOut::from)))
}

/// One niche
#[utoipa::path(get, path = "/api/v1/admin/niches/{id}", tag = "catalog", params(("id" = NicheId, Path)),
    responses((status = 200, body = NicheOut), Problems))]
async fn get_niche(app: App, _: CurrentAdmin, Path(id): Path<NicheId>) -> Result<Json<NicheOut>> {
    let niche = app.db.read(move |read| catalog::niche(read, id)).await?;
    Ok(Json(niche.into()))
}

/// Rename a niche, close or open it, or decide what becomes of leads by which nobody can be reached
#[utoipa::path(patch, path = "/api/v1/admin/niches/{id}", tag = "catalog", params(("id" = NicheId, Path)),
    request_body = ChangeBody, responses((status = 200, body = NicheOut), Problems))]
async fn change_niche(
    app: App,
    CurrentAdmin(admin): CurrentAdmin,
    Path(id): Path<NicheId>,
    Json(ChangeIn { name, active, unreachable, keep_days }): Json<ChangeIn>,
) -> Result<Json<NicheOut>> {
    let change = NicheChange { name, active, unreachable, keep_days };
    let niche = app.db.run(catalog::change_niche(admin.actor(), id, change)).await?;
    Ok(Json(niche.into()))
}
