//! `/sign-in`, `/sign-in/link`, `/sign-out`: one form, a mailed link first, a password second. Whether an account exists is
//! not told: every answer is the same, and takes the same work.

use std::sync::LazyLock;
use std::time::Duration;

use axum::extract::{RawQuery, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::assets::{Assets, assets};
use super::frame::{self, contact, go, operator};
use super::refusals::{Action, Page};
use crate::accounts::{self, SESSION_LIFE, Secret, SignedIn, password};
use crate::app::App;
use crate::db::{Lane, Tx};
use crate::email;
use crate::error::{Error, Result};
use crate::http::{Body, Fields, Form, cookie, csrf};
use crate::id::{Id, UserId};

/// Hashing is slow on purpose: so many at once, so that everything else goes on.
static HASHING: Semaphore = Semaphore::const_new(2);
/// How long a sign-in waits for its turn.
const PATIENCE: Duration = Duration::from_secs(1);
/// Compared with where there is no account or no password, so that it takes as long.
static NOBODYS: LazyLock<Option<String>> = LazyLock::new(|| password::hash("nobody's password").ok());

#[derive(askama::Template)]
#[template(path = "portal/sign_in.html")]
struct SignInPage<'a> {
    operator: String,
    assets: &'static Assets,
    csrf: String,
    contact: Option<String>,
    email: &'a str,
    next: &'a str,
    wrong: Option<&'a str>,
    /// The field that is wrong.
    at: &'a str,
}

#[derive(askama::Template)]
#[template(path = "portal/sign_in_link.html")]
struct LinkPage<'a> {
    operator: String,
    assets: &'static Assets,
    csrf: String,
    token: &'a str,
}

/// Who wants in.
pub struct SignIn {
    email: Option<String>,
    password: Option<String>,
    next: Option<String>,
}

impl Body for SignIn {
    fn read(fields: &mut Fields) -> Self {
        let _ = fields.opt_text("by", 1..=20);
        Self {
            email: fields.opt_text("email", 1..=320),
            password: fields.opt_text("password", 1..=*password::LENGTH.end()),
            next: fields.opt_text("next", 1..=2000),
        }
    }
}

/// The one field of a link's form.
pub struct Link(String);

impl Body for Link {
    fn read(fields: &mut Fields) -> Self {
        Self(fields.text("token", 1..=200))
    }
}

/// No field at all.
pub struct Nothing;

impl Body for Nothing {
    fn read(_: &mut Fields) -> Self {
        Self
    }
}

/// What is wrong with a try, as the page shows it.
struct Wrong {
    status: StatusCode,
    text: &'static str,
    at: &'static str,
}

const NO_ADDRESS: Wrong =
    Wrong { status: StatusCode::UNPROCESSABLE_ENTITY, text: "Write your e-mail address.", at: "email" };
const TOO_LONG: Wrong =
    Wrong { status: StatusCode::UNPROCESSABLE_ENTITY, text: "A password has 256 characters at most.", at: "password" };
const NO_MATCH: Wrong = Wrong {
    status: StatusCode::UNAUTHORIZED,
    text: "This address and this password do not go together. You can have a link sent instead.",
    at: "password",
};

/// `GET /sign-in`
pub async fn show(State(app): State<App>, RawQuery(query): RawQuery, headers: HeaderMap) -> Result<Response> {
    let next = query.as_deref().and_then(|query| query.strip_prefix("next=")).unwrap_or_default();
    let next = percent_encoding::percent_decode_str(next).decode_utf8_lossy();
    page(&app, &headers, "", inside(&next), None)
}

fn page(app: &App, headers: &HeaderMap, email: &str, next: &str, wrong: Option<&Wrong>) -> Result<Response> {
    let (csrf, visit) = form_token(app, headers)?;
    let page = SignInPage {
        operator: operator(app),
        assets: assets(),
        csrf,
        contact: contact(app),
        email,
        next,
        wrong: wrong.map(|wrong| wrong.text),
        at: wrong.map_or("", |wrong| wrong.at),
    };
    let mut response = frame::answer(wrong.map_or(StatusCode::OK, |wrong| wrong.status), &page)?;
    response.headers_mut().extend(visit.map(|visit| (header::SET_COOKIE, visit)));
    Ok(response)
}

/// The token of a form for somebody who may be nobody yet, and the cookie that it goes with where there was none.
fn form_token(app: &App, headers: &HeaderMap) -> Result<(String, Option<HeaderValue>)> {
    if let Some(holder) = csrf::holder(headers) {
        return Ok((csrf::token(&app.seals, holder)?, None));
    }
    let visit = app.seals.token("visit", crate::id::new_uuid(app.clock.now()).as_bytes());
    Ok((csrf::token(&app.seals, &visit)?, Some(cookie::set(cookie::VISIT, &visit, None)?)))
}

/// `POST /sign-in`: a filled password wins, whichever button it was.
pub async fn enter(State(app): State<App>, parts: Parts, form: Form<SignIn>) -> Result<Response> {
    let headers = &parts.headers;
    let given = form.given;
    let shown = |wrong: &Wrong| page(&app, headers, given.text("email"), inside(given.text("next")), Some(wrong));
    let Ok(asked) = form.input else {
        return shown(if given.text("password").is_empty() { &NO_ADDRESS } else { &TOO_LONG });
    };
    let address = asked.email.as_deref().map(str::trim).and_then(email::parse);
    let Some(address) = address else { return shown(&NO_ADDRESS) };
    app.limit_sign_in(&parts, &address.key, asked.password.is_some()).await?;
    let Some(password) = asked.password else { return send_link(&app, address.address).await };
    let Some(user) = user_of(&app, address.address, password).await? else { return shown(&NO_MATCH) };
    let device = device(headers);
    let secret = app.db.write(Lane::of(user.uuid()), move |tx: &mut Tx| accounts::sign_in(tx, user, &device)).await?;
    welcome(&app, user, secret, asked.next.as_deref().map(inside)).await
}

/// Has a link mailed, if there is anybody to mail it to.
async fn send_link(app: &App, address: String) -> Result<Response> {
    app.db.write(Lane::MONEY, move |tx: &mut Tx| accounts::request_sign_in_link(tx, &address)).await?;
    let text = "If there is an account with this address, a mail with a link is on its way. The link works once, for 15 minutes.";
    said(app, StatusCode::OK, "Look into your mail", text, Action { path: "/sign-in", label: "Back" })
}

fn said(app: &App, status: StatusCode, heading: &str, text: &str, action: Action<'_>) -> Result<Response> {
    let (operator, actions) = (operator(app), vec![action]);
    frame::answer(status, &Page { operator, assets: assets(), heading, text, actions, small: String::new() })
}

/// The active person with this password. Compares once, whatever there is to compare with.
async fn user_of(app: &App, address: String, password: String) -> Result<Option<UserId>> {
    let found = app.db.read(move |read| accounts::credentials(read, &address)).await?;
    let found = found.filter(|found| found.active);
    let user = found.as_ref().filter(|found| found.password_hash.is_some()).map(|found| found.id);
    let Some(hash) = found.and_then(|found| found.password_hash).or_else(|| NOBODYS.clone()) else {
        return Err(Error::internal("no hash to compare with"));
    };
    let matches = with_turn(move || password::matches(&password, &hash)).await?;
    Ok(user.filter(|_| matches))
}

/// Runs slow work when it is its turn.
///
/// # Errors
/// `TooMany` where too many wait.
pub async fn with_turn<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let busy = |_| Error::TooMany { code: "busy", detail: "Many people are signing in.".into(), retry_after: 2 };
    let turn = timeout(PATIENCE, HASHING.acquire()).await.map_err(busy)?.map_err(Error::internal)?;
    let done = tokio::task::spawn_blocking(work).await.map_err(Error::internal)?;
    drop(turn);
    done
}

/// `GET /sign-in/link`: a page with a button, since mail scanners follow links.
pub async fn show_link(State(app): State<App>, RawQuery(query): RawQuery, parts: Parts) -> Result<Response> {
    let token = query.as_deref().and_then(|query| query.strip_prefix("token=")).unwrap_or_default().to_owned();
    let link = token.clone();
    if !app.db.read(move |read| accounts::link_is_good(read, &link)).await? {
        return ended(&app, &parts).await;
    }
    let (csrf, visit) = form_token(&app, &parts.headers)?;
    let page = LinkPage { operator: operator(&app), assets: assets(), csrf, token: &token };
    let mut response = frame::answer(StatusCode::OK, &page)?;
    let headers = response.headers_mut();
    // The page's own address is a secret.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.extend(visit.map(|visit| (header::SET_COOKIE, visit)));
    Ok(response)
}

/// `POST /sign-in/link`
pub async fn enter_by_link(State(app): State<App>, parts: Parts, form: Form<Link>) -> Result<Response> {
    let Ok(Link(token)) = form.input else { return ended(&app, &parts).await };
    let device = device(&parts.headers);
    let unit = move |tx: &mut Tx| accounts::sign_in_by_link(tx, &token, &device);
    match app.db.write(Lane::MONEY, unit).await? {
        Some((user, secret)) => welcome(&app, user, secret, None).await,
        None => ended(&app, &parts).await,
    }
}

/// Used, too old, damaged: it is not told which.
async fn ended(app: &App, parts: &Parts) -> Result<Response> {
    app.limit_stranger(parts).await?;
    let text = "It was used already, is too old, or is damaged. Have a new one sent.";
    said(app, StatusCode::BAD_REQUEST, "This link has ended", text, Action { path: "/sign-in", label: "Sign in" })
}

/// Where somebody who has just signed in goes, with a session of their own.
async fn welcome(app: &App, user: UserId, secret: Secret, next: Option<&str>) -> Result<Response> {
    let user = app.db.read(move |read| accounts::user(read, user)).await?;
    let home = if user.provider_id.is_some() { "/leads" } else { "/admin" };
    let path = next.filter(|path| !path.is_empty()).unwrap_or(home);
    let session = cookie::set(cookie::SESSION, &secret.into_text(), Some(SESSION_LIFE))?;
    go(path, vec![session, cookie::end(cookie::VISIT)?])
}

/// `POST /sign-out`
pub async fn leave(State(app): State<App>, person: SignedIn, _: Form<Nothing>) -> Result<Response> {
    let identities = app.identities.clone();
    let SignedIn { user, session } = person;
    let unit = move |tx: &mut Tx| accounts::end_session(tx, &identities, user, session);
    app.db.write(Lane::of(user.uuid()), unit).await?;
    go("/sign-in", vec![cookie::end(cookie::SESSION)?])
}

/// A path of ours, to go on to; anything else is none. (A second slash or a backslash would lead to another host.)
fn inside(next: &str) -> &str {
    let ours = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n', '\t']);
    let visible = next.bytes().all(|b| (0x21..0x7f).contains(&b));
    if ours && visible && next.len() <= 2000 { next } else { "" }
}

/// The browser in a few words, for the list of sessions.
fn device(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first =
        |words: &[(&str, &'static str)]| words.iter().find(|(word, _)| agent.contains(word)).map(|(_, name)| *name);
    // In this order: each names those after it, too.
    let browser = first(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "Another program".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{device, inside};
    use axum::http::{HeaderMap, HeaderValue, header};

    #[test]
    fn nobody_is_led_to_another_host() {
        for (next, path) in [
            ("/leads?status=active", "/leads?status=active"),
            ("//evil.example", ""),
            ("/\\evil.example", ""),
            ("https://evil.example", ""),
            ("/a\r\nSet-Cookie: x", ""),
            ("/\t/evil.example", ""),
            ("leads", ""),
            ("", ""),
        ] {
            assert_eq!(inside(next), path, "{next}");
        }
    }

    #[test]
    fn a_device_is_said_in_a_few_words() {
        for (agent, said) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0 Safari/537.36",
                "Chrome on Linux",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Mobile Safari/604",
                "Safari on iPhone",
            ),
            ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/148 Safari/537 Edg/148", "Edge on Windows"),
            ("curl/8.1", "Another program"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, HeaderValue::from_static(agent));
            assert_eq!(device(&headers), said);
        }
    }
}
