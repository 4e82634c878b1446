//! `/api/v1/admin/niches`

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::fields::{self, FieldOut};
use crate::accounts::CurrentAdmin;
use crate::app::App;
use crate::catalog::{self, NewNiche, Niche, NicheChange, Unreachable};
use crate::clock::Timestamp;
use crate::db::Unit;
use crate::document_words;
use crate::error::Result;
use crate::fields::NicheFields;
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
#[schema(as = NewNiche)]
struct NewIn {
    name: String,
    /// `invalid` where it is not given
    unreachable: Option<Unreachable>,
    /// Leads older than this are erased; null: none is by its age
    keep_days: Option<i64>,
    /// What its forms ask, in the order in which it is shown; `label` is the name where it is not given
    #[schema(value_type = Option<Vec<Object>>)]
    fields: Option<NicheFields>,
    /// Whether buyers see what the person agreed to, with its evidence
    show_consent: Option<bool>,
}

/// As the table has it.
const KEEP_DAYS: std::ops::RangeInclusive<i64> = 1..=36_500;

impl Body for NewIn {
    fn read(fields: &mut Fields) -> Self {
        Self {
            name: fields.line("name", 1..=100),
            unreachable: fields.opt_choice("unreachable", Unreachable::CHOICES),
            keep_days: fields.opt_int("keep_days", KEEP_DAYS),
            show_consent: fields.opt_flag("show_consent"),
            fields: fields::read(fields),
        }
    }
}

type NewNicheBody = NewBody<NewIn>;
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
    /// All of them, in order: checked for leads to come, shown and hidden of all
    #[schema(value_type = Option<Vec<Object>>)]
    fields: Option<NicheFields>,
    show_consent: Option<bool>,
}

impl Body for ChangeIn {
    fn read(fields: &mut Fields) -> Self {
        Self {
            name: fields.opt_line("name", 1..=100),
            active: fields.opt_flag("active"),
            unreachable: fields.opt_choice("unreachable", Unreachable::CHOICES),
            keep_days: fields.patch_int("keep_days", KEEP_DAYS),
            show_consent: fields.opt_flag("show_consent"),
            fields: fields::read(fields),
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
    /// What its forms ask, in order
    fields: Vec<FieldOut>,
    /// Whether buyers see what the person agreed to, with its evidence
    show_consent: bool,
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
            fields: fields::shown(&niche.fields),
            show_consent: niche.show_consent,
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
    Once { body, once }: Once<NewIn>,
) -> Result<Response> {
    let new = NewNiche {
        name: body.name,
        unreachable: body.unreachable.unwrap_or(Unreachable::Invalid),
        keep_days: body.keep_days,
        fields: body.fields.unwrap_or_default(),
        show_consent: body.show_consent.unwrap_or_default(),
    };
    let made = catalog::create_niche(admin.actor(), new);
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

/// Change a niche: its name, what it asks, whether it is open, what becomes of leads by which nobody can be reached
#[utoipa::path(patch, path = "/api/v1/admin/niches/{id}", tag = "catalog", params(("id" = NicheId, Path)),
    request_body = ChangeBody, responses((status = 200, body = NicheOut), Problems))]
async fn change_niche(
    app: App,
    CurrentAdmin(admin): CurrentAdmin,
    Path(id): Path<NicheId>,
    Json(ChangeIn { name, active, unreachable, keep_days, fields, show_consent }): Json<ChangeIn>,
) -> Result<Json<NicheOut>> {
    let change = NicheChange { name, active, unreachable, keep_days, fields, show_consent };
    let niche = app.db.run(catalog::change_niche(admin.actor(), app.identities.clone(), id, change)).await?;
    Ok(Json(niche.into()))
}
