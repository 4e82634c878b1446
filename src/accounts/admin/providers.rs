//! `/api/v1/admin/providers`

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::{self, CurrentAdmin, NewProvider, Provider, ProviderChange};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{Read, Unit};
use crate::email::Email;
use crate::error::{Invalid, Result};
use crate::http::{Body, Fields, Json, List, ListQuery, NewBody, Once, PatchBody, Path, Problems, Query};
use crate::id::{Id, ProviderId};
use crate::money::Money;
use crate::zone;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(get, change))
}

#[derive(Debug, Clone, ToSchema)]
#[schema(as = NewProvider)]
struct NewIn {
    name: String,
    /// Where mails go
    #[schema(value_type = String)]
    email: Email,
    /// An IANA name, as in America/Denver: the calendar of filters, caps and quotas
    #[schema(default = "UTC")]
    timezone: Option<String>,
}

impl Body for NewIn {
    fn read(fields: &mut Fields) -> Self {
        Self { name: fields.line("name", 1..=200), email: fields.email("email"), timezone: opt_timezone(fields) }
    }
}

type NewInBody = NewBody<NewIn>;
type ChangeBody = PatchBody<ChangeIn>;

/// The fields to change
#[derive(Debug, Clone, ToSchema)]
#[schema(as = ProviderChange)]
struct ChangeIn {
    name: Option<String>,
    #[schema(value_type = Option<String>)]
    email: Option<Email>,
    timezone: Option<String>,
    /// false: it gets no leads, and its people and tokens are refused
    active: Option<bool>,
}

impl Body for ChangeIn {
    fn read(fields: &mut Fields) -> Self {
        Self {
            name: fields.opt_line("name", 1..=200),
            email: fields.opt_email("email"),
            timezone: opt_timezone(fields),
            active: fields.opt_flag("active"),
        }
    }
}

fn opt_timezone(fields: &mut Fields) -> Option<String> {
    let name = fields.opt_line("timezone", 1..=64)?;
    if zone::get(&name).is_some() {
        return Some(name);
    }
    let meant = zone::spelling(&name).unwrap_or("America/Denver");
    let detail = format!("timezone must be a name of the IANA database, as in {meant}");
    fields.error(Invalid::field("timezone", "invalid_timezone", detail));
    None
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Provider)]
struct ProviderOut {
    id: ProviderId,
    name: String,
    email: String,
    timezone: String,
    active: bool,
    /// What it has to spend
    balance: Money,
    #[schema(example = "USD")]
    currency: String,
    created_at: Timestamp,
}

impl ProviderOut {
    fn of(read: &mut Read, provider: Provider, currency: &str) -> Result<Self> {
        Ok(Self {
            balance: accounts::balance(read, provider.id)?,
            id: provider.id,
            name: provider.name,
            email: provider.email,
            timezone: provider.timezone,
            active: provider.active,
            currency: currency.to_owned(),
            created_at: provider.created_at,
        })
    }
}

/// Make a provider
///
/// Its account starts empty: put money on it, and give it a token and subscriptions. No mail is sent.
#[utoipa::path(post, path = "/api/v1/admin/providers", tag = "providers", request_body = NewInBody,
    responses((status = 201, body = ProviderOut), Problems))]
async fn create(app: App, CurrentAdmin(admin): CurrentAdmin, Once { body, once }: Once<NewIn>) -> Result<Response> {
    let currency = app.config.currency.clone();
    let new = NewProvider {
        name: body.name,
        email: body.email,
        timezone: body.timezone.unwrap_or_else(|| accounts::DEFAULT_TIMEZONE.to_owned()),
    };
    let made = accounts::create_provider(admin.actor(), new);
    let unit = made.then(move |tx, provider| ProviderOut::of(tx, provider, &currency));
    once.run(&app.db, admin.user.uuid(), StatusCode::CREATED, unit).await
}

/// Providers, newest first
#[utoipa::path(get, path = "/api/v1/admin/providers", tag = "providers", params(ListQuery),
    responses((status = 200, body = List<ProviderOut>), Problems))]
async fn list(app: App, _: CurrentAdmin, Query(query): Query<ListQuery>) -> Result<Json<List<ProviderOut>>> {
    let before = query.below(&app.seals, "providers")?.map(ProviderId::from_uuid);
    let (fetch, currency) = (query.fetch(), app.config.currency.clone());
    let unit = move |read: &mut Read| {
        let providers = accounts::providers(read, before, fetch)?;
        providers.into_iter().map(|provider| ProviderOut::of(read, provider, &currency)).collect::<Result<Vec<_>>>()
    };
    let providers = app.db.read(unit).await?;
    Ok(Json(List::new(providers, &query, &app.seals, "providers", |provider| provider.id.uuid())))
}

/// One provider
#[utoipa::path(get, path = "/api/v1/admin/providers/{id}", tag = "providers", params(("id" = ProviderId, Path)),
    responses((status = 200, body = ProviderOut), Problems))]
async fn get(app: App, _: CurrentAdmin, Path(id): Path<ProviderId>) -> Result<Json<ProviderOut>> {
    let currency = app.config.currency.clone();
    let unit = move |read: &mut Read| {
        let provider = accounts::provider(read, id)?;
        ProviderOut::of(read, provider, &currency)
    };
    app.db.read(unit).await.map(Json)
}

/// Change a provider, or suspend it
#[utoipa::path(patch, path = "/api/v1/admin/providers/{id}", tag = "providers", params(("id" = ProviderId, Path)),
    request_body = ChangeBody, responses((status = 200, body = ProviderOut), Problems))]
async fn change(
    app: App,
    CurrentAdmin(admin): CurrentAdmin,
    Path(id): Path<ProviderId>,
    Json(ChangeIn { name, email, timezone, active }): Json<ChangeIn>,
) -> Result<Json<ProviderOut>> {
    let (identities, currency) = (app.identities.clone(), app.config.currency.clone());
    let change = ProviderChange { name, email, timezone, active };
    let changed = accounts::update_provider(admin.actor(), identities, id, change);
    app.db.run(changed.then(move |tx, provider| ProviderOut::of(tx, provider, &currency))).await.map(Json)
}
