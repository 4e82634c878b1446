//! What is around every page of a signed-in person, and how a page is answered.

use askama::Template;
use axum::extract::FromRef;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::assets::{Assets, assets};
use super::cookies::{KEYS, NOTE};
use super::notes::{self, Said};
use super::words::{self, Calendar};
use crate::accounts::{Provider, ProviderUser};
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::cookie;
use crate::http::csrf::FormTokens;
use crate::read::ProviderSummary;

/// No script and no style but our files, nothing from or to another host, no page inside another's.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Around a page.
pub struct Frame {
    pub operator: String,
    pub provider: String,
    pub here: &'static str,
    pub balance: String,
    pub worth: Option<String>,
    pub csrf: String,
    pub assets: &'static Assets,
    pub note: Option<Said>,
    /// Whether single keys do something.
    pub keys: bool,
    unviewed: i64,
}

/// An entry of the navigation.
pub struct Tab {
    pub path: &'static str,
    pub name: &'static str,
    pub icon: &'static str,
    pub unviewed: Option<i64>,
}

impl Frame {
    pub fn new(
        app: &App,
        person: &ProviderUser,
        headers: &HeaderMap,
        summary: &ProviderSummary,
        here: &'static str,
    ) -> Result<Self> {
        Ok(Self {
            operator: operator(app),
            provider: person.provider.name.clone(),
            here,
            balance: words::money(summary.balance, &app.config.currency),
            worth: worth(summary),
            csrf: FormTokens::from_ref(app).of(headers)?,
            assets: assets(),
            note: notes::read(app, person, headers),
            keys: cookie::read(headers, KEYS) != Some("off"),
            unviewed: summary.unviewed,
        })
    }

    /// In their order; the last ones are settings.
    pub fn tabs(&self) -> [Tab; 5] {
        let tab = |path, name, icon| Tab { path, name, icon, unviewed: None };
        [
            Tab { unviewed: Some(self.unviewed).filter(|n| *n > 0), ..tab("/leads", "Inbox", "inbox") },
            tab("/money", "Money", "money"),
            tab("/exports", "Exports", "exports"),
            tab("/preferences", "Preferences", "preferences"),
            tab("/account", "Account", "account"),
        ]
    }
}

/// What the balance buys, in words: as many as if the dearest leads came, to as many as if the cheapest did. `None`: there
/// is no such number.
fn worth(summary: &ProviderSummary) -> Option<String> {
    let (cheapest, dearest) = (summary.cheapest?.minor(), summary.dearest?.minor());
    if cheapest <= 0 {
        return None;
    }
    let leads = |price: i64| u64::try_from(summary.balance.minor() / price).unwrap_or(0);
    Some(match (leads(dearest), leads(cheapest)) {
        (_, 0) => "not enough for a lead".to_owned(),
        (0, 1) => "at most 1 more lead".to_owned(),
        (0, most) => format!("up to {} more leads", words::count(most)),
        (1, 1) => "about 1 more lead".to_owned(),
        (least, most) if least == most => format!("about {} more leads", words::count(most)),
        (least, most) => format!("{} to {} more leads", words::count(least), words::count(most)),
    })
}

/// The marketplace's name, as its mails have it.
pub fn operator(app: &App) -> String {
    app.mail_from.name.clone().unwrap_or_else(|| "Leadhouse".to_owned())
}

/// Whom to write to, where the operator has said so.
pub fn contact(app: &App) -> Option<String> {
    app.config.admin_notification_email.as_ref().map(|mailbox| mailbox.email.to_string())
}

/// The provider's calendar now.
pub fn calendar(app: &App, provider: &Provider) -> Calendar {
    Calendar::new(provider.zone(), app.clock.now())
}

/// A page: never kept by anything on its way, never framed. What the last one had to say has been said.
pub fn answer(status: StatusCode, page: &impl Template) -> Result<Response> {
    let html = page.render().map_err(Error::internal)?;
    let mut response = (status, html).into_response();
    dress(response.headers_mut())?;
    Ok(response)
}

fn dress(headers: &mut HeaderMap) -> Result<()> {
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.append(header::SET_COOKIE, cookie::end(NOTE)?);
    Ok(())
}

/// To another page, after something was done: 303, so that going back does not do it again. `path` is ours.
pub fn go(path: &str, cookies: Vec<HeaderValue>) -> Result<Response> {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, HeaderValue::try_from(path).map_err(Error::internal)?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for cookie in cookies {
        headers.append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
