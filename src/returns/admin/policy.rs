//! `/api/v1/admin/return-policy`

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::CurrentAdmin;
use crate::app::App;
use crate::error::Result;
use crate::http::{Body, Fields, Json, PatchBody, Problems};
use crate::returns::{self, Policy, PolicyChange};

const DAYS: std::ops::RangeInclusive<i64> = 1..=3650;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get, change))
}

/// What is decided without a person, and how many returns there may be.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReturnPolicy)]
struct PolicyOut {
    /// Approve at once if the provider was assigned this person in the niche before
    known_person: bool,
    /// How many days before this lead that may have been
    look_back_days: u32,
    /// Approve at once if the postal code was outside the subscription's area when the lead was sold
    outside_area: bool,
    /// Approve at once if no numbering plan knows the phone and the domain of the e-mail address cannot exist
    unreachable: bool,
    /// Returns a provider may open in 30 days; null: no limit
    max_returns: Option<i64>,
    /// The same limit in per cent of the leads assigned to it in 30 days; null: no limit
    max_percent: Option<i64>,
}

impl From<Policy> for PolicyOut {
    fn from(policy: Policy) -> Self {
        let Policy { known_person, look_back_days, outside_area, unreachable, max_returns, max_percent } = policy;
        Self { known_person, look_back_days, outside_area, unreachable, max_returns, max_percent }
    }
}

/// What to change; what is left out stays
#[derive(Debug, Clone, ToSchema)]
#[schema(as = ReturnPolicyChange)]
struct ChangeIn {
    known_person: Option<bool>,
    look_back_days: Option<i64>,
    outside_area: Option<bool>,
    unreachable: Option<bool>,
    #[expect(clippy::option_option, reason = "absent, null and a value are three things in a PATCH")]
    max_returns: Option<Option<i64>>,
    #[expect(clippy::option_option, reason = "absent, null and a value are three things in a PATCH")]
    max_percent: Option<Option<i64>>,
}

type ChangeBody = PatchBody<ChangeIn>;

impl Body for ChangeIn {
    fn read(fields: &mut Fields) -> Self {
        Self {
            known_person: fields.opt_flag("known_person"),
            look_back_days: fields.opt_int("look_back_days", DAYS),
            outside_area: fields.opt_flag("outside_area"),
            unreachable: fields.opt_flag("unreachable"),
            max_returns: fields.patch_int("max_returns", 0..=1_000_000),
            max_percent: fields.patch_int("max_percent", 0..=100),
        }
    }
}

/// The policy on returns
#[utoipa::path(get, path = "/api/v1/admin/return-policy", tag = "back office",
    responses((status = 200, body = PolicyOut), Problems))]
async fn get(app: App, _: CurrentAdmin) -> Result<Json<PolicyOut>> {
    let policy = app.db.read(returns::policy).await?;
    Ok(Json(policy.into()))
}

/// Change the policy on returns, for rejects to come
#[utoipa::path(patch, path = "/api/v1/admin/return-policy", tag = "back office", request_body = ChangeBody,
    responses((status = 200, body = PolicyOut), Problems))]
async fn change(app: App, CurrentAdmin(admin): CurrentAdmin, Json(body): Json<ChangeIn>) -> Result<Json<PolicyOut>> {
    let change = PolicyChange {
        known_person: body.known_person,
        look_back_days: body.look_back_days.and_then(|days| u32::try_from(days).ok()),
        outside_area: body.outside_area,
        unreachable: body.unreachable,
        max_returns: body.max_returns,
        max_percent: body.max_percent,
    };
    let policy = app.db.run(returns::change_policy(admin.actor(), change)).await?;
    Ok(Json(policy.into()))
}
