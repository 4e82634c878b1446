//! `/sign-in/link`: the page that a mailed or printed link leads to, and its button.

use axum::extract::{RawQuery, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use super::super::assets::{Assets, assets};
use super::super::frame::{self, go, operator};
use super::super::refusals::Action;
use super::device::device;
use super::{form_token, home_of, said, welcome};
use crate::accounts::{self, ProviderUser};
use crate::app::App;
use crate::error::Result;
use crate::http::{Body, Entrance, Fields, link_token};

#[derive(askama::Template)]
#[template(path = "portal/sign_in_link.html")]
struct LinkPage<'a> {
    operator: String,
    assets: &'static Assets,
    csrf: String,
    token: &'a str,
}

/// The one field of a link's form.
pub struct Link(String);

impl Body for Link {
    fn read(fields: &mut Fields) -> Self {
        Self(fields.text("token", 1..=200))
    }
}

/// `GET /sign-in/link`: a page with a button, since mail scanners follow links.
pub async fn show_link(State(app): State<App>, RawQuery(query): RawQuery, parts: Parts) -> Result<Response> {
    link_page(&app, &parts, link_token(query.as_deref())).await
}

async fn link_page(app: &App, parts: &Parts, token: String) -> Result<Response> {
    let link = token.clone();
    if !app.db.read(move |read| accounts::link_is_good(read, &link)).await? {
        return ended(app, parts).await;
    }
    let (csrf, visit) = form_token(app, &parts.headers)?;
    let page = LinkPage { operator: operator(app), assets: assets(), csrf, token: &token };
    let mut response = frame::answer(StatusCode::OK, &page)?;
    let headers = response.headers_mut();
    // The page's own address is a secret.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.extend(visit.map(|visit| (header::SET_COOKIE, visit)));
    Ok(response)
}

/// `POST /sign-in/link`
pub async fn enter_by_link(
    State(app): State<App>,
    person: Result<ProviderUser>,
    parts: Parts,
    Entrance { form, is_sure, .. }: Entrance<Link>,
) -> Result<Response> {
    let Ok(Link(token)) = form.input else { return ended(&app, &parts).await };
    if !is_sure {
        return link_page(&app, &parts, token).await;
    }
    let entered = accounts::sign_in_by_link(token, device(&parts.headers));
    if let Some((user, secret)) = app.db.run(entered).await? {
        return welcome(&app, user, secret, None).await;
    }
    let ended = ended(&app, &parts).await?;
    // Pressed twice, or in a second tab: it is what signed this person in.
    home_of(person)?.map_or(Ok(ended), |home| go(home, Vec::new()))
}

/// Used, too old, damaged: it is not told which.
async fn ended(app: &App, parts: &Parts) -> Result<Response> {
    app.limits.stranger(parts).await?;
    let text = "It was used already, is too old, or is damaged. Have a new one sent.";
    said(app, StatusCode::BAD_REQUEST, "This link has ended", text, Action::to("/sign-in", "Sign in"))
}
