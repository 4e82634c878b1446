//! `/api/v1/admin/providers/{id}/tokens` and `/api/v1/admin/tokens/{id}`

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::{self, CurrentAdmin, Owner, Token};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Unit;
use crate::error::Result;
use crate::http::{Body, Fields, Json, List, ListQuery, NewBody, Once, Path, Problems, Query};
use crate::id::{Id, ProviderId, TokenId, UserId};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(revoke))
}

/// What the token is called
#[derive(Debug, Clone, ToSchema)]
#[schema(as = NewToken)]
struct NewIn {
    /// For telling tokens apart
    name: Option<String>,
}

type NewInBody = NewBody<NewIn>;

impl Body for NewIn {
    const OPTIONAL: bool = true;

    fn read(fields: &mut Fields) -> Self {
        Self { name: fields.opt_line("name", 1..=100) }
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = TokenMade)]
struct Made {
    id: TokenId,
    name: String,
    /// The secret, shown only in this answer; null if the answer is repeated for an Idempotency-Key, since it is not kept
    token: Option<String>,
    created_at: Timestamp,
}

/// A token without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Token)]
struct TokenOut {
    id: TokenId,
    name: String,
    /// The person it belongs to; null: the provider itself
    user_id: Option<UserId>,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

impl From<Token> for TokenOut {
    fn from(token: Token) -> Self {
        Self {
            id: token.id,
            name: token.name,
            user_id: token.user_id,
            created_at: token.created_at,
            expires_at: token.expires_at,
            revoked_at: token.revoked_at,
        }
    }
}

/// Make a token that acts as the provider
#[utoipa::path(post, path = "/api/v1/admin/providers/{id}/tokens", tag = "providers",
    params(("id" = ProviderId, Path)), request_body(content = Option<NewInBody>),
    responses((status = 201, body = Made), Problems))]
async fn create(
    app: App,
    CurrentAdmin(admin): CurrentAdmin,
    Path(provider): Path<ProviderId>,
    Once { body, once }: Once<NewIn>,
) -> Result<Response> {
    let name = body.name.unwrap_or_default();
    let made = accounts::create_token(admin.actor(), Owner::Provider(provider), name.clone());
    let unit = made.then(move |tx, (id, secret)| {
        let kept = Made { id, name: name.clone(), token: None, created_at: tx.now() };
        Ok((Made { token: Some(secret.into_text()), ..kept.clone() }, kept))
    });
    once.run_keeping(&app.db, admin.user.uuid(), StatusCode::CREATED, unit).await
}

/// Tokens that act as the provider, its own and its people's, newest first
#[utoipa::path(get, path = "/api/v1/admin/providers/{id}/tokens", tag = "providers",
    params(("id" = ProviderId, Path), ListQuery), responses((status = 200, body = List<TokenOut>), Problems))]
async fn list(
    app: App,
    _: CurrentAdmin,
    Path(provider): Path<ProviderId>,
    Query(query): Query<ListQuery>,
) -> Result<Json<List<TokenOut>>> {
    let scope = format!("tokens of {provider}");
    let before = query.below(&app.seals, &scope)?.map(TokenId::from_uuid);
    let fetch = query.fetch();
    let tokens = app.db.read(move |read| accounts::tokens_of(read, provider, before, fetch)).await?;
    Ok(Json(List::new(tokens, &query, &app.seals, &scope, |token| token.id.uuid()).map(TokenOut::from)))
}

/// End a token, a provider's or a person's
///
/// It has stopped working when this is answered, on other nodes within a second. Ending it again changes nothing.
#[utoipa::path(delete, path = "/api/v1/admin/tokens/{id}", tag = "providers", params(("id" = TokenId, Path)),
    responses((status = 204), Problems))]
async fn revoke(app: App, CurrentAdmin(admin): CurrentAdmin, Path(id): Path<TokenId>) -> Result<StatusCode> {
    app.db.run(accounts::revoke_token(admin.actor(), app.identities.clone(), id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
