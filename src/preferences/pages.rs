//! `/unsubscribe`: the page behind a mail's own link, and the one click of RFC 8058. The token is all the identity there is,
//! and good for one preference of one provider; whoever shows a wrong one is counted by address. A GET changes nothing: mail
//! scanners follow links.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;

use super::Change;
use crate::app::App;
use crate::error::Result;
use crate::http::link_token;
use crate::http::notice::{Button, Notice};
use crate::id::ProviderId;
use crate::outbox::{Preference, unsubscribing};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().route("/unsubscribe", get(ask).post(unsubscribe))
}

/// The mails a preference is about.
fn kind(preference: Preference) -> &'static str {
    match preference {
        Preference::NewLead => "new leads",
        Preference::StatusChange => "changes to your leads",
        Preference::BadLeadDecision => "decisions on your returns",
    }
}

/// Whom and what the query's token is about.
fn asked(app: &App, query: Option<&str>) -> Option<(ProviderId, Preference)> {
    unsubscribing(&app.seals, &link_token(query))
}

async fn ask(app: App, RawQuery(query): RawQuery, parts: Parts) -> Result<Response> {
    let Some((_, preference)) = asked(&app, query.as_deref()) else { return unknown(&app, &parts).await };
    let action = format!("/unsubscribe?token={}", link_token(query.as_deref()));
    let text = format!("No more mails about {}? Everything else stays as it is.", kind(preference));
    let button = Button { action: &action, label: "No more of these mails" };
    Notice::new("Unsubscribe", &text).with(button).answer(StatusCode::OK)
}

async fn unsubscribe(app: App, RawQuery(query): RawQuery, parts: Parts) -> Result<Response> {
    let Some((provider, preference)) = asked(&app, query.as_deref()) else { return unknown(&app, &parts).await };
    let off = Some(false);
    let change = match preference {
        Preference::NewLead => Change { notify_on_new_lead: off, ..Change::default() },
        Preference::StatusChange => Change { notify_on_lead_status_change: off, ..Change::default() },
        Preference::BadLeadDecision => Change { notify_on_bad_lead_decision: off, ..Change::default() },
    };
    app.db.run(super::change(provider, change)).await?;
    let text =
        format!("You get no more mails about {}. In your preferences you can switch them on again.", kind(preference));
    Notice::new("Done", &text).answer(StatusCode::OK)
}

async fn unknown(app: &App, parts: &Parts) -> Result<Response> {
    app.limits.stranger(parts).await?;
    let text = "This link is damaged. Your preferences are where mails can be switched off, too.";
    Notice::new("That did not work", text).answer(StatusCode::BAD_REQUEST)
}
