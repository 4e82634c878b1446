//! `/sign-in`, `/sign-in/link`, `/sign-out`: one form, a mailed link first, a password second. Whether an account exists is
//! not told: every answer is the same, and takes the same work.

mod device;
mod known;
mod link;
mod tries;

use std::sync::LazyLock;
use std::time::Duration;

use axum::extract::{FromRef, RawQuery, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use self::device::device;
pub use self::link::{enter_by_link, show_link};
pub use self::tries::{password as count_password, wrong_password as count_wrong_password};
use super::assets::{Assets, assets};
use super::cookies::ANONYMOUS_VISIT;
use super::frame::{self, contact, go, operator};
use super::refusals::{Action, Page};
use crate::accounts::{self, Credentials, ProviderUser, Role, SESSION, SESSION_LIFE, Secret, SignedIn, password};
use crate::app::App;
use crate::email;
use crate::error::{Error, Result};
use crate::http::csrf::FormTokens;
use crate::http::{Body, Entrance, Fields, Form, cookie, page_parameter};
use crate::id::UserId;

/// Hashing is slow on purpose: so many at once, so that everything else goes on.
static HASHING: Semaphore = Semaphore::const_new(2);
/// How long a sign-in waits for its turn.
const PATIENCE: Duration = Duration::from_secs(1);
/// Compared with where there is no account or no password, so that it takes as long.
static NOBODYS: LazyLock<Option<String>> = LazyLock::new(|| password::nobodys().ok());

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
const AGAIN: Wrong = Wrong {
    status: StatusCode::UNPROCESSABLE_ENTITY,
    text: "This page was open for too long. Sign in once more; if this comes again, the browser keeps no cookies of this site.",
    at: "email",
};
const NO_MATCH: Wrong = Wrong {
    status: StatusCode::UNAUTHORIZED,
    text: "This address and this password do not go together. You can have a link sent instead.",
    at: "password",
};

/// `GET /sign-in`; on, for who is signed in already.
pub async fn show(
    State(app): State<App>,
    person: Result<ProviderUser>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response> {
    let next = page_parameter(query.as_deref(), "next");
    match home_of(person)? {
        Some(home) => go(on_to(&next, home), Vec::new()),
        None => page(&app, &headers, "", inside(&next), None),
    }
}

/// Where a person is at home; `None`: nowhere, who has to sign in (as somebody else).
pub(super) fn home_of(person: Result<ProviderUser>) -> Result<Option<&'static str>> {
    match person {
        Ok(_) => Ok(Some("/leads")),
        Err(Error::Forbidden { code: "wrong_role", .. }) => Ok(Some("/admin")),
        Err(error @ (Error::Unavailable(_) | Error::Internal(_))) => Err(error),
        Err(_) => Ok(None),
    }
}

/// The page that somebody wanted, or the home page.
fn on_to<'a>(next: &'a str, home: &'a str) -> &'a str {
    let path = inside(next);
    if path.is_empty() || path.starts_with("/sign-") { home } else { path }
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
    let tokens = FormTokens::from_ref(app);
    if let Some(holder) = tokens.holder(headers) {
        return Ok((tokens.make(holder)?, None));
    }
    let visit = app.seals.token("visit", crate::id::new_uuid(app.clock.now()).as_bytes());
    Ok((tokens.make(&visit)?, Some(cookie::set(ANONYMOUS_VISIT, &visit, None)?)))
}

/// `POST /sign-in`: a filled password wins, whichever button it was. From a page that was open while its person signed in
/// in another tab: on.
pub async fn enter(
    State(app): State<App>,
    person: Result<ProviderUser>,
    parts: Parts,
    Entrance { form, is_sure, is_fresh }: Entrance<SignIn>,
) -> Result<Response> {
    let headers = &parts.headers;
    let given = form.given;
    if let Some(home) = home_of(person)?.filter(|_| !is_fresh) {
        return go(on_to(given.text("next"), home), Vec::new());
    }
    let shown = |wrong: &Wrong| page(&app, headers, given.text("email"), inside(given.text("next")), Some(wrong));
    if !is_sure {
        return shown(&AGAIN);
    }
    let Ok(asked) = form.input else {
        return shown(if given.text("password").is_empty() { &NO_ADDRESS } else { &TOO_LONG });
    };
    let address = asked.email.as_deref().map(str::trim).and_then(email::parse);
    let Some(address) = address else { return shown(&NO_ADDRESS) };
    let Some(password) = asked.password else {
        tries::link(&app, &parts, &address.key).await?;
        return send_link(&app, address.address).await;
    };
    tries::password(&app, &parts, &address.key).await?;
    if let Some((user, secret)) = by_password(&app, address.address, password, device(headers)).await? {
        return welcome(&app, user, secret, asked.next.as_deref()).await;
    }
    tries::wrong_password(&app, &parts, &address.key).await?;
    shown(&NO_MATCH)
}

async fn by_password(app: &App, address: String, password: String, device: String) -> Result<Option<(UserId, Secret)>> {
    let Some(shown) = shown_by(app, address, password).await? else { return Ok(None) };
    let user = shown.id;
    Ok(app.db.run(accounts::sign_in_by_password(shown, device)).await?.map(|secret| (user, secret)))
}

/// Has a link mailed, if there is anybody to mail it to.
async fn send_link(app: &App, address: String) -> Result<Response> {
    app.db.run(accounts::request_sign_in_link(address)).await?;
    let text = "If there is an account with this address, a mail with a link is on its way. The link works once, for 15 minutes.";
    said(app, StatusCode::OK, "Look into your mail", text, Action::to("/sign-in", "Back"))
}

fn said(app: &App, status: StatusCode, heading: &str, text: &str, action: Action) -> Result<Response> {
    let (operator, actions, kept, small) = (operator(app), vec![action], String::new(), String::new());
    frame::answer(status, &Page { operator, assets: assets(), heading, text, actions, kept, small })
}

/// The credentials that this password is right for, of a person who may sign in. Compares once, whatever there is to compare with.
async fn shown_by(app: &App, address: String, password: String) -> Result<Option<Credentials>> {
    let found = app.db.read(move |read| accounts::credentials(read, &address)).await?;
    let found = found.filter(|found| found.may_sign_in() && found.password_hash.is_some());
    let known = found.as_ref().and_then(|found| found.password_hash.clone());
    let compare = move || {
        // Made by whoever comes first, known or not.
        let nobodys = NOBODYS.clone();
        let hash = known.or(nobodys).ok_or_else(|| Error::internal("no hash to compare with"))?;
        password::matches(&password, &hash)
    };
    let matches = with_turn(compare).await?;
    Ok(found.filter(|_| matches))
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

/// Where somebody who has just signed in goes, with a session of their own.
async fn welcome(app: &App, user: UserId, secret: Secret, next: Option<&str>) -> Result<Response> {
    let user = app.db.read(move |read| accounts::user(read, user)).await?;
    let home = match user.role() {
        Some(Role::Provider(_)) => "/leads",
        Some(Role::Admin) | None => "/admin",
    };
    let path = on_to(next.unwrap_or_default(), home);
    let browser = known::keeps(&app.seals, &email::key(&user.email), app.clock.now())?;
    let session = cookie::set(SESSION, &secret.into_text(), Some(SESSION_LIFE))?;
    go(path, vec![session, browser, cookie::end(ANONYMOUS_VISIT)?])
}

/// `POST /sign-out`
pub async fn leave(State(app): State<App>, person: SignedIn, _: Form<Nothing>) -> Result<Response> {
    app.db.run(accounts::end_session(app.identities.clone(), person.user, person.session)).await?;
    go("/sign-in", vec![cookie::end(SESSION)?])
}

/// A path of ours, to go on to; anything else is none. (A second slash or a backslash would lead to another host.)
fn inside(next: &str) -> &str {
    let ours = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n', '\t']);
    let visible = next.bytes().all(|b| (0x21..0x7f).contains(&b));
    if ours && visible && next.len() <= 2000 { next } else { "" }
}

#[cfg(test)]
mod tests {
    use super::inside;

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
}
