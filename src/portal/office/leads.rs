//! `/admin/leads`: what came in, newest first, by what became of it.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::frame::{Frame, calendar};
use super::rows::{Row, pill, rows};
use crate::accounts::{CurrentAdmin, SignedIn};
use crate::app::App;
use crate::db::Read;
use crate::error::{Error, Result};
use crate::http::{Fields, Filters, List, ListQuery, QueryInput};
use crate::id::{Id, LeadId};
use crate::intake::Status;
use crate::portal::frame::answer;
use crate::read::{self, LeadFilter, Sought, waiting_in_all};

#[derive(Template)]
#[template(path = "portal/office/leads.html")]
struct LeadsPage {
    frame: Frame,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    is_first: bool,
    first: String,
    older: Option<String>,
    /// As words of the query, to be kept.
    status: Option<Status>,
    search: String,
}

struct Tab {
    path: String,
    name: &'static str,
    here: bool,
}

/// Which leads.
pub struct PageQuery {
    status: Option<Status>,
    search: Option<String>,
    page: ListQuery,
}

impl QueryInput for PageQuery {
    fn read(query: &mut Fields) -> Self {
        Self {
            status: query.opt_choice("status", Status::CHOICES),
            search: query.opt_line("search", 1..=200),
            page: ListQuery::read(query),
        }
    }
}

/// `GET /admin/leads`
pub async fn show(
    State(app): State<App>,
    _: CurrentAdmin,
    _: SignedIn,
    headers: HeaderMap,
    asked: Filters<PageQuery>,
) -> Result<Response> {
    let PageQuery { status, search, page } = asked.input.map_err(Error::Invalid)?;
    let scope = format!("office leads {status:?} {search:?}");
    let filter = LeadFilter { status, before: page.below(&app.seals, &scope)?.map(LeadId), ..LeadFilter::default() };
    let (calendar, fetch) = (calendar(&app), page.fetch());
    let list = {
        let (seals, page, calendar) = (app.seals.clone(), page.clone(), calendar.clone());
        let sought = search.as_deref().and_then(Sought::new);
        let looks = sought.is_some();
        let unit = move |read: &mut Read| {
            let List { items, next_cursor } = if let Some(sought) = &sought {
                let found = read::find(read, &filter, sought, page.limit)?;
                List::below(found.leads, found.below.map(Id::uuid), &seals, &scope)
            } else {
                let found = read::leads(read, &filter, fetch)?;
                List::new(found, &page, &seals, &scope, |lead| lead.id.uuid())
            };
            Ok((rows(read, &calendar, &items)?, next_cursor, waiting_in_all(read)?))
        };
        if looks { app.db.background(unit).await? } else { app.db.read(unit).await? }
    };
    let (rows, next, waiting) = list;
    let kept = status.map(|status| format!("status={status}"));
    let sought = search.as_deref().map(|text| format!("search={}", utf8_percent_encode(text, NON_ALPHANUMERIC)));
    let kept = kept.into_iter().chain(sought).collect::<Vec<_>>().join("&");
    let first = if kept.is_empty() { "/admin/leads".to_owned() } else { format!("/admin/leads?{kept}") };
    let join = if kept.is_empty() { '?' } else { '&' };
    let page = LeadsPage {
        status,
        search: search.unwrap_or_default(),
        frame: Frame::new(&app, &headers, "/admin/leads", waiting)?,
        tabs: tabs(status),
        rows,
        is_first: page.cursor.is_none(),
        older: next.map(|cursor| format!("{first}{join}cursor={cursor}")),
        first,
    };
    answer(StatusCode::OK, &page)
}

fn tabs(status: Option<Status>) -> Vec<Tab> {
    let all = Tab { path: "/admin/leads".to_owned(), name: "All", here: status.is_none() };
    let each = Status::CHOICES.iter().map(|(word, one)| Tab {
        path: format!("/admin/leads?status={word}"),
        name: pill(*one).said,
        here: status == Some(*one),
    });
    std::iter::once(all).chain(each).collect()
}
