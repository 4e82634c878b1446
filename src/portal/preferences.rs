//! `/preferences`: a question for each mail, quiet hours, and whether single keys do something in this browser.

use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::cookies::KEYS;
use super::frame::{Frame, answer, calendar, go};
use super::notes::Said;
use crate::accounts::{Preferences, ProviderUser};
use crate::app::App;
use crate::db::Read;
use crate::error::{Error, Result};
use crate::http::{Body, Fields, Form, cookie};
use crate::outbox;
use crate::preferences::{self, Change};
use crate::read;

/// How long a browser keeps what it was told about keys.
const KEYS_LIFE: Duration = Duration::from_hours(400 * 24);

#[derive(Template)]
#[template(path = "portal/preferences.html")]
struct PreferencesPage {
    frame: Frame,
    email: String,
    zone: String,
    mails: Mails,
    quiet_from: String,
    quiet_until: String,
    wrong: Option<String>,
}

/// The mails that are wanted.
#[derive(Debug, Clone, Copy)]
struct Mails {
    new_lead: bool,
    status_change: bool,
    decision: bool,
}

/// The boxes that are ticked, and the quiet hours.
pub struct PreferencesIn {
    mails: Mails,
    keys: bool,
    quiet_from: Option<String>,
    quiet_until: Option<String>,
}

impl Body for PreferencesIn {
    fn read(fields: &mut Fields) -> Self {
        let mut ticked = |name: &str| fields.opt_choice(name, &[("on", ())]).is_some();
        Self {
            mails: Mails {
                new_lead: ticked("notify_on_new_lead"),
                status_change: ticked("notify_on_lead_status_change"),
                decision: ticked("notify_on_bad_lead_decision"),
            },
            keys: ticked("keys"),
            quiet_from: time(fields, "quiet_from"),
            quiet_until: time(fields, "quiet_until"),
        }
    }
}

/// A time of day; browsers may add seconds.
fn time(fields: &mut Fields, name: &'static str) -> Option<String> {
    let text = fields.opt_line(name, 0..=20)?;
    let short = text.get(..5).filter(|_| text.len() == 8).unwrap_or(&text);
    if !outbox::is_time_of_day(short) {
        fields.refuse(name, "invalid_time", "is a time of day: HH:MM, from 00:00 to 23:59".to_owned());
    }
    Some(short.to_owned())
}

/// `GET /preferences`
pub async fn show(State(app): State<App>, person: ProviderUser, headers: HeaderMap) -> Result<Response> {
    let provider = person.provider.clone();
    let unit = move |read: &mut Read| Ok((read::summary(read, provider.id)?, preferences::of(read, provider.id)?));
    let (summary, found) = app.db.read(unit).await?;
    let frame = Frame::new(&app, &person, &headers, &summary, "/preferences")?;
    answer(StatusCode::OK, &page(&app, &person, frame, found, None))
}

fn page(app: &App, person: &ProviderUser, frame: Frame, shown: Preferences, wrong: Option<String>) -> PreferencesPage {
    PreferencesPage {
        email: person.provider.email.clone(),
        zone: calendar(app, &person.provider).zone_name(),
        mails: Mails {
            new_lead: shown.notify_on_new_lead,
            status_change: shown.notify_on_lead_status_change,
            decision: shown.notify_on_bad_lead_decision,
        },
        quiet_from: shown.quiet_from.unwrap_or_default(),
        quiet_until: shown.quiet_until.unwrap_or_default(),
        wrong,
        frame,
    }
}

/// `POST /preferences`
pub async fn save(
    State(app): State<App>,
    person: ProviderUser,
    headers: HeaderMap,
    posted: Form<PreferencesIn>,
) -> Result<Response> {
    let given = posted.given;
    let saved = match posted.input {
        Ok(PreferencesIn { mails: Mails { new_lead, status_change, decision }, keys, quiet_from, quiet_until }) => {
            let change = Change {
                notify_on_new_lead: Some(new_lead),
                notify_on_lead_status_change: Some(status_change),
                notify_on_bad_lead_decision: Some(decision),
                quiet_from: Some(quiet_from),
                quiet_until: Some(quiet_until),
            };
            app.db.run(preferences::change(person.provider.id, change)).await.map(|_| keys)
        }
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match saved {
        Ok(keys) => {
            let keys = if keys { cookie::end(KEYS)? } else { cookie::set(KEYS, "off", Some(KEYS_LIFE))? };
            go("/preferences", vec![Said::done("Saved.").cookie(&app, &person)?, keys])
        }
        Err(Error::Invalid(errors)) => {
            let wrong = errors.first().map_or_else(String::new, |error| sentence(&error.detail));
            let shown = Preferences {
                notify_on_new_lead: given.text("notify_on_new_lead") == "on",
                notify_on_lead_status_change: given.text("notify_on_lead_status_change") == "on",
                notify_on_bad_lead_decision: given.text("notify_on_bad_lead_decision") == "on",
                quiet_from: Some(given.text("quiet_from").to_owned()),
                quiet_until: Some(given.text("quiet_until").to_owned()),
            };
            let provider = person.provider.clone();
            let summary = app.db.read(move |read: &mut Read| read::summary(read, provider.id)).await?;
            let frame = Frame::new(&app, &person, &headers, &summary, "/preferences")?;
            answer(StatusCode::UNPROCESSABLE_ENTITY, &page(&app, &person, frame, shown, Some(wrong)))
        }
        Err(error) => Err(error),
    }
}

/// What the API says of a field, in the page's words.
fn sentence(detail: &str) -> String {
    if detail.contains("two ends") {
        return "Quiet hours need both ends: from and to.".to_owned();
    }
    if detail.contains("less than a day") {
        return "Quiet hours must end at another time than they begin.".to_owned();
    }
    "A time of day is written HH:MM, from 00:00 to 23:59.".to_owned()
}
