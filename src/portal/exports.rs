//! `/exports`: what is left today, a form, and the history, which is the answer to “where is my mail?”.

use std::fmt::Write;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::frame::{Frame, Standing, answer, calendar, go};
use super::inbox::{Pill, niches};
use super::notes::Said;
use super::sign_in::Nothing;
use super::words::{self, Calendar};
use crate::accounts::Visitor;
use crate::app::App;
use crate::db::{Lane, Read, Tx};
use crate::error::{Error, Invalid, Result};
use crate::exports::{self, Asked, Export, Format, Lost, Preset};
use crate::http::{Body, Fields, Filters, Form, Given, Path, QueryInput};
use crate::id::{ExportId, Id, NicheId};
use crate::inbox::FilterIn;

/// Exports on a page.
const LIMIT: i64 = 25;

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
    wrong: Option<String>,
}

/// The form as it stands.
struct ExportForm {
    statuses: Vec<Choice>,
    niches: Vec<Choice>,
    presets: Vec<Choice>,
    date_from: String,
    date_to: String,
    search: String,
    is_xlsx: bool,
}

struct Choice {
    value: String,
    name: String,
    chosen: bool,
}

struct Row {
    id: String,
    when: String,
    at: String,
    what: String,
    more: String,
    rows: String,
    size: String,
    pill: Pill,
    can_download: bool,
    can_cancel: bool,
    /// The storage has lost its file.
    is_lost: bool,
    /// The form with the same filters, and what it is called there.
    again: Option<(String, &'static str)>,
}

/// What the page is asked for: a form filled in, and where the history goes on.
pub struct Shown {
    before: Option<ExportId>,
}

impl QueryInput for Shown {
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

const LOST: &str = "The storage has lost this file. Made again, it does not count against your day.";

/// All that the page is made of, of one moment.
struct Found {
    standing: Standing,
    taken: i64,
    history: Vec<Export>,
    niches: Vec<(NicheId, String)>,
}

async fn find(app: &App, visitor: &Visitor, before: Option<ExportId>) -> Result<Found> {
    let provider = visitor.provider.clone();
    let unit = move |read: &mut Read| {
        Ok(Found {
            standing: Standing::read(read, &provider)?,
            taken: exports::taken_today(read, &provider)?,
            history: exports::history(read, provider.id, before, LIMIT + 1)?,
            niches: niches(read, provider.id)?,
        })
    };
    app.db.read(unit).await
}

/// `GET /exports`: the form may come filled in, as a link to make one again has it.
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    asked: Filters<Shown>,
) -> Result<Response> {
    let Filters { input, given } = asked;
    let before = input.map_err(Error::Invalid)?.before;
    let found = find(&app, &visitor, before).await?;
    page(&app, &visitor, &headers, &found, &given, StatusCode::OK, None)
}

fn page(
    app: &App,
    visitor: &Visitor,
    headers: &HeaderMap,
    found: &Found,
    given: &Given,
    status: StatusCode,
    wrong: Option<String>,
) -> Result<Response> {
    let calendar = calendar(app, &visitor.provider);
    let per_day = app.config.exports_per_day;
    let limit = usize::try_from(LIMIT).unwrap_or(0);
    let more = found.history.len() > limit;
    let shown = || found.history.iter().take(limit);
    let older = shown().next_back().filter(|_| more).map(|export| format!("/exports?before={}", export.id));
    let rows = shown().map(|export| row(&calendar, found, export)).collect();
    let page = ExportsPage {
        frame: Frame::new(app, visitor, headers, &found.standing, "/exports")?,
        left: (per_day - found.taken).max(0),
        per_day,
        most: words::count(app.config.export_max_rows.unsigned_abs()),
        form: form(found, given),
        rows,
        older,
        zone: calendar.zone_name(),
        wrong,
    };
    answer(status, &page)
}

fn form(found: &Found, given: &Given) -> ExportForm {
    let choices = |name: &str, all: &[(&str, &str)]| {
        all.iter()
            .map(|(value, said)| Choice {
                value: (*value).to_owned(),
                name: (*said).to_owned(),
                chosen: given.text(name) == *value,
            })
            .collect::<Vec<_>>()
    };
    let niches: Vec<(String, String)> = found.niches.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
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
        date_from: given.text("date_from").to_owned(),
        date_to: given.text("date_to").to_owned(),
        search: given.text("search").to_owned(),
        is_xlsx: given.text("format") == "xlsx",
    }
}

fn row(calendar: &Calendar, found: &Found, export: &Export) -> Row {
    let over = export.is_over(calendar.now);
    let state = if over && export.state == exports::State::Ready { exports::State::Expired } else { export.state };
    let again = match state {
        exports::State::Failed => Some("Try again"),
        exports::State::Expired | exports::State::Cancelled => Some("Export again"),
        _ => None,
    };
    let is_lost = state == exports::State::Ready && export.missing_at.is_some();
    Row {
        id: export.id.to_string(),
        when: calendar.time(export.created_at),
        at: export.created_at.to_string(),
        what: what(calendar, found, export),
        more: if is_lost { LOST.to_owned() } else { more(calendar, export, state) },
        rows: export.row_count.map(|n| words::count(n.unsigned_abs())).unwrap_or_default(),
        size: export.size_bytes.map(size).unwrap_or_default(),
        pill: if is_lost { Pill { class: "failed", said: "File lost" } } else { pill(state) },
        can_download: state == exports::State::Ready && !is_lost,
        is_lost,
        can_cancel: matches!(state, exports::State::Queued | exports::State::Running),
        again: again.map(|label| (format!("/exports?{}", filters(export)), label)),
    }
}

/// `Accepted leads, CSV for HubSpot`.
fn what(calendar: &Calendar, found: &Found, export: &Export) -> String {
    let mut text = match export.status {
        None => "All leads".to_owned(),
        Some(status) => format!("{} leads", super::inbox::pill(status).said),
    };
    if let Some(niche) = export.niche_id.and_then(|niche| found.niches.iter().find(|(id, _)| *id == niche)) {
        let _ = write!(text, " in {}", niche.1);
    }
    let day = |text: &String| text.parse().map_or_else(|_| text.clone(), |date| calendar.day(date));
    match (export.date_from.as_ref().map(day), export.date_to.as_ref().map(day)) {
        (Some(from), Some(to)) => {
            let _ = write!(text, ", {from} to {to}");
        }
        (Some(from), None) => {
            let _ = write!(text, " since {from}");
        }
        (None, Some(to)) => {
            let _ = write!(text, " until {to}");
        }
        (None, None) => {}
    }
    if let Some(search) = &export.search {
        let _ = write!(text, " with “{}”", words::cut(search, 40));
    }
    let columns = match export.preset {
        Preset::Standard => "",
        Preset::Hubspot => " for HubSpot",
        Preset::Salesforce => " for Salesforce",
    };
    let _ = write!(text, ", {}{columns}", export.format.as_str().to_uppercase());
    text
}

/// What else is to be said of it.
fn more(calendar: &Calendar, export: &Export, state: exports::State) -> String {
    let truncated = || {
        let (rows, all) = (export.row_count.unwrap_or(export.max_rows), export.matching_rows);
        let (rows, all) = (words::count(rows.unsigned_abs()), words::count(all.unsigned_abs()));
        format!("Newest {rows} of {all}. Ask for earlier dates to get the rest. ")
    };
    let cut = if export.is_truncated() { truncated() } else { String::new() };
    match state {
        exports::State::Queued => format!("{cut}Waits for its turn"),
        exports::State::Running => {
            let (done, all) = (export.rows_done.unsigned_abs(), export.estimated_rows().unsigned_abs());
            format!("{cut}{} of {} rows written", words::count(done), words::count(all))
        }
        exports::State::Ready => {
            let ends = export.expires_at.map_or_else(String::new, |end| format!("Ends {}", calendar.time(end)));
            format!("{cut}{ends}")
        }
        exports::State::Failed => {
            let why = export.error.clone().unwrap_or_default();
            format!("{why} This one did not count against your day.")
        }
        exports::State::Cancelled => "Stopped; it did not count against your day.".to_owned(),
        exports::State::Expired => export
            .expires_at
            .map_or_else(|| "The file is gone.".to_owned(), |end| format!("Ended {}", calendar.time(end))),
    }
}

/// `1.1 MB`, in units of a thousand.
fn size(bytes: i64) -> String {
    let bytes = bytes.unsigned_abs();
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{} kB", (bytes + 500) / 1000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

fn pill(state: exports::State) -> Pill {
    let (class, said) = match state {
        exports::State::Queued => ("queued", "Queued"),
        exports::State::Running => ("running", "Running"),
        exports::State::Ready => ("ready", "Ready"),
        exports::State::Failed => ("failed", "Failed"),
        exports::State::Cancelled => ("cancelled", "Cancelled"),
        exports::State::Expired => ("expired", "Expired"),
    };
    Pill { class, said }
}

/// The same filters as a query.
fn filters(export: &Export) -> String {
    let mut query = format!("format={}&preset={}", export.format, export.preset);
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = write!(query, "&{name}={}", utf8_percent_encode(&value, NON_ALPHANUMERIC));
        }
    };
    add("status", export.status.map(|status| status.to_string()));
    add("niche_id", export.niche_id.map(|niche| niche.to_string()));
    add("date_from", export.date_from.clone());
    add("date_to", export.date_to.clone());
    query
}

/// `POST /exports`
pub async fn request(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    posted: Form<ExportIn>,
) -> Result<Response> {
    let (zone, max_rows, per_day) = (visitor.provider.zone(), app.config.export_max_rows, app.config.exports_per_day);
    let asked = posted.input.map_err(|errors| said_of(&errors)).and_then(|ExportIn { filters, format, preset }| {
        let asked = Asked::new(filters, &zone, format, preset, max_rows);
        asked.ok_or_else(|| "The first day is after the last.".to_owned())
    });
    let asked = match asked {
        Ok(asked) => asked,
        Err(wrong) => {
            let found = find(&app, &visitor, None).await?;
            return page(
                &app,
                &visitor,
                &headers,
                &found,
                &posted.given,
                StatusCode::UNPROCESSABLE_ENTITY,
                Some(wrong),
            );
        }
    };
    let provider = visitor.provider.clone();
    let (id, filter) = (provider.id, asked.filter.clone());
    let matching = app.db.read(move |read: &mut Read| exports::matching(read, id, &filter)).await?;
    let unit = move |tx: &mut Tx| exports::request(tx, &provider, &asked, matching, per_day);
    match app.db.write(Lane::of(id.uuid()), unit).await {
        Ok(_) => {
            let said = Said {
                more: "A mail brings the link; you can leave this page.".to_owned(),
                ..Said::done("Export started.")
            };
            go("/exports", vec![said.cookie(&app, &visitor)?])
        }
        Err(Error::TooMany { code: "export_quota_exceeded", .. }) => {
            let found = find(&app, &visitor, None).await?;
            let wrong = format!("All {per_day} exports of today are used. The next one is possible from midnight on.");
            page(&app, &visitor, &headers, &found, &posted.given, StatusCode::TOO_MANY_REQUESTS, Some(wrong))
        }
        Err(error) => Err(error),
    }
}

fn said_of(errors: &[Invalid]) -> String {
    errors.first().map_or_else(String::new, |error| super::inbox::said_of(&error.detail))
}

/// `POST /exports/{id}/cancel`
pub async fn cancel(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<ExportId>,
    _: Form<Nothing>,
) -> Result<Response> {
    let provider = visitor.provider.id;
    let unit = move |tx: &mut Tx| exports::cancel(tx, provider, id);
    let said = match app.db.write(Lane::of(provider.uuid()), unit).await {
        Ok(_) => Said::done("Export stopped."),
        Err(Error::Conflict { .. }) => Said::failed("Not stopped.", "It had ended already."),
        Err(error) => return Err(error),
    };
    go("/exports", vec![said.cookie(&app, &visitor)?])
}

/// `POST /exports/{id}/again`: for a file that was lost.
pub async fn again(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<ExportId>,
    _: Form<Nothing>,
) -> Result<Response> {
    let provider = visitor.provider.id;
    let lost = Lost::find(&app, provider, id).await?;
    let said = match app.db.write(Lane::of(provider.uuid()), move |tx: &mut Tx| lost.again(tx)).await {
        Ok(_) => Said { more: "A mail brings the link.".to_owned(), ..Said::done("Export started again.") },
        Err(Error::Conflict { .. }) => Said::failed("Not started.", "Its file is there."),
        Err(error) => return Err(error),
    };
    go("/exports", vec![said.cookie(&app, &visitor)?])
}

/// `GET /exports/{id}/download`: the file, as the API gives it.
pub async fn download(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<ExportId>,
    headers: HeaderMap,
) -> Result<Response> {
    let provider = visitor.provider.id;
    let export = app.db.read(move |read: &mut Read| exports::export(read, provider, id)).await?;
    exports::serve(&app, export, &headers).await
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_said_in_thousands() {
        for (bytes, said) in [(0, "0 B"), (999, "999 B"), (13_499, "13 kB"), (999_499, "999 kB"), (1_149_000, "1.1 MB")]
        {
            assert_eq!(size(bytes), said);
        }
    }
}
