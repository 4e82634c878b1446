//! `/api/v1/admin/providers/{id}/subscriptions` and `/api/v1/admin/subscriptions`

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::CurrentAdmin;
use crate::app::App;
use crate::catalog::postal::Prefixes;
use crate::catalog::{self, NewSubscription, Subscription, SubscriptionChange};
use crate::clock::Timestamp;
use crate::db::Unit;
use crate::error::{Invalid, Result};
use crate::http::{
    Body, Fields, Json, List, ListQuery, MoneyFields, NewBody, Once, PatchBody, Path, Problems, Query, Sign,
};
use crate::id::{CompetitionLevelId, Id, NicheId, ProviderId, SubscriptionId};
use crate::money::Money;

/// So many that a sum of a day stays far from any overflow.
const MAX_CAP: i64 = 1_000_000;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create_subscription, list_subscriptions_of))
        .routes(routes!(list_subscriptions))
        .routes(routes!(get_subscription, change_subscription))
}

/// The terms of a new subscription
#[derive(Debug, Clone, ToSchema)]
#[schema(as = NewSubscription)]
struct NewIn {
    niche_id: NicheId,
    competition_level_id: CompetitionLevelId,
    /// What a lead costs: 0 or more
    price: Money,
    /// Leads a day at most, in the provider's time zone
    daily_cap: Option<i64>,
    /// What a calendar month may cost at most, in the provider's time zone
    monthly_budget: Option<Money>,
    /// Where it buys; absent: everywhere. Read in the country of a lead's source, without case and dashes; a space matters
    /// where it tells the sector `E1 6` from the district `E16`
    #[schema(value_type = Option<Vec<String>>)]
    postal_prefixes: Option<Prefixes>,
}

impl Body for NewIn {
    fn read(fields: &mut Fields) -> Self {
        fields.says("postal_prefixes", of_prefixes);
        let postal_prefixes = fields.opt_list_of_text("postal_prefixes", 1..=500, 1..=10);
        Self {
            niche_id: fields.id("niche_id"),
            competition_level_id: fields.id("competition_level_id"),
            price: fields.money("price", Sign::NotNegative),
            daily_cap: fields.opt_int("daily_cap", 1..=MAX_CAP),
            monthly_budget: fields.opt_money("monthly_budget", Sign::Positive),
            postal_prefixes: postal_prefixes.and_then(|list| prefixes(fields, &list)),
        }
    }
}

type NewInBody = NewBody<NewIn>;
type ChangeBody = PatchBody<ChangeIn>;

/// The fields to change; null lifts a limit
#[derive(Debug, Clone, ToSchema)]
#[schema(as = SubscriptionChange)]
struct ChangeIn {
    price: Option<Money>,
    #[expect(clippy::option_option, reason = "absent, null and a value are three things in a PATCH")]
    daily_cap: Option<Option<i64>>,
    #[expect(clippy::option_option, reason = "absent, null and a value are three things in a PATCH")]
    monthly_budget: Option<Option<Money>>,
    #[schema(value_type = Option<Vec<String>>)]
    #[expect(clippy::option_option, reason = "absent, null and a value are three things in a PATCH")]
    postal_prefixes: Option<Option<Prefixes>>,
    active: Option<bool>,
}

impl Body for ChangeIn {
    fn read(fields: &mut Fields) -> Self {
        fields.says("postal_prefixes", of_prefixes);
        let postal_prefixes = fields.patch_list("postal_prefixes", 1..=500, 1..=10);
        Self {
            price: fields.opt_money("price", Sign::NotNegative),
            daily_cap: fields.patch_int("daily_cap", 1..=MAX_CAP),
            monthly_budget: fields.patch_money("monthly_budget", Sign::Positive),
            postal_prefixes: postal_prefixes.map(|list| list.and_then(|list| prefixes(fields, &list))),
            active: fields.opt_flag("active"),
        }
    }
}

/// What a prefix may be, for the document.
fn of_prefixes() -> Value {
    json!({ "items": { "type": "string", "minLength": 1, "maxLength": 10, "pattern": "^ *[A-Za-z0-9](?:[A-Za-z0-9 -]*[A-Za-z0-9])? *$" } })
}

/// The prefixes as they are kept; one that is none is an error at its place, and the value a placeholder.
fn prefixes(fields: &mut Fields, list: &[String]) -> Option<Prefixes> {
    let wrong = match Prefixes::of(list) {
        Ok(prefixes) => return Some(prefixes),
        Err(wrong) => wrong,
    };
    for at in wrong {
        let detail = "a prefix has letters A to Z and digits, at least one, and may have spaces and dashes";
        fields.error(Invalid::field(&format!("postal_prefixes/{at}"), "wrong_format", detail));
    }
    None
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Subscription)]
struct SubscriptionOut {
    id: SubscriptionId,
    provider_id: ProviderId,
    niche_id: NicheId,
    competition_level_id: CompetitionLevelId,
    price: Money,
    currency: String,
    daily_cap: Option<i64>,
    monthly_budget: Option<Money>,
    /// Normalised: capitals, without dashes, and without spaces that mean nothing
    #[schema(value_type = Option<Vec<String>>)]
    postal_prefixes: Option<Prefixes>,
    active: bool,
    created_at: Timestamp,
}

impl SubscriptionOut {
    fn of(subscription: Subscription, currency: &str) -> Self {
        Self {
            id: subscription.id,
            provider_id: subscription.provider_id,
            niche_id: subscription.niche_id,
            competition_level_id: subscription.competition_level_id,
            price: subscription.price,
            currency: currency.to_owned(),
            daily_cap: subscription.daily_cap,
            monthly_budget: subscription.monthly_budget,
            postal_prefixes: subscription.postal_prefixes,
            active: subscription.active,
            created_at: subscription.created_at,
        }
    }
}

/// Make a subscription
///
/// Leads of the niche that nobody could take are offered again.
#[utoipa::path(post, path = "/api/v1/admin/providers/{id}/subscriptions", tag = "catalog",
    params(("id" = ProviderId, Path)), request_body = NewInBody,
    responses((status = 201, body = SubscriptionOut), Problems))]
async fn create_subscription(
    app: App,
    CurrentAdmin(admin): CurrentAdmin,
    Path(provider_id): Path<ProviderId>,
    Once { body, once }: Once<NewIn>,
) -> Result<Response> {
    let new = NewSubscription {
        provider_id,
        niche_id: body.niche_id,
        competition_level_id: body.competition_level_id,
        price: body.price,
        daily_cap: body.daily_cap,
        monthly_budget: body.monthly_budget,
        postal_prefixes: body.postal_prefixes,
    };
    let currency = app.config.currency.clone();
    let made = catalog::create_subscription(admin.actor(), new);
    let unit = made.then(move |_, subscription| Ok(SubscriptionOut::of(subscription, &currency)));
    once.run(&app.db, admin.user.uuid(), StatusCode::CREATED, unit).await
}

/// A provider's subscriptions, newest first
#[utoipa::path(get, path = "/api/v1/admin/providers/{id}/subscriptions", tag = "catalog",
    params(("id" = ProviderId, Path), ListQuery),
    responses((status = 200, body = List<SubscriptionOut>), Problems))]
async fn list_subscriptions_of(
    app: App,
    _: CurrentAdmin,
    Path(provider): Path<ProviderId>,
    Query(query): Query<ListQuery>,
) -> Result<Json<List<SubscriptionOut>>> {
    page(&app, Some(provider), &query).await
}

/// All subscriptions, newest first
#[utoipa::path(get, path = "/api/v1/admin/subscriptions", tag = "catalog", params(ListQuery),
    responses((status = 200, body = List<SubscriptionOut>), Problems))]
async fn list_subscriptions(
    app: App,
    _: CurrentAdmin,
    Query(query): Query<ListQuery>,
) -> Result<Json<List<SubscriptionOut>>> {
    page(&app, None, &query).await
}

async fn page(app: &App, of: Option<ProviderId>, query: &ListQuery) -> Result<Json<List<SubscriptionOut>>> {
    let scope = of.map_or_else(|| "subscriptions".to_owned(), |provider| format!("subscriptions {provider}"));
    let before = query.below(&app.seals, &scope)?.map(SubscriptionId::from_uuid);
    let fetch = query.fetch();
    let subscriptions = app.db.read(move |read| catalog::subscriptions(read, of, before, fetch)).await?;
    let list = List::new(subscriptions, query, &app.seals, &scope, |subscription| subscription.id.uuid());
    Ok(Json(list.map(|subscription| SubscriptionOut::of(subscription, &app.config.currency))))
}

/// One subscription
#[utoipa::path(get, path = "/api/v1/admin/subscriptions/{id}", tag = "catalog", params(("id" = SubscriptionId, Path)),
    responses((status = 200, body = SubscriptionOut), Problems))]
async fn get_subscription(app: App, _: CurrentAdmin, Path(id): Path<SubscriptionId>) -> Result<Json<SubscriptionOut>> {
    let subscription = app.db.read(move |read| catalog::subscription(read, id)).await?;
    Ok(Json(SubscriptionOut::of(subscription, &app.config.currency)))
}

/// Change a subscription, for leads to come
///
/// Its provider, niche and level cannot change: for others make a new one. Leads of the niche that nobody could take are offered again.
#[utoipa::path(patch, path = "/api/v1/admin/subscriptions/{id}", tag = "catalog",
    params(("id" = SubscriptionId, Path)), request_body = ChangeBody,
    responses((status = 200, body = SubscriptionOut), Problems))]
async fn change_subscription(
    app: App,
    CurrentAdmin(admin): CurrentAdmin,
    Path(id): Path<SubscriptionId>,
    Json(body): Json<ChangeIn>,
) -> Result<Json<SubscriptionOut>> {
    let change = SubscriptionChange {
        price: body.price,
        daily_cap: body.daily_cap,
        monthly_budget: body.monthly_budget,
        postal_prefixes: body.postal_prefixes,
        active: body.active,
    };
    let subscription = app.db.run(catalog::change_subscription(admin.actor(), id, change)).await?;
    Ok(Json(SubscriptionOut::of(subscription, &app.config.currency)))
}
