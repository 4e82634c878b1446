//! `/account`: who is signed in and where, the tokens that act as this provider, the password, the time zone.

mod password;
mod tokens;

use std::sync::LazyLock;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

pub use self::password::change_password;
pub use self::tokens::{make_token, revoke_token, show_token};
use super::frame::{Frame, answer, calendar, go};
use super::notes::Said;
use super::sign_in::Nothing;
use super::words::Calendar;
use crate::accounts::{self, ProviderChange, ProviderUser, SESSION, Session, Token, User};
use crate::app::App;
use crate::audit::Actor;
use crate::db::Read;
use crate::error::{Error, Result};
use crate::http::{Body, Fields, Form, Path, cookie};
use crate::id::TokenId;
use crate::read::{self, ProviderSummary};
use crate::zone;

/// Tokens on the page, the newest.
const TOKENS: usize = 50;

/// Read once, as the database of zones is.
static ZONES: LazyLock<Vec<&str>> = LazyLock::new(zone::familiar);

#[derive(Template)]
#[template(path = "portal/account.html")]
struct AccountPage {
    frame: Frame,
    email: String,
    sessions: Vec<SessionRow>,
    tokens: Vec<TokenRow>,
    /// There are older ones.
    more_tokens: bool,
    has_password: bool,
    areas: Vec<Area>,
    /// Whether the zone in force is among them.
    listed: bool,
    zone: String,
    zone_now: String,
    zone_name: String,
    /// The name of a new token, as it was given.
    name: String,
    wrong: Wrong,
}

/// What is wrong with which field; `at` is empty where nothing is.
#[derive(Clone, Copy, Default)]
struct Wrong {
    heading: &'static str,
    text: &'static str,
    at: &'static str,
}

struct SessionRow {
    id: String,
    device: String,
    when: String,
    at: String,
    is_this: bool,
}

struct TokenRow {
    id: String,
    name: String,
    when: String,
    at: String,
    /// When it was revoked.
    revoked: Option<String>,
}

/// The zones of a part of the world.
struct Area {
    name: &'static str,
    zones: Vec<Zone>,
}

struct Zone {
    value: &'static str,
    name: String,
    chosen: bool,
}

/// All that the page is made of, of one moment.
struct PageData {
    summary: ProviderSummary,
    user: User,
    has_password: bool,
    sessions: Vec<Session>,
    tokens: Vec<Token>,
}

/// `GET /account`
pub async fn show(State(app): State<App>, person: ProviderUser, headers: HeaderMap) -> Result<Response> {
    page(&app, &person, &headers, "", Wrong::default()).await
}

async fn page(app: &App, person: &ProviderUser, headers: &HeaderMap, name: &str, wrong: Wrong) -> Result<Response> {
    let mut found = find(app, person).await?;
    let calendar = calendar(app, &person.provider);
    let more_tokens = found.tokens.len() > TOKENS;
    found.tokens.truncate(TOKENS);
    let zone = person.provider.timezone.clone();
    let page = AccountPage {
        frame: Frame::new(app, person, headers, &found.summary, "/account")?,
        email: found.user.email,
        sessions: found.sessions.iter().map(|session| session_row(&calendar, session, person)).collect(),
        tokens: found.tokens.into_iter().map(|token| token_row(&calendar, token)).collect(),
        more_tokens,
        has_password: found.has_password,
        areas: areas(&zone),
        listed: ZONES.contains(&zone.as_str()),
        zone,
        zone_now: calendar.zone_now(),
        zone_name: calendar.zone_name(),
        name: name.to_owned(),
        wrong,
    };
    answer(if wrong.at.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

async fn find(app: &App, person: &ProviderUser) -> Result<PageData> {
    let (provider, user) = (person.provider.clone(), person.user);
    let fetch = i64::try_from(TOKENS + 1).map_err(Error::internal)?;
    let unit = move |read: &mut Read| {
        let user = accounts::user(read, user)?;
        Ok(PageData {
            summary: read::summary(read, provider.id)?,
            has_password: accounts::credentials(read, &user.email)?.is_some_and(|found| found.password_hash.is_some()),
            sessions: accounts::sessions_of(read, user.id)?,
            tokens: accounts::tokens_of(read, provider.id, None, fetch)?,
            user,
        })
    };
    app.db.read(unit).await
}

fn session_row(calendar: &Calendar, session: &Session, person: &ProviderUser) -> SessionRow {
    SessionRow {
        id: session.id.to_string(),
        device: session.name.clone(),
        when: calendar.time_within(session.created_at),
        at: session.created_at.to_string(),
        is_this: session.id == person.session,
    }
}

fn token_row(calendar: &Calendar, token: Token) -> TokenRow {
    TokenRow {
        id: token.id.to_string(),
        when: calendar.time_within(token.created_at),
        at: token.created_at.to_string(),
        revoked: token.revoked_at.map(|at| calendar.time_within(at)),
        name: if token.name.is_empty() { "Without a name".to_owned() } else { token.name },
    }
}

/// All zones by parts of the world; the one in force is chosen.
fn areas(chosen: &str) -> Vec<Area> {
    let mut areas: Vec<Area> = Vec::new();
    for value in ZONES.iter() {
        let Some((name, place)) = value.split_once('/') else { continue };
        let zone = Zone { value, name: place_name(place), chosen: *value == chosen };
        match areas.last_mut() {
            Some(area) if area.name == name => area.zones.push(zone),
            _ => areas.push(Area { name, zones: vec![zone] }),
        }
    }
    for area in &mut areas {
        area.zones.sort_by(|one, other| one.name.cmp(&other.name));
    }
    areas
}

/// `Buenos Aires, Argentina`: the city first, for that is what somebody types.
fn place_name(place: &str) -> String {
    place.rsplit('/').map(|part| part.replace('_', " ")).collect::<Vec<_>>().join(", ")
}

/// `POST /account/sign-out-everywhere`: all sessions of this person, this one too.
pub async fn leave_everywhere(State(app): State<App>, person: ProviderUser, _: Form<Nothing>) -> Result<Response> {
    app.db.run(accounts::end_other_sessions(app.identities.clone(), person.user, None)).await?;
    go("/sign-in", vec![cookie::end(SESSION)?])
}

/// `POST /account/sessions/{id}/end`
pub async fn end_session(
    State(app): State<App>,
    person: ProviderUser,
    Path(id): Path<TokenId>,
    _: Form<Nothing>,
) -> Result<Response> {
    app.db.run(accounts::revoke_session(app.identities.clone(), person.user, id)).await?;
    if id == person.session {
        return go("/sign-in", vec![cookie::end(SESSION)?]);
    }
    go("/account", vec![Said::done("Signed out there.").cookie(&app, &person)?])
}

/// The name of a time zone.
pub struct ZoneIn(String);

impl Body for ZoneIn {
    fn read(fields: &mut Fields) -> Self {
        Self(fields.line("timezone", 1..=100))
    }
}

/// `POST /account/time-zone`
pub async fn change_zone(
    State(app): State<App>,
    person: ProviderUser,
    headers: HeaderMap,
    posted: Form<ZoneIn>,
) -> Result<Response> {
    let Some(ZoneIn(zone)) = posted.input.ok().filter(|ZoneIn(zone)| zone::get(zone).is_some()) else {
        let text = "Choose one of the time zones of the list.";
        let wrong = Wrong { heading: "The time zone was not changed", text, at: "timezone" };
        return page(&app, &person, &headers, "", wrong).await;
    };
    let (identities, provider) = (app.identities.clone(), person.provider.id);
    let change = ProviderChange { timezone: Some(zone), ..ProviderChange::default() };
    let change = accounts::update_provider(Actor::Provider(provider), identities, provider, change);
    let changed = app.db.run(change).await?;
    let zone = calendar(&app, &changed).zone_name();
    let said = Said { more: format!("Times are {zone}."), ..Said::done("Time zone saved.") };
    go("/account", vec![said.cookie(&app, &person)?])
}
