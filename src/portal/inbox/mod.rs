//! `/leads`: the inbox. The home, with nothing asked for, is what waits for a decision; with anything asked for it is exactly
//! what the API's list is with the same query.

mod around;
mod found;
mod query;
mod rows;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use around::{Banner, Chip, Empty, FilterForm, StatusTab, banner, chips, empty, form, tabs};
use found::{LIMIT, PageData, find};
use query::{query, said};
use rows::{Group, groups};

pub use around::DateField;

use super::frame::{Frame, answer, calendar};
use super::notes;
use super::words::Calendar;
use crate::accounts::ProviderUser;
use crate::app::App;
use crate::assignments::{Filter, Status};
use crate::error::Result;
use crate::http::{Fields, Filters, Given, QueryInput};
use crate::inbox::FilterIn;

/// As deep as the API's numbered pages go.
const DEEPEST: i64 = 10_000 / LIMIT;

/// What the page is asked for.
pub struct PageQuery {
    filters: FilterIn,
    page: i64,
}

impl QueryInput for PageQuery {
    fn read(query: &mut Fields) -> Self {
        let page = query.opt_int("page", 1..=DEEPEST).unwrap_or(1);
        Self { filters: FilterIn::read(query), page }
    }
}

#[derive(askama::Template)]
#[template(path = "portal/inbox.html")]
struct InboxPage {
    frame: Frame,
    banner: Option<Banner>,
    tabs: Vec<StatusTab>,
    chips: Vec<Chip>,
    groups: Vec<Group>,
    /// Whether any of them can be accepted or rejected.
    undecided: bool,
    form: FilterForm,
    /// `1–9 of 12`.
    range: String,
    zone: String,
    /// What the column says in which a lead stands.
    head: &'static str,
    newer: Option<String>,
    older: Option<String>,
    /// The exports' form with these filters.
    export: String,
    empty: Option<Empty>,
    wrong: Option<String>,
    /// The id of the last event that the page knows.
    news_after: String,
}

/// `GET /leads`
pub async fn show(
    State(app): State<App>,
    person: ProviderUser,
    headers: HeaderMap,
    asked: Filters<PageQuery>,
) -> Result<Response> {
    let Filters { input, given } = asked;
    let calendar = calendar(&app, &person.provider);
    let (asked, wrong) = match input {
        Ok(asked) => (asked, None),
        Err(errors) => (PageQuery { filters: FilterIn::default(), page: 1 }, errors.into_iter().next()),
    };
    let wrong = wrong.map(|wrong| said_of(&wrong.detail)).or_else(|| {
        let backwards = asked.filters.filter(calendar.zone()).is_none();
        backwards.then(|| "The first day is after the last.".to_owned())
    });
    let mut filter = asked.filters.filter(calendar.zone()).unwrap_or_default();
    if given.is_empty() {
        filter.status = Some(Status::Active);
    }
    let said = notes::read(&app, &person, &headers);
    let together = said.and_then(|said| said.together).map(|together| together.ids).unwrap_or_default();
    let mut found = find(&app, &person, filter.clone(), asked.page, together).await?;
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let mut frame = Frame::new(&app, &person, &headers, &found.summary, "/leads")?;
    if let Some(together) = frame.note.as_mut().and_then(|note| note.together.as_mut()) {
        together.named = std::mem::take(&mut found.together);
    }
    answer(status, &present(&app, frame, &calendar, &found, &filter, &given, asked.page, wrong))
}

/// `search must have 3 …` as a sentence of the page.
pub fn said_of(detail: &str) -> String {
    let text = detail
        .replace("search ", "Name, place, need, e-mail or phone ")
        .replace("date_from ", "From ")
        .replace("date_to ", "To ");
    let text = text.replace("niche_id ", "Niche ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect::<String>() + ".")
}

#[expect(clippy::too_many_arguments, reason = "what one page is made of")]
fn present(
    app: &App,
    frame: Frame,
    calendar: &Calendar,
    found: &PageData,
    filter: &Filter,
    given: &Given,
    page: i64,
    wrong: Option<String>,
) -> InboxPage {
    let total = found.page.total;
    let shown = i64::try_from(found.page.items.len()).unwrap_or(0);
    let first = (page - 1) * LIMIT + 1;
    let narrowed = given.names().any(|name| name != "page" && name != "status");
    let of = |page: i64| format!("/leads?{}page={page}", query(filter, given, &["page"]));
    InboxPage {
        banner: banner(app, calendar, found),
        tabs: tabs(found, filter, given),
        // What is wrong is not in force.
        chips: if wrong.is_some() { Vec::new() } else { chips(found, filter, given, calendar) },
        groups: groups(app, calendar, found),
        undecided: found.page.items.iter().any(|item| item.status == Status::Active),
        form: form(found, given, filter, narrowed || wrong.is_some()),
        range: if shown == 0 { String::new() } else { format!("{first}–{} of {}", first + shown - 1, said(total)) },
        zone: calendar.zone_name(),
        head: match filter.status {
            Some(Status::Active) => "Left to return",
            Some(_) => "Status",
            None => "Left, or status",
        },
        newer: (page > 1).then(|| of(page - 1)),
        older: (page * LIMIT < total && page < DEEPEST).then(|| of(page + 1)),
        export: format!("/exports?{}", query(filter, given, &["page"]).trim_end_matches('&')),
        empty: (shown == 0).then(|| empty(app, found, filter, narrowed, given.text("search"), &frame)),
        wrong,
        news_after: found.news_after.clone(),
        frame,
    }
}
