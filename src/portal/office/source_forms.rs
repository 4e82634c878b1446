//! The forms of a source's page: its settings, its mapping, a try, a replay.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::source::{Written, Wrong, came, page};
use super::today::Nothing;
use crate::accounts::{CurrentAdmin, SignedIn};
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::{Body, Fields, Form, Path, PathPair, Problem};
use crate::id::{RefusedPostId, SourceId};
use crate::intake::formats::Mapping;
use crate::intake::{self, Attempt, SourceChange};
use crate::portal::frame::go;

/// What may change of a source in a form.
pub struct SettingsIn {
    name: String,
    look_back_days: i64,
    active: bool,
}

impl Body for SettingsIn {
    fn read(fields: &mut Fields) -> Self {
        let days = fields.line("look_back_days", 1..=4);
        let look_back_days = days.parse().ok().filter(|days| (0..=3650).contains(days)).unwrap_or(-1);
        if look_back_days < 0 {
            fields.refuse("look_back_days", "out_of_range", "must be a number of days from 0 to 3650".to_owned());
        }
        let active = fields.opt_choice("active", &[("on", ())]).is_some();
        Self { name: fields.line("name", 1..=200), look_back_days, active }
    }
}

/// A mapping as it was written, and the payload to try it on.
pub struct MappingIn {
    mapping: String,
    on: Option<String>,
}

impl Body for MappingIn {
    fn read(fields: &mut Fields) -> Self {
        Self { mapping: fields.prose("mapping", 1..=20_000), on: fields.opt_line("on", 1..=40) }
    }
}

/// `GET` of a form's own address: where the form is.
pub async fn back(_: CurrentAdmin, _: SignedIn, Path(id): Path<SourceId>) -> Result<Response> {
    go(&format!("/admin/sources/{id}"), Vec::new())
}

/// The same of a payload's.
pub async fn back_of(
    _: CurrentAdmin,
    _: SignedIn,
    PathPair(id, _): PathPair<SourceId, RefusedPostId>,
) -> Result<Response> {
    go(&format!("/admin/sources/{id}"), Vec::new())
}

/// `POST /admin/sources/{id}`
pub async fn save(
    State(app): State<App>,
    admin: CurrentAdmin,
    _: SignedIn,
    Path(id): Path<SourceId>,
    headers: HeaderMap,
    posted: Form<SettingsIn>,
) -> Result<Response> {
    let SettingsIn { name, look_back_days, active } = match posted.input {
        Ok(settings) => settings,
        Err(errors) => {
            return page(&app, &headers, id, None, Some(Wrong::of("Not saved", &errors)), Written::default()).await;
        }
    };
    let change = SourceChange {
        name: Some(name),
        look_back_days: u32::try_from(look_back_days).ok(),
        active: Some(active),
        ..SourceChange::default()
    };
    app.db.run(intake::update_source(admin.0.actor(), app.identities.clone(), id, change)).await?;
    go(&format!("/admin/sources/{id}?done=saved"), Vec::new())
}

/// `POST /admin/sources/{id}/mapping`
pub async fn map(
    State(app): State<App>,
    admin: CurrentAdmin,
    _: SignedIn,
    Path(id): Path<SourceId>,
    headers: HeaderMap,
    posted: Form<MappingIn>,
) -> Result<Response> {
    let written = Written {
        mapping: Some(posted.given.text("mapping").to_owned()),
        on: posted.given.text("on").to_owned(),
        ..Written::default()
    };
    let read = posted.input.and_then(|MappingIn { mapping, .. }| Mapping::written(&mapping));
    let saved = match read {
        Ok(mapping) => {
            let change = SourceChange { mapping: Some(mapping), ..SourceChange::default() };
            app.db.run(intake::update_source(admin.0.actor(), app.identities.clone(), id, change)).await
        }
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match saved {
        Ok(_) => go(&format!("/admin/sources/{id}?done=saved"), Vec::new()),
        Err(Error::Invalid(errors)) => {
            page(&app, &headers, id, None, Some(Wrong::of("The mapping was not saved", &errors)), written).await
        }
        Err(error) => Err(error),
    }
}

/// `POST /admin/sources/{id}/mapping/try`: nothing is stored.
pub async fn attempt(
    State(app): State<App>,
    _: CurrentAdmin,
    _: SignedIn,
    Path(id): Path<SourceId>,
    headers: HeaderMap,
    posted: Form<MappingIn>,
) -> Result<Response> {
    let mut written = Written {
        mapping: Some(posted.given.text("mapping").to_owned()),
        on: posted.given.text("on").to_owned(),
        ..Written::default()
    };
    let previewed = match posted.input.and_then(|MappingIn { mapping, on }| Ok((Mapping::written(&mapping)?, on))) {
        Ok((mapping, on)) => {
            let (source, came) = app.db.read(move |read| Ok((intake::source(read, id)?, came(read, id)?))).await?;
            let chosen = came.into_iter().find(|one| on.as_ref().is_none_or(|on| *on == one.id));
            match chosen.and_then(|one| Some((one.payload?, one.content_type))) {
                Some((payload, content_type)) => {
                    intake::tried(&app, source, Attempt { mapping: Some(mapping), payload, content_type }).await
                }
                None => Err(Error::field("on", "required", "Nothing came yet that it could be tried on.")),
            }
        }
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match previewed {
        Ok(preview) => {
            written.preview = Some(preview);
            page(&app, &headers, id, None, None, written).await
        }
        Err(Error::Invalid(errors)) => {
            page(&app, &headers, id, None, Some(Wrong::of("It could not be tried", &errors)), written).await
        }
        Err(error) => Err(error),
    }
}

/// `POST /admin/sources/{id}/payloads/{payload_id}/replay`
pub async fn replay(
    State(app): State<App>,
    admin: CurrentAdmin,
    _: SignedIn,
    PathPair(id, payload): PathPair<SourceId, RefusedPostId>,
    headers: HeaderMap,
    _: Form<Nothing>,
) -> std::result::Result<Response, Problem> {
    match intake::replay_refused(&app, admin.0.actor(), id, payload).await {
        Ok(_) => Ok(go(&format!("/admin/sources/{id}?done=replayed"), Vec::new())?),
        Err(problem) if problem.status.is_client_error() && problem.status != StatusCode::NOT_FOUND => {
            let lines = match problem.errors.as_slice() {
                [] => vec![problem.detail.to_string()],
                some => some.iter().map(|error| error.detail.to_string()).collect(),
            };
            let wrong = Wrong { status: problem.status, heading: "It is still refused", lines };
            Ok(page(&app, &headers, id, None, Some(wrong), Written::default()).await?)
        }
        Err(problem) => Err(problem),
    }
}
