//! `/admin/sources`: where leads come from, and making another source.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::frame::Frame;
use crate::accounts::{CurrentAdmin, SignedIn};
use crate::app::App;
use crate::catalog;
use crate::db::Read;
use crate::error::{Error, Result};
use crate::http::{Body, Fields, Filters, Form, List, ListQuery};
use crate::id::{Id, NicheId, SourceId};
use crate::intake::formats::{Mapping, presets};
use crate::intake::{self, Format, NewSource};
use crate::portal::frame::{answer, go};
use crate::portal::pill::Pill;
use crate::read::waiting_in_all;

const SCOPE: &str = "office sources";
/// Niches to choose from.
const MOST_NICHES: i64 = 200;
/// What a mapping is at first, where no preset is chosen.
const PLAIN: &str =
    r#"{"contact_name": "/name", "contact_email": "/email", "contact_phone": "/phone", "postal_code": "/zip"}"#;

#[derive(Template)]
#[template(path = "portal/office/sources.html")]
struct SourcesPage {
    frame: Frame,
    rows: Vec<Row>,
    is_first: bool,
    older: Option<String>,
    niches: Vec<(String, String)>,
    formats: Vec<(&'static str, &'static str)>,
    presets: Vec<(&'static str, &'static str)>,
    name: String,
    wrong: Option<String>,
}

struct Row {
    path: String,
    name: String,
    niche: String,
    format: &'static str,
    pill: Pill,
}

/// What people call a format.
pub(super) fn called(format: Format) -> &'static str {
    match format {
        Format::Json => "Our own: JSON or a form",
        Format::GoogleAds => "Google Ads lead forms",
        Format::Meta => "Meta lead ads",
        Format::Adf => "ADF",
        Format::Typeform => "Typeform",
        Format::Mapping => "Any other, by a mapping",
    }
}

pub(super) fn pill(active: bool) -> Pill {
    if active { Pill { class: "accepted", said: "Active" } } else { Pill { class: "refunded", said: "Off" } }
}

/// A source to be made, in a form.
pub struct MakeIn {
    name: String,
    niche_id: NicheId,
    format: Format,
    preset: Option<&'static str>,
}

impl Body for MakeIn {
    fn read(fields: &mut Fields) -> Self {
        let names: Vec<_> = presets().iter().map(|preset| (preset.name, preset.name)).collect();
        Self {
            name: fields.line("name", 1..=200),
            niche_id: fields.id("niche_id"),
            format: fields.choice("format", Format::CHOICES),
            preset: fields.opt_choice("preset", &names),
        }
    }
}

/// `GET /admin/sources`
pub async fn show(
    State(app): State<App>,
    _: CurrentAdmin,
    _: SignedIn,
    headers: HeaderMap,
    asked: Filters<ListQuery>,
) -> Result<Response> {
    let query = asked.input.map_err(Error::Invalid)?;
    page(&app, &headers, query, String::new(), None).await
}

async fn page(
    app: &App,
    headers: &HeaderMap,
    query: ListQuery,
    name: String,
    wrong: Option<String>,
) -> Result<Response> {
    let (below, fetch) = (query.below(&app.seals, SCOPE)?.map(SourceId), query.fetch());
    let (found, niches, waiting) = app
        .db
        .read(move |read: &mut Read| {
            let niches = catalog::niches(read, None, MOST_NICHES)?;
            Ok((intake::sources(read, below, fetch)?, niches, waiting_in_all(read)?))
        })
        .await?;
    let is_first = query.cursor.is_none();
    let List { items, next_cursor } = List::new(found, &query, &app.seals, SCOPE, |source| source.id.uuid());
    let of = |id: NicheId| niches.iter().find(|niche| niche.id == id).map(|niche| niche.name.clone());
    let rows = items.into_iter().map(|source| Row {
        path: format!("/admin/sources/{}", source.id),
        niche: of(source.niche_id).unwrap_or_default(),
        format: called(source.format),
        pill: pill(source.active),
        name: source.name,
    });
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = SourcesPage {
        frame: Frame::new(app, headers, "/admin/sources", waiting)?,
        rows: rows.collect(),
        is_first,
        older: next_cursor.map(|cursor| format!("/admin/sources?cursor={cursor}")),
        niches: niches.iter().map(|niche| (niche.id.to_string(), niche.name.clone())).collect(),
        formats: Format::CHOICES.iter().map(|(word, format)| (*word, called(*format))).collect(),
        presets: presets().iter().map(|preset| (preset.name, preset.label)).collect(),
        name,
        wrong,
    };
    answer(status, &page)
}

/// `POST /admin/sources`
pub async fn make(
    State(app): State<App>,
    admin: CurrentAdmin,
    _: SignedIn,
    headers: HeaderMap,
    posted: Form<MakeIn>,
) -> Result<Response> {
    let made = match posted.input {
        Ok(MakeIn { name, niche_id, format, preset }) => {
            let mapping = match format {
                Format::Mapping => Some(starting(preset)?),
                _ => None,
            };
            let new = NewSource { mapping, ..NewSource::of(name, niche_id, format) };
            app.db.run(intake::create_source(admin.0.actor(), new)).await
        }
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match made {
        Ok(source) => go(&format!("/admin/sources/{}?done=made", source.id), Vec::new()),
        Err(Error::Invalid(_)) => {
            let wrong = Some("Give it a name of up to 200 characters, and choose a niche and a format.".to_owned());
            page(&app, &headers, ListQuery { limit: 50, cursor: None }, posted.given.text("name").to_owned(), wrong)
                .await
        }
        Err(error) => Err(error),
    }
}

fn starting(preset: Option<&str>) -> Result<Mapping> {
    let chosen = presets().iter().find(|one| Some(one.name) == preset);
    let text = chosen.map_or(PLAIN, |preset| preset.mapping).trim();
    Mapping::written(text).map_err(Error::Invalid)
}
