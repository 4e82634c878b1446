//! `/exports`: what is left today, a form, and the history, which is the answer to “where is my mail?”.

mod found;
mod row;

use found::{LIMIT, PageData, find};
use row::{Row, row};

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::forms::Wrong;
use super::frame::{Frame, answer, calendar, go};
use super::inbox::DateField;
use super::notes::Said;
use super::sign_in::Nothing;
use super::words;
use crate::accounts::ProviderUser;
use crate::app::App;
use crate::db::Read;
use crate::error::{At, Error, Invalid, Result};
use crate::exports::{self, ExportRequest, Format, Lost, Preset};
use crate::http::{Body, Fields, Filters, Form, Given, Path, QueryInput};
use crate::id::ExportId;
use crate::inbox::FilterIn;
use crate::read;

#[derive(Template)]
#[template(path = "portal/exports.html")]
struct ExportsPage {
    frame: Frame,
    left: i64,
    per_day: i64,
    most: String,
    form: ExportForm,
    rows: Vec<Row>,
    older: Option<String>,
    zone: String,
    wrong: Option<Wrong>,
    /// The field that is wrong.
    at: &'static str,
}

/// The form as it stands.
struct ExportForm {
    statuses: Vec<Choice>,
    niches: Vec<Choice>,
    presets: Vec<Choice>,
    viewed: Vec<Choice>,
    date_from: DateField,
    date_to: DateField,
    search: String,
    is_xlsx: bool,
}

struct Choice {
    value: String,
    name: String,
    chosen: bool,
}

/// What the page is asked for: a form filled in, and where the history goes on.
pub struct PageQuery {
    before: Option<ExportId>,
}

impl QueryInput for PageQuery {
    fn read(query: &mut Fields) -> Self {
        let before = query.opt_id("before");
        let _ = ExportIn::read(query);
        Self { before }
    }
}

/// What the form says.
pub struct ExportIn {
    filters: FilterIn,
    format: Format,
    preset: Preset,
}

impl Body for ExportIn {
    fn read(fields: &mut Fields) -> Self {
        Self {
            filters: FilterIn::read(fields),
            format: fields.opt_choice("format", Format::CHOICES).unwrap_or(Format::Csv),
            preset: fields.opt_choice("preset", Preset::CHOICES).unwrap_or(Preset::Standard),
        }
    }
}

/// `GET /exports`: the form may come filled in, as a link to make one again has it.
pub async fn show(
    State(app): State<App>,
    person: ProviderUser,
    headers: HeaderMap,
    asked: Filters<PageQuery>,
) -> Result<Response> {
    let Filters { input, given } = asked;
    let before = input.map_err(Error::Invalid)?.before;
    let found = find(&app, &person, before).await?;
    page(&app, &person, &headers, &found, &given, StatusCode::OK, None)
}

fn page(
    app: &App,
    person: &ProviderUser,
    headers: &HeaderMap,
    found: &PageData,
    given: &Given,
    status: StatusCode,
    wrong: Option<Wrong>,
) -> Result<Response> {
    let calendar = calendar(app, &person.provider);
    let per_day = app.config.exports_per_day;
    let limit = usize::try_from(LIMIT).unwrap_or(0);
    let more = found.history.len() > limit;
    let shown = || found.history.iter().take(limit);
    let older = shown().next_back().filter(|_| more).map(|export| format!("/exports?before={}", export.id));
    let rows = shown().map(|export| row(&calendar, found, export)).collect();
    let page = ExportsPage {
        frame: Frame::new(app, person, headers, &found.summary, "/exports")?,
        left: (per_day - found.taken).max(0),
        per_day,
        most: words::count(app.config.export_max_rows.unsigned_abs()),
        form: form(found, given),
        rows,
        older,
        zone: calendar.zone_name(),
        at: wrong.as_ref().and_then(|wrong| wrong.at).unwrap_or_default(),
        wrong,
    };
    answer(status, &page)
}

fn form(found: &PageData, given: &Given) -> ExportForm {
    let choices = |name: &str, all: &[(&str, &str)]| {
        all.iter()
            .map(|(value, said)| Choice {
                value: (*value).to_owned(),
                name: (*said).to_owned(),
                chosen: given.text(name) == *value,
            })
            .collect::<Vec<_>>()
    };
    let niches: Vec<(String, String)> = found.niches.iter().map(|one| (one.id.to_string(), one.name.clone())).collect();
    let named: Vec<(&str, &str)> = niches.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect();
    ExportForm {
        statuses: choices(
            "status",
            &[("active", "Active"), ("accepted", "Accepted"), ("rejected", "Rejected"), ("refunded", "Refunded")],
        ),
        niches: choices("niche_id", &named),
        presets: choices(
            "preset",
            &[("standard", "Spreadsheet"), ("hubspot", "HubSpot"), ("salesforce", "Salesforce")],
        ),
        viewed: choices("viewed", &[("false", "Not yet"), ("true", "Viewed")]),
        date_from: DateField::of(given.text("date_from")),
        date_to: DateField::of(given.text("date_to")),
        search: given.text("search").to_owned(),
        is_xlsx: given.text("format") == "xlsx",
    }
}

/// `POST /exports`
pub async fn request(
    State(app): State<App>,
    person: ProviderUser,
    headers: HeaderMap,
    posted: Form<ExportIn>,
) -> Result<Response> {
    let (zone, max_rows, per_day) = (person.provider.zone(), app.config.export_max_rows, app.config.exports_per_day);
    let asked = posted.input.map_err(|errors| wrong_of(&errors)).and_then(|ExportIn { filters, format, preset }| {
        let asked = ExportRequest::new(filters, &zone, format, preset, max_rows);
        asked.ok_or_else(|| Wrong {
            at: Some("date_from"),
            ..Wrong::of("Not started", "The first day is after the last.")
        })
    });
    let asked = match asked {
        Ok(asked) => asked,
        Err(wrong) => {
            let found = find(&app, &person, None).await?;
            return page(&app, &person, &headers, &found, &posted.given, StatusCode::UNPROCESSABLE_ENTITY, Some(wrong));
        }
    };
    let provider = person.provider.clone();
    let (id, filter, erased) = (provider.id, asked.filter.clone(), asked.preset.keeps_erased());
    let matching = app.db.read(move |read: &mut Read| read::count_rows(read, id, &filter, erased)).await?;
    match app.db.run(exports::request(provider, asked, matching, per_day)).await {
        Ok(_) => {
            let said = Said {
                more: "A mail brings the link; you can leave this page.".to_owned(),
                ..Said::done("Export started.")
            };
            go("/exports", vec![said.cookie(&app, &person)?])
        }
        Err(Error::TooMany { code: "export_quota_exceeded", .. }) => {
            let found = find(&app, &person, None).await?;
            let wrong = format!("All {per_day} exports of today are used. The next one is possible from midnight on.");
            let wrong = Some(Wrong::of("Not started", wrong));
            page(&app, &person, &headers, &found, &posted.given, StatusCode::TOO_MANY_REQUESTS, wrong)
        }
        Err(error) => Err(error),
    }
}

/// The fields of the form, as they are named in it.
const FIELDS: [&str; 7] = ["status", "niche_id", "viewed", "date_from", "date_to", "search", "preset"];

fn wrong_of(errors: &[Invalid]) -> Wrong {
    let Some(error) = errors.first() else { return Wrong::default() };
    let (At::Pointer(at) | At::Parameter(at)) = &error.at;
    let field = FIELDS.iter().find(|field| at.trim_start_matches("#/") == **field);
    Wrong { at: field.copied(), ..Wrong::of("Not started", super::inbox::said_of(&error.detail)) }
}

/// `POST /exports/{id}/cancel`
pub async fn cancel(
    State(app): State<App>,
    person: ProviderUser,
    Path(id): Path<ExportId>,
    _: Form<Nothing>,
) -> Result<Response> {
    let said = match app.db.run(exports::cancel(person.provider.id, id)).await {
        Ok(_) => Said::done("Export stopped."),
        Err(Error::Conflict { .. }) => Said::failed("Not stopped.", "It had ended already."),
        Err(error) => return Err(error),
    };
    go("/exports", vec![said.cookie(&app, &person)?])
}

/// `POST /exports/{id}/again`: for a file that was lost.
pub async fn again(
    State(app): State<App>,
    person: ProviderUser,
    Path(id): Path<ExportId>,
    _: Form<Nothing>,
) -> Result<Response> {
    let lost = Lost::find(&app, person.provider.id, id).await?;
    let said = match app.db.run(lost.again()).await {
        Ok(_) => Said { more: "A mail brings the link.".to_owned(), ..Said::done("Export started again.") },
        Err(Error::Conflict { .. }) => Said::failed("Not started.", "Its file is there."),
        Err(error) => return Err(error),
    };
    go("/exports", vec![said.cookie(&app, &person)?])
}

/// `GET /exports/{id}/download`: the file, as the API gives it.
pub async fn download(
    State(app): State<App>,
    person: ProviderUser,
    Path(id): Path<ExportId>,
    headers: HeaderMap,
) -> Result<Response> {
    let provider = person.provider.id;
    let export = app.db.read(move |read: &mut Read| exports::export(read, provider, id)).await?;
    exports::serve(&app, export, &headers).await
}
