//! `/api/v1/provider/notification-preferences`

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Change, Preferences};
use crate::accounts::CurrentProvider;
use crate::app::App;
use crate::db::{Lane, Tx};
use crate::error::Result;
use crate::http::{Body, Fields, Json, Problems};
use crate::id::Id;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get, change))
}

#[derive(Debug, Serialize, ToSchema)]
struct PreferencesAnswer {
    #[schema(example = true)]
    ok: bool,
    preferences: PreferencesOut,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Preferences)]
struct PreferencesOut {
    /// A new lead
    notify_on_new_lead: bool,
    /// Someone else changed one of the leads, return decisions apart
    notify_on_lead_status_change: bool,
    /// A return was approved or denied
    notify_on_bad_lead_decision: bool,
}

impl From<Preferences> for PreferencesAnswer {
    fn from(preferences: Preferences) -> Self {
        let Preferences { notify_on_new_lead, notify_on_lead_status_change, notify_on_bad_lead_decision } = preferences;
        let preferences =
            PreferencesOut { notify_on_new_lead, notify_on_lead_status_change, notify_on_bad_lead_decision };
        Self { ok: true, preferences }
    }
}

/// The preferences to change; those left out stay
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(as = PreferencesChange)]
#[expect(clippy::struct_field_names, reason = "the plan's names")]
struct ChangeIn {
    #[schema(nullable = false)]
    notify_on_new_lead: Option<bool>,
    #[schema(nullable = false)]
    notify_on_lead_status_change: Option<bool>,
    #[schema(nullable = false)]
    notify_on_bad_lead_decision: Option<bool>,
}

impl Body for ChangeIn {
    fn read(fields: &mut Fields) -> Self {
        Self {
            notify_on_new_lead: fields.opt_flag("notify_on_new_lead"),
            notify_on_lead_status_change: fields.opt_flag("notify_on_lead_status_change"),
            notify_on_bad_lead_decision: fields.opt_flag("notify_on_bad_lead_decision"),
        }
    }
}

/// What I am told by mail
#[utoipa::path(get, path = "/api/v1/provider/notification-preferences", tag = "provider",
    responses((status = 200, body = PreferencesAnswer), Problems))]
async fn get(app: App, provider: CurrentProvider) -> Result<Json<PreferencesAnswer>> {
    let id = provider.id;
    let preferences = app.db.read(move |read| super::of(read, id)).await?;
    Ok(Json(preferences.into()))
}

/// Change what I am told by mail
#[utoipa::path(patch, path = "/api/v1/provider/notification-preferences", tag = "provider", request_body = ChangeIn,
    responses((status = 200, body = PreferencesAnswer), Problems))]
async fn change(app: App, provider: CurrentProvider, Json(body): Json<ChangeIn>) -> Result<Json<PreferencesAnswer>> {
    let ChangeIn { notify_on_new_lead, notify_on_lead_status_change, notify_on_bad_lead_decision } = body;
    let change = Change { notify_on_new_lead, notify_on_lead_status_change, notify_on_bad_lead_decision };
    let id = provider.id;
    let unit = move |tx: &mut Tx| super::change(tx, id, change);
    let preferences = app.db.write(Lane::of(id.uuid()), unit).await?;
    Ok(Json(preferences.into()))
}
