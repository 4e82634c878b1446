//! `/sources/{key}/docs?sig=…`: the posting page, for whoever is to send leads to a source: what to send where, in their
//! language or platform, what is answered, and a form to try it. It needs no sign-in and no script. The signature is of the
//! source's key of now, so a new key ends the link.

mod guide;
pub(super) mod my_data;
mod snippets;

use axum::extract::{FromRequest, Path, RawQuery, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};
use utoipa_axum::router::OpenApiRouter;

use super::formats::{Incoming, Posted, Reading, Takes, is_same};
use super::{Format, Source};
use crate::app::App;
use crate::error::{At, Error, Invalid, Result};
use crate::http::input::page_parameter;
use crate::http::{Problem, RawBody};
use crate::intake;
use guide::Guide;

const SCOPE: &str = "posting page";

const STYLE: &str = include_str!("../../templates/intake/docs.css");

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().route("/sources/{key}/docs", get(show).post(attempt)).merge(my_data::routes())
}

/// The address of the page for who sends leads to the source; it ends when the source gets another key.
pub fn posting_page(app: &App, source: &Source) -> String {
    let signature = app.seals.token(SCOPE, source.key.as_bytes());
    format!("{}/sources/{}/docs?sig={signature}", app.config.public_url, source.key)
}

#[derive(askama::Template)]
#[template(path = "intake/docs.html")]
struct Page<'a> {
    style: &'static str,
    name: &'a str,
    url: &'a str,
    guide: Guide,
    /// Where the form to try it posts to; `None` where the source's platform has its own.
    attempt: Option<&'a str>,
    tried: Option<Tried>,
}

impl Page<'_> {
    /// The fields of the form to try it: name, label, how a browser completes it, what was typed.
    fn inputs(&self) -> Vec<(&'static str, &'static str, &'static str, &str)> {
        let typed = |name: &str| {
            let fields = self.tried.as_ref().map(|tried| tried.fields.as_slice()).unwrap_or_default();
            fields.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value.as_str())
        };
        guide::TRIED.iter().map(|(name, label, completes)| (*name, *label, *completes, typed(name))).collect()
    }
}

/// What was typed into the form, and what became of it.
#[derive(Debug, Default)]
struct Tried {
    fields: Vec<(&'static str, String)>,
    read: Vec<(&'static str, String)>,
    wrong: Vec<String>,
    outcome: String,
}

async fn show(app: App, Path(key): Path<String>, RawQuery(query): RawQuery, parts: Parts) -> Result<Response, Problem> {
    let source = found(&app, key, query.as_deref(), &parts).await?;
    page(&app, &source, None).map_err(Problem::from)
}

/// What is typed in is read as if it had been posted, and looked at only.
async fn attempt(
    app: App,
    Path(key): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let source = found(&app, key, query.as_deref(), &parts).await?;
    app.limits.stranger(&parts).await?;
    if !is_tried_here(&source) {
        return Err(Problem::method_not_allowed());
    }
    let body = RawBody::from_request(Request::from_parts(parts, body), &app).await?;
    let posted = Posted::of(Takes::JsonOrForm, &body.content_type, &body.bytes).await?;
    let typed = typed(&posted);
    let first = posted.read(&source, "")?.into_iter().next().and_then(Incoming::lead).unwrap_or_default();
    let tried = tried(&app, &source, first, typed).await?;
    page(&app, &source, Some(tried)).map_err(Problem::from)
}

/// The source of the link. Whatever is wrong with it, the answer is the same; who tries many is held up.
async fn found(app: &App, key: String, query: Option<&str>, parts: &Parts) -> Result<Source> {
    let right = app.seals.token(SCOPE, key.as_bytes());
    if is_same(&page_parameter(query, "sig"), &right) {
        let asked = app.db.read(move |read| intake::source_by_present_key(read, &key)).await;
        if !matches!(asked, Err(Error::NotFound(_))) {
            return asked;
        }
    }
    app.limits.stranger(parts).await?;
    Err(Error::NotFound("source"))
}

fn is_tried_here(source: &Source) -> bool {
    source.format == Format::Json
}

fn page(app: &App, source: &Source, tried: Option<Tried>) -> Result<Response> {
    let url = format!("{}/api/v1/intake/{}", app.config.public_url, source.key);
    let own = posting_page(app, source);
    let attempt = own.get(app.config.public_url.len()..).filter(|_| is_tried_here(source));
    let guide = Guide::of(source, &url);
    let page = Page { style: STYLE, name: &source.name, url: &url, guide, attempt, tried };
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    );
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_str(&policy).map_err(Error::internal)?),
    ];
    let html = askama::Template::render(&page).map_err(Error::internal)?;
    Ok((StatusCode::OK, headers, html).into_response())
}

fn typed(posted: &Posted) -> Vec<(&'static str, String)> {
    let pairs = posted.pairs();
    let value = |name: &str| {
        let found = pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        found.unwrap_or_default().chars().take(200).collect()
    };
    guide::TRIED.iter().map(|(name, ..)| (*name, value(name))).collect()
}

async fn tried(app: &App, source: &Source, read: Reading, fields: Vec<(&'static str, String)>) -> Result<Tried> {
    let Reading { submission, errors } = read;
    let phone = submission.contact_phone.as_ref().map(|phone| phone.shown.clone());
    let email = submission.contact_email.as_ref().map(|email| email.address.clone());
    let read = [
        ("contact_name", submission.contact_name.clone()),
        ("contact_email", email),
        ("contact_phone", phone),
        ("postal_code", submission.postal_code.clone()),
        ("form_data", submission.form_data.as_ref().map(|json| json.0.clone())),
    ];
    let read = read.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    let wrong: Vec<String> = errors
        .iter()
        .map(|Invalid { at: At::Pointer(place) | At::Parameter(place), detail, .. }| format!("{place}: {detail}"))
        .collect();
    let outcome = if wrong.is_empty() {
        let source = source.clone();
        let outlook = app.db.read(move |read| intake::preview(read, &source, &submission)).await?;
        outlook.status.to_string()
    } else {
        "refused".to_owned()
    };
    Ok(Tried { fields, read, wrong, outcome })
}
