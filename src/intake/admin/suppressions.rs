//! `/api/v1/admin/suppressions`: people who opted out.

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::CurrentAdmin;
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Unit;
use crate::error::{Invalid, Result};
use crate::http::{Body, Fields, Json, List, ListQuery, NewBody, Once, Path, Problems, Query};
use crate::id::{Id, SuppressionId};
use crate::intake::{self, NewSuppression, Sha, Suppression};

const SCOPE: &str = "suppressions";

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(get, delete))
}

/// Who opted out: by at least one of e-mail and phone, or by the SHA-256 of one.
#[derive(Debug, ToSchema)]
#[schema(as = NewSuppression)]
#[expect(dead_code, reason = "the shape for the document; the reader is below")]
struct NewShape {
    email: Option<String>,
    /// In E.164, or as it is written in a country that leads come from
    phone: Option<String>,
    /// Of the address in lower case without white space around it, in hexadecimal
    email_sha256: Option<String>,
    /// Of the number in E.164, with or without its plus, in hexadecimal
    phone_sha256: Option<String>,
    /// For yourself: write nothing of the person
    reason: Option<String>,
}

type CreateBody = NewBody<NewSuppression, NewShape>;

impl Body for NewSuppression {
    fn read(fields: &mut Fields) -> Self {
        let new = Self {
            email: fields.opt_email("email").map(|email| email.key),
            phone: fields.opt_line("phone", 1..=40),
            email_sha256: sha256(fields, "email_sha256"),
            phone_sha256: sha256(fields, "phone_sha256"),
            reason: fields.opt_line("reason", 1..=200),
        };
        let is_nobody =
            new.email.is_none() && new.phone.is_none() && new.email_sha256.is_none() && new.phone_sha256.is_none();
        if is_nobody && fields.is_clean() {
            fields.error(Invalid::field("email", "required", "say who: email, phone, email_sha256 or phone_sha256"));
        }
        new
    }
}

fn sha256(fields: &mut Fields, name: &str) -> Option<Sha> {
    fields.says(name, || json!({ "pattern": "^[0-9a-fA-F]{64}$" }));
    let given = fields.opt_text(name, 64..=64)?;
    let sha = intake::read_sha(&given);
    if sha.is_none() {
        fields.refuse(name, "invalid_hash", "must be a SHA-256 in 64 hexadecimal digits".to_owned());
    }
    sha
}

/// Somebody who opted out; who it is cannot be read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Suppression)]
struct SuppressionOut {
    id: SuppressionId,
    /// By which of the two the person is known
    has_email: bool,
    has_phone: bool,
    reason: Option<String>,
    created_at: Timestamp,
}

impl From<Suppression> for SuppressionOut {
    fn from(suppression: Suppression) -> Self {
        Self {
            id: suppression.id,
            has_email: suppression.has_email,
            has_phone: suppression.has_phone,
            reason: suppression.reason,
            created_at: suppression.created_at,
        }
    }
}

/// Suppress somebody
///
/// From now on their leads are stored as `suppressed` and offered to nobody; those that wait are so too, and everybody who was sold
/// one is told. The same again is answered with what is there.
#[utoipa::path(post, path = "/api/v1/admin/suppressions", tag = "back office", request_body = CreateBody,
    responses((status = 201, body = SuppressionOut), Problems))]
async fn create(
    app: App,
    CurrentAdmin(admin): CurrentAdmin,
    Once { body, once }: Once<NewSuppression>,
) -> Result<Response> {
    let unit = intake::suppress(admin.actor(), body).then(|_, made| Ok(SuppressionOut::from(made)));
    once.run(&app.db, admin.user.uuid(), StatusCode::CREATED, unit).await
}

/// Who opted out, newest first; not who they are
#[utoipa::path(get, path = "/api/v1/admin/suppressions", tag = "back office", params(ListQuery),
    responses((status = 200, body = List<SuppressionOut>), Problems))]
async fn list(app: App, _: CurrentAdmin, Query(query): Query<ListQuery>) -> Result<Json<List<SuppressionOut>>> {
    let below = query.below(&app.seals, SCOPE)?.map(SuppressionId);
    let fetch = query.fetch();
    let found = app.db.read(move |read| intake::suppressions(read, below, fetch)).await?;
    let page = List::new(found, &query, &app.seals, SCOPE, |one| one.id.uuid());
    Ok(Json(page.map(SuppressionOut::from)))
}

/// One of them
#[utoipa::path(get, path = "/api/v1/admin/suppressions/{id}", tag = "back office",
    params(("id" = SuppressionId, Path)), responses((status = 200, body = SuppressionOut), Problems))]
async fn get(app: App, _: CurrentAdmin, Path(id): Path<SuppressionId>) -> Result<Json<SuppressionOut>> {
    let found = app.db.read(move |read| intake::suppression(read, id)).await?;
    Ok(Json(found.into()))
}

/// Take somebody off the list
///
/// What was withdrawn meanwhile stays so.
#[utoipa::path(delete, path = "/api/v1/admin/suppressions/{id}", tag = "back office",
    params(("id" = SuppressionId, Path)), responses((status = 204), Problems))]
async fn delete(app: App, CurrentAdmin(admin): CurrentAdmin, Path(id): Path<SuppressionId>) -> Result<StatusCode> {
    app.db.run(intake::unsuppress(admin.actor(), id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
