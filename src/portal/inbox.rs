//! `/leads`: the inbox. The home, with nothing asked for, is what waits for a decision; with anything asked for it is exactly
//! what the API's list is with the same query.

use std::fmt::Write;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::answers;
use super::frame::{Frame, Standing, answer, calendar, contact};
use super::words::{self, Calendar, Left};
use crate::accounts::Visitor;
use crate::app::App;
use crate::catalog;
use crate::db::Read;
use crate::error::Result;
use crate::http::{Fields, Filters, Given, QueryInput};
use crate::id::{AssignmentId, Id, NicheId, ProviderId};
use crate::inbox::{self, Filter, FilterIn, Glance, Item, Page, Position, Status};
use crate::period::Period;

/// Leads on a page.
const LIMIT: i64 = 25;
/// As deep as the API's numbered pages go.
const DEEPEST: i64 = 10_000 / LIMIT;
/// What ends within this is named above the list.
const SOON: std::time::Duration = std::time::Duration::from_hours(24);
/// How many of those are read; further ones are counted.
const ENDING: i64 = 25;
const MOST_SUBSCRIPTIONS: i64 = 100;

/// What the page is asked for.
pub struct Asked {
    filters: FilterIn,
    page: i64,
}

impl QueryInput for Asked {
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
    form: FilterForm,
    /// `1–9 of 12`.
    range: String,
    zone: String,
    newer: Option<String>,
    older: Option<String>,
    /// The exports' form with these filters.
    export: String,
    empty: Option<Empty>,
    wrong: Option<String>,
    /// Where the newest lead stands, for what comes after it.
    is_first: bool,
}

/// One thing above the list.
struct Banner {
    bad: bool,
    said: String,
    more: String,
    leads: Vec<Ending>,
}

struct Ending {
    path: String,
    name: String,
    ends: String,
}

struct StatusTab {
    path: String,
    name: &'static str,
    count: String,
    here: bool,
}

/// A filter in force; the path is the list without it.
struct Chip {
    said: String,
    path: String,
}

struct Group {
    heading: String,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    name: String,
    need: String,
    niche: String,
    place: String,
    price: String,
    dots: Vec<bool>,
    sold: String,
    left: Option<Left>,
    pill: Option<Pill>,
    when: String,
    at: String,
    is_new: bool,
    is_active: bool,
}

/// A status in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pill {
    pub class: &'static str,
    pub said: &'static str,
}

/// The filters as the form shows them.
struct FilterForm {
    search: String,
    date_from: String,
    date_to: String,
    viewed: String,
    status: String,
    niches: Vec<Choice>,
    open: bool,
}

struct Choice {
    value: String,
    name: String,
    chosen: bool,
}

struct Empty {
    said: &'static str,
    more: String,
    path: &'static str,
    label: &'static str,
}

/// All that one page is made of, of one moment.
struct Found {
    standing: Standing,
    page: Page,
    glances: Vec<Glance>,
    ending: Page,
    niches: Vec<(NicheId, String)>,
}

/// `GET /leads`
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    asked: Filters<Asked>,
) -> Result<Response> {
    let Filters { input, given } = asked;
    let calendar = calendar(&app, &visitor.provider);
    let (asked, wrong) = match input {
        Ok(asked) => (asked, None),
        Err(errors) => (Asked { filters: FilterIn::default(), page: 1 }, errors.into_iter().next()),
    };
    let wrong = wrong.map(|wrong| said_of(&wrong.detail)).or_else(|| {
        let backwards = asked.filters.filter(calendar.zone()).is_none();
        backwards.then(|| "The first day is after the last.".to_owned())
    });
    let mut filter = asked.filters.filter(calendar.zone()).unwrap_or_default();
    if given.is_empty() {
        filter.status = Some(Status::Active);
    }
    let found = find(&app, &visitor, filter.clone(), asked.page).await?;
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let frame = Frame::new(&app, &visitor, &headers, &found.standing, "/leads")?;
    answer(status, &present(&app, frame, &calendar, &found, &filter, &given, asked.page, wrong))
}

/// `search must have 3 …` as a sentence of the page.
pub fn said_of(detail: &str) -> String {
    let text = detail.replace("search ", "E-mail or phone ").replace("date_from ", "From ").replace("date_to ", "To ");
    let text = text.replace("niche_id ", "Niche ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect::<String>() + ".")
}

async fn find(app: &App, visitor: &Visitor, filter: Filter, page: i64) -> Result<Found> {
    let (provider, window) = (visitor.provider.clone(), app.config.return_window);
    let at = if page == 1 { Position::First } else { Position::Offset((page - 1) * LIMIT) };
    let unit = move |read: &mut Read| {
        let id = provider.id;
        let page = inbox::list(read, id, &filter, at, LIMIT)?;
        let shown: Vec<AssignmentId> = page.items.iter().map(|item| item.assignment_id).collect();
        let now = read.now();
        let ends = Period { start: now.minus(window), end: now.plus(SOON).minus(window) };
        let ending = Filter { status: Some(Status::Active), period: Some(ends), ..Filter::default() };
        Ok(Found {
            standing: Standing::read(read, &provider)?,
            glances: inbox::glances(read, id, &shown)?,
            ending: inbox::list(read, id, &ending, Position::First, ENDING)?,
            niches: niches(read, id)?,
            page,
        })
    };
    app.db.read(unit).await
}

/// The niches that the provider has, or had, a subscription in, by name.
pub fn niches(read: &mut Read, provider: ProviderId) -> Result<Vec<(NicheId, String)>> {
    let subscriptions = catalog::subscriptions(read, Some(provider), None, MOST_SUBSCRIPTIONS)?;
    let mut ids: Vec<NicheId> = subscriptions.iter().map(|subscription| subscription.niche_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut named = ids.into_iter().map(|id| Ok((id, catalog::niche(read, id)?.name))).collect::<Result<Vec<_>>>()?;
    named.sort_unstable_by(|(_, one), (_, other)| one.cmp(other));
    Ok(named)
}

#[expect(clippy::too_many_arguments, reason = "what one page is made of")]
fn present(
    app: &App,
    frame: Frame,
    calendar: &Calendar,
    found: &Found,
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
        chips: chips(found, filter, given, calendar),
        groups: groups(app, calendar, found),
        form: form(found, given, filter, narrowed || wrong.is_some()),
        range: if shown == 0 { String::new() } else { format!("{first}–{} of {}", first + shown - 1, said(total)) },
        zone: calendar.zone_name(),
        newer: (page > 1).then(|| of(page - 1)),
        older: (page * LIMIT < total && page < DEEPEST).then(|| of(page + 1)),
        export: format!("/exports?{}", query(filter, given, &["page", "viewed"]).trim_end_matches('&')),
        empty: (shown == 0).then(|| empty(app, found, filter, narrowed, &frame)),
        is_first: page == 1 && !narrowed,
        wrong,
        frame,
    }
}

fn said(n: i64) -> String {
    words::count(n.unsigned_abs())
}

/// The query that is in force, each part with an `&` after it, but for `without`; the status as it is meant.
fn query(filter: &Filter, given: &Given, without: &[&str]) -> String {
    let mut query = String::new();
    if let Some(status) = filter.status {
        let _ = write!(query, "status={status}&");
    }
    for name in given.names().filter(|name| !without.contains(name) && *name != "status") {
        let _ = write!(query, "{name}={}&", utf8_percent_encode(given.text(name), NON_ALPHANUMERIC));
    }
    query
}

fn tabs(found: &Found, filter: &Filter, given: &Given) -> Vec<StatusTab> {
    let counts = found.standing.counts;
    let all = counts.active + counts.accepted + counts.rejected + counts.refunded;
    let rest = query(&Filter::default(), given, &["page"]);
    let mut tabs: Vec<StatusTab> = [
        (Status::Active, "Active", counts.active),
        (Status::Accepted, "Accepted", counts.accepted),
        (Status::Rejected, "Rejected", counts.rejected),
        (Status::Refunded, "Refunded", counts.refunded),
    ]
    .into_iter()
    .map(|(status, name, count)| StatusTab {
        path: if status == Status::Active && rest.is_empty() {
            "/leads".to_owned()
        } else {
            format!("/leads?{rest}status={status}")
        },
        name,
        count: said(count),
        here: filter.status == Some(status),
    })
    .collect();
    tabs.push(StatusTab {
        path: format!("/leads?{rest}page=1"),
        name: "All",
        count: said(all),
        here: filter.status.is_none(),
    });
    tabs
}

fn chips(found: &Found, filter: &Filter, given: &Given, calendar: &Calendar) -> Vec<Chip> {
    let named = |name: &str| {
        let text = given.text(name);
        Some(match name {
            "search" => format!("“{text}”"),
            "niche_id" => found.niches.iter().find(|(id, _)| id.to_string() == text)?.1.clone(),
            "date_from" => format!("From {}", day(text, calendar)),
            "date_to" => format!("To {}", day(text, calendar)),
            "viewed" => if text == "true" { "Viewed" } else { "Not viewed" }.to_owned(),
            _ => return None,
        })
    };
    let chip = |name: &'static str| {
        let rest = query(filter, given, &[name, "page"]);
        Some(Chip { said: named(name)?, path: format!("/leads?{rest}page=1") })
    };
    ["search", "niche_id", "date_from", "date_to", "viewed"]
        .into_iter()
        .filter(|name| !given.text(name).is_empty())
        .filter_map(chip)
        .collect()
}

fn day(text: &str, calendar: &Calendar) -> String {
    text.parse().map_or_else(|_| text.to_owned(), |date| calendar.day(date))
}

fn form(found: &Found, given: &Given, filter: &Filter, open: bool) -> FilterForm {
    let chosen = given.text("niche_id");
    let niches = found.niches.iter().map(|(id, name)| {
        let value = id.to_string();
        Choice { chosen: value == chosen, value, name: name.clone() }
    });
    FilterForm {
        search: given.text("search").to_owned(),
        date_from: given.text("date_from").to_owned(),
        date_to: given.text("date_to").to_owned(),
        viewed: given.text("viewed").to_owned(),
        status: filter.status.map(|status| status.to_string()).unwrap_or_default(),
        niches: niches.collect(),
        open,
    }
}

fn banner(app: &App, calendar: &Calendar, found: &Found) -> Option<Banner> {
    let standing = &found.standing;
    if standing.is_out_of_credit() {
        let money = |amount| words::money(amount, &app.config.currency);
        let whom = contact(app).map_or_else(String::new, |address| format!(" Write to {address} to add credit."));
        let price = standing.cheapest.map(money).unwrap_or_default();
        let more = format!("Balance {}; your cheapest lead costs {price}.{whom}", money(standing.balance));
        let said = "You are out of credit, so no new leads come.".to_owned();
        return Some(Banner { bad: true, said, more, leads: Vec::new() });
    }
    let total = found.ending.total;
    if total == 0 {
        return None;
    }
    // Newest first: the last end first. Past what was read, the newest of them are named.
    let first = found.ending.items.iter().rev().take(2);
    let leads: Vec<Ending> = first
        .map(|item| {
            let until = item.assigned_at.plus(app.config.return_window);
            Ending { path: format!("/leads/{}", item.lead_id), name: name_of(item), ends: ends(calendar, until) }
        })
        .collect();
    let said = if total == 1 {
        "Return ends soon for 1 lead.".to_owned()
    } else {
        format!("Return ends soon for {} leads.", words::count(total.unsigned_abs()))
    };
    let more =
        if total > 2 { format!("and {} more.", words::count((total - 2).unsigned_abs())) } else { String::new() };
    Some(Banner { bad: false, said, more, leads })
}

/// `in 47 minutes`, `tomorrow at 05:40`.
fn ends(calendar: &Calendar, until: crate::clock::Timestamp) -> String {
    let left = Left::of(calendar.now, until, SOON);
    if until.since(calendar.now).as_secs() < 3600 { format!("in {}", left.long) } else { calendar.time_within(until) }
}

fn empty(app: &App, found: &Found, filter: &Filter, narrowed: bool, frame: &Frame) -> Empty {
    let counts = found.standing.counts;
    let all = counts.active + counts.accepted + counts.rejected + counts.refunded;
    if all == 0 {
        let niches: Vec<&str> = found.niches.iter().map(|(_, name)| name.as_str()).collect();
        let more = if niches.is_empty() {
            let whom = contact(app).unwrap_or_else(|| frame.operator.clone());
            format!("You have no subscription yet. Write to {whom} to get leads.")
        } else {
            format!(
                "Your subscriptions are on: {}. The first lead appears here and is mailed to you.",
                niches.join(", ")
            )
        };
        return Empty { said: "No leads yet", more, path: "/preferences", label: "Check where mails go" };
    }
    if narrowed {
        let more = format!(
            "Nothing fits all of these filters. Without filters there are {} leads.",
            words::count(all.unsigned_abs())
        );
        return Empty { said: "No lead matches", more, path: "/leads?page=1", label: "Clear filters" };
    }
    let (said, more) = match filter.status {
        Some(Status::Active) => {
            ("Nothing waits for you", "Every lead is decided. New ones appear here and are mailed to you.")
        }
        Some(Status::Accepted) => ("No accepted leads", "Leads that you accept are kept here."),
        Some(Status::Rejected) => {
            ("No rejected leads", "Leads that you reject are here while their return is decided, and after a denial.")
        }
        Some(Status::Refunded) => ("No refunded leads", "Leads whose price you got back are kept here."),
        None => ("No leads on this page", "The list is shorter than that."),
    };
    Empty { said, more: more.to_owned(), path: "/leads?page=1", label: "All leads" }
}

fn groups(app: &App, calendar: &Calendar, found: &Found) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for item in &found.page.items {
        let heading = calendar.group(item.assigned_at);
        let glance = found.glances.iter().find(|glance| glance.assignment_id == item.assignment_id);
        let row = row(app, calendar, item, glance);
        match groups.last_mut() {
            Some(group) if group.heading == heading => group.rows.push(row),
            _ => groups.push(Group { heading, rows: vec![row] }),
        }
    }
    groups
}

fn row(app: &App, calendar: &Calendar, item: &Item, glance: Option<&Glance>) -> Row {
    let form = glance.and_then(|glance| glance.form_data.as_ref()).map_or("", |json| json.0.as_str());
    let (sold, max) = glance.map_or((1, 1), |glance| (glance.sold, glance.sold_max));
    let window = app.config.return_window;
    let is_active = item.status == Status::Active;
    let until = item.assigned_at.plus(window);
    Row {
        id: item.lead_id.uuid().to_string(),
        name: name_of(item),
        need: answers::need(form),
        niche: item.niche_name.clone(),
        place: place(form, glance.and_then(|glance| glance.postal_code.as_deref())),
        price: words::money(item.price_charged, &app.config.currency),
        dots: dots(sold, max),
        sold: sold_to(sold, max),
        left: is_active.then(|| Left::of(calendar.now, until, window)),
        pill: (!is_active).then(|| pill(item.status)),
        when: calendar.ago(item.assigned_at),
        at: item.assigned_at.to_string(),
        is_new: item.viewed_at.is_none(),
        is_active,
    }
}

/// Who it is, as far as is known.
fn name_of(item: &Item) -> String {
    who(
        item.erased_at.is_some(),
        item.contact_name.as_deref(),
        item.contact_phone.as_deref(),
        item.contact_email.as_deref(),
    )
}

/// Who somebody is, as far as is known.
pub fn who(erased: bool, name: Option<&str>, phone: Option<&str>, email: Option<&str>) -> String {
    if erased {
        return "Erased".to_owned();
    }
    let phone = phone.map(words::phone);
    let name = name.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
    name.or(phone).or(email.map(str::to_owned)).unwrap_or_else(|| "No name".to_owned())
}

/// `Denver, CO 80211`, as much of it as there is.
pub fn place(form: &str, postal_code: Option<&str>) -> String {
    [answers::city(form), postal_code.map(str::to_owned)].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// One dot for each who could have the lead, filled for each who has.
pub fn dots(sold: i64, max: i64) -> Vec<bool> {
    if (2..=6).contains(&max) { (0..max).map(|n| n < sold).collect() } else { Vec::new() }
}

/// `2 of 3`, `only you`.
pub fn sold_to(sold: i64, max: i64) -> String {
    if max == 1 { "only you".to_owned() } else { format!("{sold} of {max}") }
}

pub fn pill(status: Status) -> Pill {
    let (class, said) = match status {
        Status::Active => ("active", "Active"),
        Status::Accepted => ("accepted", "Accepted"),
        Status::Rejected => ("rejected", "Rejected"),
        Status::Refunded => ("refunded", "Refunded"),
    };
    Pill { class, said }
}
