//! `/exports/{id}?token=…`: the mailed link. Its page says what is in the file, and its button, a POST, gives it: so a mail
//! scanner, which follows links, neither takes the data nor uses the link up. The token is all the identity there is, so
//! whoever shows a wrong one is counted by address.

use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;

use super::Export;
use super::api::download::serve;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::link_token;
use crate::http::notice::{Button, Notice};
use crate::id::{ExportId, Id, parse_uuid};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().route("/exports/{id}", get(show).post(take))
}

async fn show(app: App, Path(id): Path<String>, RawQuery(query): RawQuery, parts: Parts) -> Result<Response> {
    let Some(export) = found(&app, &id, query.as_deref()).await? else { return unknown(&app, &parts).await };
    if export.is_over(app.clock.now()) {
        return over();
    }
    if export.is_remade() {
        return remade();
    }
    if export.missing_at.is_some() {
        return lost();
    }
    let rows = export.row_count.unwrap_or(0);
    let day = export.day();
    let all = if export.is_truncated() {
        format!(" {} matched; the newest {rows} of them are in the file.", export.matching_rows)
    } else {
        String::new()
    };
    let kind = export.format.as_str().to_uppercase();
    let text = format!(
        "The {kind} file that was asked for on {day} holds {rows} leads.{all} Whoever has this link can take it."
    );
    let action = format!("/exports/{id}?token={}", link_token(query.as_deref()));
    Notice::new("Your lead export", &text).with(Button { action: &action, label: "Download" }).answer(StatusCode::OK)
}

async fn take(app: App, Path(id): Path<String>, RawQuery(query): RawQuery, parts: Parts) -> Result<Response> {
    let Some(export) = found(&app, &id, query.as_deref()).await? else { return unknown(&app, &parts).await };
    match serve(&app, export, &parts.headers).await {
        Err(Error::Gone(_)) => over(),
        Err(Error::Conflict { code: "file_missing", .. }) => lost(),
        Err(Error::Conflict { code: "export_not_ready", .. }) => remade(),
        answer => answer,
    }
}

/// The export that the link leads to; `None`, alike, for whatever is wrong with it.
async fn found(app: &App, id: &str, query: Option<&str>) -> Result<Option<Export>> {
    let Some(id) = parse_uuid(id).map(ExportId::from_uuid) else { return Ok(None) };
    let hash = super::link_token_hash(&link_token(query));
    match app.db.read(move |read| super::by_link(read, id, &hash)).await {
        Ok(export) => Ok(Some(export)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn over() -> Result<Response> {
    let text = "The time of this link is over, and the file is gone. You can ask for a new one.";
    Notice::new("This file is gone", text).answer(StatusCode::GONE)
}

fn remade() -> Result<Response> {
    let text =
        "A person in this file was erased, so it is being made again without them. In a minute this link works again.";
    Notice::new("This file is being made again", text).answer(StatusCode::CONFLICT)
}

fn lost() -> Result<Response> {
    let text =
        "We have lost this file. In your account you can have it made again; it does not count against your day.";
    Notice::new("This file is missing", text).answer(StatusCode::CONFLICT)
}

async fn unknown(app: &App, parts: &Parts) -> Result<Response> {
    app.limits.stranger(parts).await?;
    let text = "This link is damaged or was taken back. In your account you find your exports.";
    Notice::new("There is nothing here", text).answer(StatusCode::NOT_FOUND)
}
