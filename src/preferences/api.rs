//! `/api/v1/provider/notification-preferences`

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Change;
use crate::accounts::{CurrentProvider, Preferences};
use crate::app::App;
use crate::error::{Invalid, Result};
use crate::http::{Body, Fields, Json, PatchBody, Problems};
use crate::outbox;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get, change)).merge(super::pages::routes())
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
    /// From this time of day on, in the provider's time zone, mails about new leads wait; null: no quiet hours
    #[schema(example = "22:00")]
    quiet_from: Option<String>,
    /// Until this time of day; then they come as one mail
    #[schema(example = "06:30")]
    quiet_until: Option<String>,
}

impl From<Preferences> for PreferencesAnswer {
    fn from(preferences: Preferences) -> Self {
        let Preferences { notify_on_new_lead, notify_on_lead_status_change, notify_on_bad_lead_decision, .. } =
            preferences;
        let Preferences { quiet_from, quiet_until, .. } = preferences;
        let preferences = PreferencesOut {
            notify_on_new_lead,
            notify_on_lead_status_change,
            notify_on_bad_lead_decision,
            quiet_from,
            quiet_until,
        };
        Self { ok: true, preferences }
    }
}

/// The preferences to change; those left out stay
#[derive(Debug, Clone, ToSchema)]
#[schema(as = PreferencesChange)]
#[expect(clippy::option_option, reason = "absent, null and a value are three things in a PATCH")]
struct ChangeIn {
    notify_on_new_lead: Option<bool>,
    notify_on_lead_status_change: Option<bool>,
    notify_on_bad_lead_decision: Option<bool>,
    /// `HH:MM`; null: no quiet hours
    #[schema(value_type = Option<String>, example = "22:00")]
    quiet_from: Option<Option<String>>,
    /// `HH:MM`, the next day's where it is earlier; null: no quiet hours
    #[schema(value_type = Option<String>, example = "06:30")]
    quiet_until: Option<Option<String>>,
}

type ChangeBody = PatchBody<ChangeIn>;

impl Body for ChangeIn {
    fn read(fields: &mut Fields) -> Self {
        Self {
            notify_on_new_lead: fields.opt_flag("notify_on_new_lead"),
            notify_on_lead_status_change: fields.opt_flag("notify_on_lead_status_change"),
            notify_on_bad_lead_decision: fields.opt_flag("notify_on_bad_lead_decision"),
            quiet_from: time_of_day(fields, "quiet_from"),
            quiet_until: time_of_day(fields, "quiet_until"),
        }
    }
}

#[expect(clippy::option_option, reason = "absent, null and a value are three things in a PATCH")]
fn time_of_day(fields: &mut Fields, name: &'static str) -> Option<Option<String>> {
    fields.says(name, || json!({ "pattern": "^(?:[01][0-9]|2[0-3]):[0-5][0-9]$", "minLength": 5, "maxLength": 5 }));
    let given = fields.patch_line(name, 0..=20)?;
    if given.as_deref().is_some_and(|text| !outbox::is_time_of_day(text)) {
        fields.error(Invalid::field(name, "invalid_time", "a time of day is written HH:MM, from 00:00 to 23:59"));
    }
    Some(given)
}

/// Which mails I get
#[utoipa::path(get, path = "/api/v1/provider/notification-preferences", tag = "provider",
    responses((status = 200, body = PreferencesAnswer), Problems))]
async fn get(app: App, provider: CurrentProvider) -> Result<Json<PreferencesAnswer>> {
    let id = provider.id;
    let preferences = app.db.read(move |read| super::of(read, id)).await?;
    Ok(Json(preferences.into()))
}

/// Change which mails I get
#[utoipa::path(patch, path = "/api/v1/provider/notification-preferences", tag = "provider", request_body = ChangeBody,
    responses((status = 200, body = PreferencesAnswer), Problems))]
async fn change(app: App, provider: CurrentProvider, Json(body): Json<ChangeIn>) -> Result<Json<PreferencesAnswer>> {
    let change = Change {
        notify_on_new_lead: body.notify_on_new_lead,
        notify_on_lead_status_change: body.notify_on_lead_status_change,
        notify_on_bad_lead_decision: body.notify_on_bad_lead_decision,
        quiet_from: body.quiet_from,
        quiet_until: body.quiet_until,
    };
    let preferences = app.db.run(super::change(provider.id, change)).await?;
    Ok(Json(preferences.into()))
}
