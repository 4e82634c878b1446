//! `/money`: what there is to spend, what was spent and given back, week by week, and every entry of the ledger with the
//! balance after it.

use std::fmt::Write;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Span;
use jiff::civil::Date;

use super::chart::{self, Chart};
use super::frame::{Frame, answer, calendar, contact};
use super::pill::who;
use super::words::{self, Calendar};
use crate::accounts::ProviderUser;
use crate::app::App;
use crate::billing::{self, Entry, Kind, Moved};
use crate::clock::Timestamp;
use crate::db::Read;
use crate::error::{Error, Result};
use crate::http::{Fields, Filters, QueryInput};
use crate::id::{AssignmentId, Id, LedgerEntryId};
use crate::period::Period;
use crate::read::{self, Named, ProviderSummary, UnderReview};
use crate::returns::{self, Decisions, ReturnState};

/// Entries on a page.
const LIMIT: i64 = 25;
/// Weeks in the picture, the running one included.
const WEEKS: usize = 12;
/// Longer than any cursor of ours.
const MAX_CURSOR: usize = 512;

#[derive(Template)]
#[template(path = "portal/money.html")]
struct MoneyPage {
    frame: Frame,
    charged: String,
    leads: String,
    refunded: String,
    returns: String,
    review: String,
    pending: String,
    chart: Option<Chart>,
    rows: Vec<Row>,
    older: Option<String>,
    is_first: bool,
    contact: Option<String>,
    zone: String,
    wrong: bool,
}

/// An entry of the ledger.
struct Row {
    at: String,
    when: String,
    entry: &'static str,
    /// The lead it is about.
    lead: Option<Lead>,
    more: String,
    amount: String,
    is_plus: bool,
    balance: String,
}

struct Lead {
    path: String,
    name: String,
}

/// Where the page begins.
pub struct PageQuery {
    before: Option<String>,
}

impl QueryInput for PageQuery {
    fn read(query: &mut Fields) -> Self {
        Self { before: query.opt_text("before", 1..=MAX_CURSOR) }
    }
}

/// The times that are summed up: the weeks, oldest first, then the month.
struct Times {
    weeks: Vec<Date>,
    periods: Vec<Period>,
    month: Period,
}

/// All that the page is made of, of one moment.
struct PageData {
    summary: ProviderSummary,
    moved: Vec<Moved>,
    review: UnderReview,
    decisions: Decisions,
    entries: Vec<Entry>,
    named: Vec<Named>,
}

/// `GET /money`
pub async fn show(
    State(app): State<App>,
    person: ProviderUser,
    headers: HeaderMap,
    asked: Filters<PageQuery>,
) -> Result<Response> {
    let calendar = calendar(&app, &person.provider);
    let times = Times::of(&calendar)?;
    let scope = format!("money {}", person.provider.id);
    let cursor = asked.input.map(|asked| asked.before);
    let before = match &cursor {
        Ok(Some(text)) => app.seals.open(&scope, text).and_then(|bytes| uuid::Uuid::from_slice(&bytes).ok()),
        _ => None,
    };
    let wrong = before.is_none() && !matches!(cursor, Ok(None));
    let mut found = find(&app, &person, &times, before.map(LedgerEntryId::from_uuid)).await?;
    let more = found.entries.len() > usize::try_from(LIMIT).unwrap_or(usize::MAX);
    found.entries.truncate(usize::try_from(LIMIT).unwrap_or(usize::MAX));
    let last = found.entries.last().filter(|_| more);
    let older = last.map(|entry| format!("/money?before={}", app.seals.seal(&scope, entry.id.uuid().as_bytes())));
    let frame = Frame::new(&app, &person, &headers, &found.summary, "/money")?;
    let page =
        MoneyPage { older, wrong, is_first: before.is_none(), ..present(&app, &calendar, frame, &times, &found) };
    answer(if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &page)
}

async fn find(app: &App, person: &ProviderUser, times: &Times, before: Option<LedgerEntryId>) -> Result<PageData> {
    let (provider, periods, month) = (person.provider.clone(), times.periods.clone(), times.month);
    let unit = move |read: &mut Read| {
        let id = provider.id;
        let entries = billing::ledger(read, id, before, LIMIT + 1)?;
        let about: Vec<AssignmentId> = entries.iter().filter_map(|entry| entry.assignment_id).collect();
        Ok(PageData {
            summary: read::summary(read, provider.id)?,
            moved: billing::moved(read, id, &periods)?,
            review: read::under_review(read, id)?,
            decisions: returns::decisions(read, id, &month)?,
            named: read::named(read, id, &about)?,
            entries,
        })
    };
    app.db.read(unit).await
}

impl Times {
    fn of(calendar: &Calendar) -> Result<Self> {
        let today = calendar.now.date_in(calendar.zone());
        let back = |days: i64| today.checked_sub(Span::new().days(days)).map_err(Error::internal);
        let into_week = i64::from(today.weekday().to_monday_zero_offset());
        let mut weeks = (0..).take(WEEKS).map(|week| back(into_week + 7 * week)).collect::<Result<Vec<_>>>()?;
        weeks.reverse();
        let start = |date: Date| Timestamp::start_of(date, calendar.zone()).unwrap_or(Timestamp::MIN);
        let starts: Vec<Timestamp> = weeks.iter().map(|date| start(*date)).collect();
        let ends = starts.iter().skip(1).copied().chain([Timestamp::MAX]);
        let month = Period { start: start(today.first_of_month()), end: Timestamp::MAX };
        let of_weeks = starts.iter().zip(ends).map(|(start, end)| Period { start: *start, end });
        let periods = of_weeks.chain([month]).collect();
        Ok(Self { weeks, periods, month })
    }

    /// Each week with what moved in it.
    fn weeks(&self, moved: &[Moved]) -> Vec<(Date, Moved)> {
        self.weeks.iter().copied().zip(moved.iter().copied()).collect()
    }
}

fn present(app: &App, calendar: &Calendar, frame: Frame, times: &Times, found: &PageData) -> MoneyPage {
    let currency = app.config.currency.as_str();
    let money = |amount| words::money(amount, currency);
    let month = found.moved.last().copied();
    let refunds = month.map_or(0, |moved| moved.refunds);
    MoneyPage {
        charged: money(month.map(|moved| moved.charged).unwrap_or_default()),
        leads: some(month.map_or(0, |moved| moved.charges), "lead"),
        refunded: money(month.map(|moved| moved.refunded).unwrap_or_default()),
        returns: of_returns(refunds, found.decisions),
        review: money(found.review.amount),
        pending: some(found.review.returns, "return"),
        chart: chart::of(calendar, &times.weeks(&found.moved), currency),
        rows: found.entries.iter().map(|entry| row(calendar, currency, entry, &found.named)).collect(),
        older: None,
        is_first: true,
        contact: contact(app),
        zone: calendar.zone_name(),
        wrong: false,
        frame,
    }
}

fn some(n: i64, what: &str) -> String {
    format!("{} {what}{}", words::count(n.unsigned_abs()), if n == 1 { "" } else { "s" })
}

/// `2 of 3 returns`; with the leads that were refunded without one, as an erased lead is.
fn of_returns(refunds: i64, Decisions { approved, denied }: Decisions) -> String {
    let returns = format!("{} of {}", words::count(approved.unsigned_abs()), some(approved + denied, "return"));
    match (refunds, approved + denied) {
        (0, 0) => "no return decided".to_owned(),
        (refunds, 0) => some(refunds, "lead"),
        (refunds, _) if refunds == approved => returns,
        (refunds, _) => format!("{}, {returns}", some(refunds, "lead")),
    }
}

fn row(calendar: &Calendar, currency: &str, entry: &Entry, named: &[Named]) -> Row {
    let about = named.iter().find(|named| Some(named.assignment_id) == entry.assignment_id);
    let amount = words::money(entry.amount, currency);
    let is_plus = entry.amount.minor() > 0;
    Row {
        at: entry.created_at.to_string(),
        when: calendar.time(entry.created_at),
        entry: kind(entry.kind),
        lead: about.map(lead),
        more: match (entry.kind, about) {
            (Kind::Charge, Some(named)) => format!("{}, {}", named.niche_name, named.competition_level),
            (Kind::Refund, Some(named)) => reason(named),
            _ => entry.note.clone().unwrap_or_default(),
        },
        amount: if is_plus { format!("+{amount}") } else { amount },
        is_plus,
        balance: words::money(entry.balance_after, currency),
    }
}

/// What an entry is called.
pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Charge => "Charge",
        Kind::Credit => "Credit",
        Kind::Refund => "Refund",
    }
}

fn lead(named: &Named) -> Lead {
    let [name, phone, email] = [&named.contact_name, &named.contact_phone, &named.contact_email];
    let erased = named.erased_at.is_some();
    Lead {
        path: format!("/leads/{}", named.lead_id),
        name: who(erased, name.as_deref(), phone.as_deref(), email.as_deref()),
    }
}

/// Why a lead was paid back.
pub fn reason(named: &Named) -> String {
    match (named.return_state, &named.return_note) {
        (Some(ReturnState::Approved), Some(note)) => format!("Return approved: {note}"),
        (Some(ReturnState::Approved), None) => "Return approved".to_owned(),
        _ => "Erased at the person’s request".to_owned(),
    }
}

/// `GET /money/weeks.csv`: the figures of the picture.
pub async fn weeks(State(app): State<App>, person: ProviderUser) -> Result<Response> {
    let times = Times::of(&calendar(&app, &person.provider))?;
    let (provider, periods) = (person.provider.id, times.periods.clone());
    let moved = app.db.read(move |read| billing::moved(read, provider, &periods)).await?;
    let mut csv =
        String::from("week_from,charged,charged_leads,refunded,refunded_leads,currency,complete,time_zone\r\n");
    for (n, (date, moved)) in times.weeks(&moved).into_iter().enumerate() {
        let Moved { charged, charges, refunded, refunds, .. } = moved;
        let (currency, complete) = (&app.config.currency, n + 1 < WEEKS);
        // Writing to a String cannot fail. No field can hold a comma.
        let _ = write!(csv, "{date},{},{charges},", charged.fixed());
        let _ = write!(csv, "{},{refunds},{currency},{complete},{}\r\n", refunded.fixed(), person.provider.timezone);
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"spend-by-week.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, csv).into_response())
}
