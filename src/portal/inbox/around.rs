//! What is around the list: the banner, the tabs, the filters in force and their form, and what is said of an empty list.

use jiff::civil::Date;

use super::found::{PageData, SOON};
use super::query::{query, said};
use crate::app::App;
use crate::assignments::{Filter, Status};
use crate::catalog::NamedNiche;
use crate::http::Given;
use crate::portal::frame::{Frame, contact};
use crate::portal::pill::who;
use crate::portal::words::{self, Calendar, Left};

/// One thing above the list.
pub struct Banner {
    pub bad: bool,
    pub said: String,
    pub more: String,
    pub leads: Vec<Ending>,
}

pub struct Ending {
    pub path: String,
    pub name: String,
    pub ends: String,
}

pub struct StatusTab {
    pub path: String,
    pub name: &'static str,
    pub count: String,
    pub here: bool,
}

/// A filter in force; the path is the list without it.
pub struct Chip {
    pub said: String,
    pub path: String,
}

/// The filters as the form shows them.
pub struct FilterForm {
    pub search: String,
    pub date_from: DateField,
    pub date_to: DateField,
    pub viewed: String,
    pub status: String,
    pub niches: Vec<Choice>,
    pub open: bool,
}

/// One end of a period. A calendar can only show a plain date: a time, as the API takes it too, is shown as a text, or it
/// would be lost with the next click.
pub struct DateField {
    pub kind: &'static str,
    pub value: String,
}

impl DateField {
    pub fn of(given: &str) -> Self {
        let plain = given.is_empty() || given.parse::<Date>().is_ok_and(|date| date.to_string() == given);
        Self { kind: if plain { "date" } else { "text" }, value: given.to_owned() }
    }
}

pub struct Choice {
    pub value: String,
    pub name: String,
    pub chosen: bool,
}

pub struct Empty {
    pub said: &'static str,
    pub more: String,
    pub path: &'static str,
    pub label: &'static str,
}

pub fn tabs(found: &PageData, filter: &Filter, given: &Given) -> Vec<StatusTab> {
    let (counts, all) = (&found.summary, found.summary.leads());
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

pub fn chips(found: &PageData, filter: &Filter, given: &Given, calendar: &Calendar) -> Vec<Chip> {
    let named = |name: &str| {
        let text = given.text(name);
        Some(match name {
            "search" => format!("“{text}”"),
            "niche_id" => found.niches.iter().find(|niche| niche.id.to_string() == text)?.name.clone(),
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

pub fn form(found: &PageData, given: &Given, filter: &Filter, open: bool) -> FilterForm {
    let chosen = given.text("niche_id");
    let niches = found.niches.iter().map(|NamedNiche { id, name, .. }| {
        let value = id.to_string();
        Choice { chosen: value == chosen, value, name: name.clone() }
    });
    FilterForm {
        search: given.text("search").to_owned(),
        date_from: DateField::of(given.text("date_from")),
        date_to: DateField::of(given.text("date_to")),
        viewed: given.text("viewed").to_owned(),
        status: filter.status.map(|status| status.to_string()).unwrap_or_default(),
        niches: niches.collect(),
        open,
    }
}

pub fn banner(app: &App, calendar: &Calendar, found: &PageData) -> Option<Banner> {
    let summary = &found.summary;
    if summary.is_out_of_credit() {
        let money = |amount| words::money(amount, &app.config.currency);
        let whom = contact(app).map_or_else(String::new, |address| format!(" Write to {address} to add credit."));
        let price = summary.cheapest.map(money).unwrap_or_default();
        let more = format!("Balance {}; your cheapest lead costs {price}.{whom}", money(summary.balance));
        let said = "You are out of credit, so no new leads come.".to_owned();
        return Some(Banner { bad: true, said, more, leads: Vec::new() });
    }
    let total = found.ending.first()?.total;
    let ending = found.ending.iter().map(|lead| Ending {
        path: format!("/leads/{}", lead.lead_id),
        name: who(
            lead.erased_at.is_some(),
            lead.contact_name.as_deref(),
            lead.contact_phone.as_deref(),
            lead.contact_email.as_deref(),
        ),
        ends: ends(calendar, app.return_windows.end(lead.assigned_at)),
    });
    let leads: Vec<Ending> = ending.collect();
    let said = match total {
        1 => "Return ends soon for 1 lead.".to_owned(),
        2..=100 => format!("Return ends soon for {total} leads."),
        _ => "Return ends soon for more than 100 leads.".to_owned(),
    };
    let more = match total {
        ..=2 => String::new(),
        3..=100 => format!("and {} more.", total - 2),
        _ => "and many more.".to_owned(),
    };
    Some(Banner { bad: false, said, more, leads })
}

/// `in 47 minutes`, `tomorrow at 05:40`.
fn ends(calendar: &Calendar, until: crate::clock::Timestamp) -> String {
    let left = Left::of(calendar.now, until, SOON);
    if until.since(calendar.now).as_secs() < 3600 { format!("in {}", left.long) } else { calendar.time_within(until) }
}

/// `searched`: what was looked for.
pub fn empty(app: &App, found: &PageData, filter: &Filter, narrowed: bool, searched: &str, frame: &Frame) -> Empty {
    let all = found.summary.leads();
    if all == 0 {
        let niches: Vec<&str> = found.niches.iter().map(|niche| niche.name.as_str()).collect();
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
        let without = match all {
            1 => "Without filters there is 1 lead.".to_owned(),
            n => format!("Without filters there are {} leads.", words::count(n.unsigned_abs())),
        };
        let more = if searched.is_empty() {
            format!("Nothing fits all of these filters. {without}")
        } else {
            format!("Nothing that fits has “{searched}” in its name, need, place, e-mail or phone. {without}")
        };
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
