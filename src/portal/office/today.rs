//! `/admin`: what needs somebody, then what came in today.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::frame::{Frame, calendar, many};
use super::rows::{Row, rows};
use crate::accounts::{CurrentAdmin, SignedIn};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Read;
use crate::error::{Error, Result};
use crate::http::{Body, Fields, Filters, Form, Path, QueryInput};
use crate::id::MailId;
use crate::intake::{self, Tally};
use crate::outbox::{self, Mail};
use crate::portal::frame::{answer, go};
use crate::portal::words;
use crate::queue;
use crate::read::{self, LeadFilter, Short, Waiting, waiting_in_all};
use crate::text;

/// The newest leads on the page.
const LATEST: i64 = 8;
/// What was given up, and who is short of credit: this many are named.
const NAMED: i64 = 5;
/// What waits is counted so far.
const COUNTED: i64 = 1_001;
/// Whose balance buys fewer leads than this is named.
const FEW: i64 = 3;

#[derive(Template)]
#[template(path = "portal/office/today.html")]
struct TodayPage {
    frame: Frame,
    said: Option<&'static str>,
    date: String,
    returns: Option<ReturnsLine>,
    unmatched: i64,
    held: Option<String>,
    refused: Option<String>,
    mails: Vec<Given>,
    jobs: Vec<Given>,
    short: Vec<ShortLine>,
    few: i64,
    tally: Tally,
    leads_in: i64,
    /// Of the new leads, in percent.
    share: Option<i64>,
    latest: Vec<Row>,
}

struct ReturnsLine {
    n: String,
    amount: String,
    since: String,
}

/// What was tried to the end.
struct Given {
    id: String,
    what: String,
    why: String,
}

struct ShortLine {
    provider: String,
    balance: String,
    price: String,
}

/// What was just done, in a word.
pub struct DoneQuery {
    said: Option<&'static str>,
}

impl QueryInput for DoneQuery {
    fn read(query: &mut Fields) -> Self {
        let words =
            [("retried", "The mail is tried once more."), ("gone", "Nothing was changed: it was not given up.")];
        Self { said: query.opt_choice("done", &words) }
    }
}

/// A form without fields.
pub struct Nothing;

impl Body for Nothing {
    fn read(_: &mut Fields) -> Self {
        Self
    }
}

/// All of one moment.
struct PageData {
    waiting: Waiting,
    tally: Tally,
    held: i64,
    refused: i64,
    mails: Vec<Mail>,
    jobs: Vec<queue::Job>,
    short: Vec<Short>,
    latest: Vec<Row>,
}

/// `GET /admin`
pub async fn show(
    State(app): State<App>,
    _: CurrentAdmin,
    _: SignedIn,
    headers: HeaderMap,
    asked: Filters<DoneQuery>,
) -> Result<Response> {
    let said = asked.input.map_err(Error::Invalid)?.said;
    let calendar = calendar(&app);
    let today = calendar.now.date_in(calendar.zone());
    let midnight = Timestamp::start_of(today, calendar.zone()).unwrap_or(calendar.now);
    let within = calendar.clone();
    let unit = move |read: &mut Read| {
        let mails = outbox::Filter { state: Some(outbox::State::Dead), template: None, before: None, limit: NAMED };
        let jobs = queue::Filter { state: Some(queue::State::Dead), kind: None, before: None, limit: NAMED };
        let latest = read::leads(read, &LeadFilter::default(), LATEST)?;
        Ok(PageData {
            waiting: waiting_in_all(read)?,
            tally: intake::tally(read, midnight)?,
            held: intake::held(read, COUNTED)?,
            refused: intake::refused_since(read, midnight, COUNTED)?,
            mails: outbox::list(read, &mails)?,
            jobs: queue::list(read, &jobs)?,
            short: read::short(read, FEW, NAMED)?,
            latest: rows(read, &within, &latest)?,
        })
    };
    let found = app.db.read(unit).await?;
    let currency = &app.config.currency;
    let Tally { assigned, unmatched, duplicate, test, invalid } = found.tally;
    let new = assigned + unmatched;
    let page = TodayPage {
        frame: Frame::new(&app, &headers, "/admin", found.waiting)?,
        said,
        date: calendar.day(today),
        returns: found.waiting.oldest.map(|oldest| ReturnsLine {
            n: many(found.waiting.returns),
            amount: words::money(found.waiting.amount, currency),
            since: calendar.since(oldest),
        }),
        unmatched,
        held: (found.held > 0).then(|| many(found.held)),
        refused: (found.refused > 0).then(|| many(found.refused)),
        mails: found.mails.into_iter().map(mail).collect(),
        jobs: found
            .jobs
            .into_iter()
            .filter(|job| ![outbox::SEND, outbox::SEND_ALL].contains(&job.kind.as_str()))
            .map(job)
            .collect(),
        short: found.short.iter().map(|short| of_short(short, currency)).collect(),
        few: FEW,
        tally: found.tally,
        leads_in: new + duplicate + test + invalid,
        share: (new > 0).then(|| assigned * 100 / new.max(1)),
        latest: found.latest,
    };
    answer(StatusCode::OK, &page)
}

fn mail(mail: Mail) -> Given {
    let to = mail.address.or(mail.provider_email).unwrap_or_else(|| "the operator".to_owned());
    Given {
        id: mail.id.to_string(),
        what: format!("{} to {to}", mail.template),
        why: text::cut(&mail.last_error.unwrap_or_default(), 160),
    }
}

fn job(job: queue::Job) -> Given {
    Given { id: job.id.to_string(), what: job.kind, why: text::cut(&job.last_error.unwrap_or_default(), 160) }
}

fn of_short(short: &Short, currency: &str) -> ShortLine {
    ShortLine {
        provider: short.provider_name.clone(),
        balance: words::money(short.balance, currency),
        price: words::money(short.price, currency),
    }
}

/// `POST /admin/mails/{id}/retry`
pub async fn retry(
    State(app): State<App>,
    admin: CurrentAdmin,
    _: SignedIn,
    Path(id): Path<MailId>,
    _: Form<Nothing>,
) -> Result<Response> {
    match app.db.run(outbox::retry(admin.0.actor(), id)).await {
        Ok(_) => go("/admin?done=retried", Vec::new()),
        Err(Error::Conflict { .. }) => go("/admin?done=gone", Vec::new()),
        Err(error) => Err(error),
    }
}
