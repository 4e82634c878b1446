//! `/my-data?token=…`: the page of the person behind a lead. It says who has their data, when and why, and its button, a POST,
//! withdraws the lead: a mail scanner, which follows links, changes nothing. The token is all the identity there is, so whoever
//! shows a wrong one is counted by address.

use std::time::Duration;

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::get;
use jiff::tz::TimeZone;
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;

use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::http::link_token;
use crate::http::notice::{Button, Notice};
use crate::http::seal::Seals;
use crate::id::{Id, LeadId};
use crate::intake;
use crate::read::{self, About, GivenTo};

/// What a token is good for.
const SCOPE: &str = "a person's own page";
/// How long a link works.
const TTL: Duration = Duration::from_hours(30 * 24);

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().route("/my-data", get(show).post(withdraw))
}

/// A link for the person of this lead, and until when it works.
pub(in crate::intake) fn link(app: &App, lead: LeadId) -> (String, Timestamp) {
    let until: Timestamp = app.clock.now().plus(TTL);
    let content = [lead.uuid().as_bytes().as_slice(), &until.as_micros().to_be_bytes()].concat();
    (format!("{}/my-data?token={}", app.config.public_url, app.seals.seal(SCOPE, &content)), until)
}

/// Whom a token is about, and until when; `None` for everything but what [`link`] made.
fn asked(seals: &Seals, query: Option<&str>) -> Option<(LeadId, Timestamp)> {
    let content = seals.open(SCOPE, &link_token(query))?;
    let (lead, until) = content.split_at_checked(16)?;
    let until = Timestamp::from_micros(i64::from_be_bytes(until.try_into().ok()?))?;
    Some((LeadId(Uuid::from_slice(lead).ok()?), until))
}

/// What is known of the person: their lead, and who has it.
async fn found(app: &App, lead: LeadId) -> Result<Option<(About, Vec<GivenTo>)>> {
    let unit = move |read: &mut crate::db::Read| {
        let Some(about) = read::about(read, lead)? else { return Ok(None) };
        let leads = intake::of_the_same_person(read, lead)?;
        Ok(Some((about, read::given_to(read, &leads)?)))
    };
    app.db.read(unit).await
}

async fn show(app: App, RawQuery(query): RawQuery, parts: Parts) -> Result<Response> {
    let Some((lead, until)) = asked(&app.seals, query.as_deref()) else { return unknown(&app, &parts).await };
    if until <= app.clock.now() {
        return over();
    }
    let Some((about, given_to)) = found(&app, lead).await? else { return unknown(&app, &parts).await };
    if about.erased_at.is_some() {
        return erased();
    }
    let asked = format!(
        "On {} you asked for offers about {}, by {}.",
        day(about.received_at),
        about.niche_name,
        about.source_name
    );
    let has = match given_to.len() {
        0 => "Nobody was given your data.",
        _ => "These companies were given your data, so that they can make you an offer:",
    };
    let lines: Vec<String> = given_to.iter().map(line).collect();
    if about.withdrawn_at.is_some() {
        let done = format!("{asked} You took that back: your data are given to nobody any more. {has}");
        return Notice::new("Who has your data", &done).listing(&lines).answer(StatusCode::OK);
    }
    let text = format!("{asked} {has}");
    let action = format!("/my-data?token={}", link_token(query.as_deref()));
    let button = Button { action: &action, label: "I want no more offers" };
    let after = "If you want no more offers, your data are given to nobody any more, and these companies are asked to leave \
                 you alone.";
    Notice::new("Who has your data", &text).listing(&lines).closing(after).with(button).answer(StatusCode::OK)
}

async fn withdraw(app: App, RawQuery(query): RawQuery, parts: Parts) -> Result<Response> {
    let Some((lead, until)) = asked(&app.seals, query.as_deref()) else { return unknown(&app, &parts).await };
    if until <= app.clock.now() {
        return over();
    }
    let Some((about, given_to)) = found(&app, lead).await? else { return unknown(&app, &parts).await };
    if about.erased_at.is_some() {
        return erased();
    }
    app.db.run(intake::withdraw_by_person(lead)).await?;
    let names: Vec<String> = given_to.iter().map(line).collect();
    let text = match names.len() {
        0 => "Your data are given to nobody.",
        _ => "Your data are given to nobody any more. These companies were asked to leave you alone:",
    };
    Notice::new("Done", text).listing(&names).answer(StatusCode::OK)
}

/// Who, since when, and why.
fn line(given: &GivenTo) -> String {
    let GivenTo { provider_name, assigned_at, niche_name, source_name } = given;
    format!("{provider_name}, since {}: {niche_name} ({source_name})", day(*assigned_at))
}

/// In UTC: where the person lives nobody knows.
fn day(at: Timestamp) -> String {
    TimeZone::UTC.to_datetime(at.to_jiff()).strftime("%-d %B %Y").to_string()
}

fn over() -> Result<Response> {
    let text = "The time of this link is over. Ask whoever sent it to you for a new one.";
    Notice::new("This link has expired", text).answer(StatusCode::GONE)
}

fn erased() -> Result<Response> {
    let text = "Your data were erased. Nobody can see them here any more.";
    Notice::new("Nothing is left", text).answer(StatusCode::OK)
}

async fn unknown(app: &App, parts: &Parts) -> Result<Response> {
    app.limits.stranger(parts).await?;
    let text = "This link is damaged. Copy all of it, or ask whoever sent it to you for a new one.";
    Notice::new("There is nothing here", text).answer(StatusCode::NOT_FOUND)
}
