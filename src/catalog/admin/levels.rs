//! `/api/v1/admin/competition-levels`

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::CurrentAdmin;
use crate::app::App;
use crate::catalog::{self, CompetitionLevel, LevelChange};
use crate::clock::Timestamp;
use crate::db::Unit;
use crate::error::Result;
use crate::http::{Body, Fields, Json, List, ListQuery, NewBody, Once, PatchBody, Path, Problems, Query};
use crate::id::{CompetitionLevelId, Id};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create_level, list_levels)).routes(routes!(get_level, change_level))
}

#[derive(Debug, Clone, ToSchema)]
struct NewLevel {
    name: String,
    /// How many providers may share a lead
    max_providers: i64,
}

impl Body for NewLevel {
    fn read(fields: &mut Fields) -> Self {
        Self { name: fields.line("name", 1..=100), max_providers: fields.int("max_providers", 1..=100) }
    }
}

type NewLevelBody = NewBody<NewLevel>;
type ChangeBody = PatchBody<ChangeIn>;

/// The fields to change
#[derive(Debug, Clone, ToSchema)]
#[schema(as = LevelChange)]
struct ChangeIn {
    name: Option<String>,
    max_providers: Option<i64>,
    active: Option<bool>,
}

impl Body for ChangeIn {
    fn read(fields: &mut Fields) -> Self {
        Self {
            name: fields.opt_line("name", 1..=100),
            max_providers: fields.opt_int("max_providers", 1..=100),
            active: fields.opt_flag("active"),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CompetitionLevel)]
struct LevelOut {
    id: CompetitionLevelId,
    name: String,
    /// How many providers may share a lead
    max_providers: i64,
    active: bool,
    created_at: Timestamp,
}

impl From<CompetitionLevel> for LevelOut {
    fn from(level: CompetitionLevel) -> Self {
        Self {
            id: level.id,
            name: level.name,
            max_providers: level.max_providers,
            active: level.active,
            created_at: level.created_at,
        }
    }
}

/// Make a competition level
#[utoipa::path(post, path = "/api/v1/admin/competition-levels", tag = "catalog", request_body = NewLevelBody,
    responses((status = 201, body = LevelOut), Problems))]
async fn create_level(
    app: App,
    CurrentAdmin(admin): CurrentAdmin,
    Once { body, once }: Once<NewLevel>,
) -> Result<Response> {
    let made = catalog::create_level(admin.actor(), body.name, body.max_providers);
    let unit = made.then(|_, level| Ok(LevelOut::from(level)));
    once.run(&app.db, admin.user.uuid(), StatusCode::CREATED, unit).await
}

/// Competition levels, newest first
#[utoipa::path(get, path = "/api/v1/admin/competition-levels", tag = "catalog", params(ListQuery),
    responses((status = 200, body = List<LevelOut>), Problems))]
async fn list_levels(app: App, _: CurrentAdmin, Query(query): Query<ListQuery>) -> Result<Json<List<LevelOut>>> {
    let before = query.below(&app.seals, "competition_levels")?.map(CompetitionLevelId::from_uuid);
    let fetch = query.fetch();
    let levels = app.db.read(move |read| catalog::levels(read, before, fetch)).await?;
    let list = List::new(levels, &query, &app.seals, "competition_levels", |level| level.id.uuid());
    Ok(Json(list.map(LevelOut::from)))
}

/// One competition level
#[utoipa::path(get, path = "/api/v1/admin/competition-levels/{id}", tag = "catalog",
    params(("id" = CompetitionLevelId, Path)), responses((status = 200, body = LevelOut), Problems))]
async fn get_level(app: App, _: CurrentAdmin, Path(id): Path<CompetitionLevelId>) -> Result<Json<LevelOut>> {
    let level = app.db.read(move |read| catalog::level(read, id)).await?;
    Ok(Json(level.into()))
}

/// Change a competition level, for leads to come
#[utoipa::path(patch, path = "/api/v1/admin/competition-levels/{id}", tag = "catalog",
    params(("id" = CompetitionLevelId, Path)), request_body = ChangeBody, responses((status = 200, body = LevelOut), Problems))]
async fn change_level(
    app: App,
    CurrentAdmin(admin): CurrentAdmin,
    Path(id): Path<CompetitionLevelId>,
    Json(ChangeIn { name, max_providers, active }): Json<ChangeIn>,
) -> Result<Json<LevelOut>> {
    let change = LevelChange { name, max_providers, active };
    let level = app.db.run(catalog::change_level(admin.actor(), id, change)).await?;
    Ok(Json(level.into()))
}
