//! `/unsubscribe`: the page behind a mail's own link, and the one click of RFC 8058. The token is all the identity there is,
//! and good for one preference of one provider. A GET changes nothing: mail scanners follow links.

use askama::Template as _;
use axum::extract::RawQuery;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};
use utoipa_axum::router::OpenApiRouter;

use super::Preference;
use super::render::unsubscribing;
use crate::app::App;
use crate::db::{Lane, Tx};
use crate::error::{Error, Result};
use crate::id::{Id, ProviderId};
use crate::preferences::{self, Change};

const STYLE: &str = ":root{color-scheme:light dark}body{margin:0;font:16px/1.5 system-ui,sans-serif}\
    main{max-width:32rem;margin:12vh auto;padding:0 1.25rem}h1{font-size:1.5rem;line-height:1.25}\
    button{font:inherit;font-weight:600;padding:.65rem 1.2rem;border:0;border-radius:7px;background:#1259a8;color:#fff;\
    cursor:pointer}button:focus-visible{outline:3px solid #7cb8ff;outline-offset:2px}";

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().route("/unsubscribe", get(ask).post(unsubscribe))
}

#[derive(askama::Template)]
#[template(path = "outbox/unsubscribe.html")]
struct Page<'a> {
    title: &'a str,
    text: &'a str,
    style: &'static str,
    /// Where the button goes; none where there is nothing to be pressed.
    action: Option<&'a str>,
}

impl Page<'_> {
    fn answer(&self, status: StatusCode) -> Result<Response> {
        let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        );
        let policy = HeaderValue::from_str(&policy).map_err(Error::internal)?;
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
            (header::CONTENT_SECURITY_POLICY, policy),
        ];
        Ok((status, headers, self.render().map_err(Error::internal)?).into_response())
    }
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
    unsubscribing(&app.seals, query?.strip_prefix("token=")?)
}

async fn ask(app: App, RawQuery(query): RawQuery) -> Result<Response> {
    let Some((_, preference)) = asked(&app, query.as_deref()) else { return unknown() };
    let action = query.map(|query| format!("/unsubscribe?{query}"));
    let text = format!("No more mails about {}? Everything else stays as it is.", kind(preference));
    let page = Page { title: "Unsubscribe", text: &text, style: STYLE, action: action.as_deref() };
    page.answer(StatusCode::OK)
}

async fn unsubscribe(app: App, RawQuery(query): RawQuery) -> Result<Response> {
    let Some((provider, preference)) = asked(&app, query.as_deref()) else { return unknown() };
    let off = Some(false);
    let change = match preference {
        Preference::NewLead => Change { notify_on_new_lead: off, ..Change::default() },
        Preference::StatusChange => Change { notify_on_lead_status_change: off, ..Change::default() },
        Preference::BadLeadDecision => Change { notify_on_bad_lead_decision: off, ..Change::default() },
    };
    app.db.write(Lane::of(provider.uuid()), move |tx: &mut Tx| preferences::change(tx, provider, &change)).await?;
    let text =
        format!("You get no more mails about {}. In your preferences you can switch them on again.", kind(preference));
    Page { title: "Done", text: &text, style: STYLE, action: None }.answer(StatusCode::OK)
}

fn unknown() -> Result<Response> {
    let text = "This link is damaged. Your preferences are where mails can be switched off, too.";
    Page { title: "That did not work", text, style: STYLE, action: None }.answer(StatusCode::BAD_REQUEST)
}
