//! `/leads/{lead_id}`: one lead, with all that its provider may know, and what can be done about it.

use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;

use super::answers::{self, Answer};
use super::frame::{Frame, Standing, answer, calendar};
use super::inbox::{Pill, dots, pill, place, sold_to, who};
use super::reject::RejectForm;
use super::timeline::{self, Event};
use super::words::{self, Calendar, Left};
use crate::accounts::Visitor;
use crate::app::App;
use crate::audit::{self, EntityKind, Recorded};
use crate::catalog::{self, Subscription};
use crate::db::{Lane, Read, Tx};
use crate::error::Result;
use crate::http::{Path, is_prefetch};
use crate::id::{Id, LeadId};
use crate::inbox::{self, Detail, Filter, LeadRef, Position, ReturnState, Shown, Status};
use crate::returns::{self, Attempt, MOST_ATTEMPTS};

/// More entries than these are no timeline any more.
const MOST_ENTRIES: i64 = 100;

#[derive(askama::Template)]
#[template(path = "portal/lead.html")]
pub struct LeadPage {
    frame: Frame,
    lead: Lead,
    money: Money,
    answers: Vec<Answer>,
    source: Vec<Answer>,
    timeline: Vec<Event>,
    /// Which of the active leads it is: `1 of 12`.
    nth: Option<String>,
    /// The active lead that came before this one.
    next: Option<String>,
    left: Option<Left>,
    ends: String,
    decided: Option<Decided>,
    appeal: Option<String>,
    rejecting: Option<RejectForm>,
    /// What may limit the provider's returns, in words.
    allowance: Option<String>,
    zone: String,
    wrong: Option<String>,
}

struct Lead {
    path: String,
    name: String,
    need: String,
    niche: String,
    place: String,
    since: String,
    pill: Pill,
    dots: Vec<bool>,
    sold: String,
    phone: Option<Contact>,
    email: Option<Contact>,
    erased: Option<String>,
    is_active: bool,
}

/// A way to reach somebody.
struct Contact {
    shown: String,
    /// What a phone or a mail program takes; `None` where it is no number that can be dialled.
    link: Option<String>,
}

struct Money {
    price: String,
    charged: String,
    /// The balance right after it.
    left: Option<String>,
    why_price: String,
    level: String,
    why_you: String,
}

struct Decided {
    said: String,
    more: String,
    undo: Option<String>,
    return_pill: Option<Pill>,
    return_said: Option<String>,
    reason: Option<String>,
}

/// All that the page is made of, of one moment.
pub struct Found {
    pub standing: Standing,
    pub shown: Shown,
    attempts: Vec<Attempt>,
    entries: Vec<Recorded>,
    subscription: Subscription,
    postal_code: Option<String>,
    nth: Option<i64>,
    next: Option<LeadId>,
}

/// What a decision's own page adds to the lead.
#[derive(Default)]
pub struct Extra {
    pub status: StatusCode,
    pub rejecting: Option<RejectForm>,
    pub wrong: Option<String>,
}

/// `GET /leads/{lead_id}`
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(lead): Path<LeadRef>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    let mut found = find(&app, &visitor, lead).await?;
    if found.shown.lead.viewed_at.is_none() && method == Method::GET && !is_prefetch(&headers) {
        let provider = visitor.provider.id;
        app.db.write(Lane::of(provider.uuid()), move |tx: &mut Tx| inbox::open(tx, provider, lead)).await?;
        found = find(&app, &visitor, lead).await?;
    }
    page(&app, &visitor, &headers, &found, Extra::default())
}

/// The lead and all around it.
pub async fn find(app: &App, visitor: &Visitor, lead: LeadRef) -> Result<Found> {
    let provider = visitor.provider.clone();
    let unit = move |read: &mut Read| {
        let id = provider.id;
        let shown = inbox::detail(read, id, lead)?;
        let assignment = shown.lead.assignment_id;
        let of_it = audit::Filter {
            entity: Some(EntityKind::Assignment),
            entity_id: Some(assignment.uuid()),
            ..audit::Filter::default()
        };
        let active = Filter { status: Some(Status::Active), ..Filter::default() };
        let next = inbox::list(read, id, &active, Position::After(shown.lead.assigned_at, assignment), 1)?;
        Ok(Found {
            standing: Standing::read(read, &provider)?,
            attempts: returns::attempts(read, id, lead, None, MOST_ATTEMPTS)?,
            entries: audit::entries(read, &of_it, None, MOST_ENTRIES)?,
            subscription: catalog::subscription(read, shown.lead.subscription_id)?,
            postal_code: shown.lead.postal_code.clone(),
            nth: if shown.lead.status == Status::Active { inbox::place(read, id, &shown.lead)? } else { None },
            next: next.items.first().map(|item| item.lead_id),
            shown,
        })
    };
    app.db.read(unit).await
}

/// The page as it is answered.
pub fn page(app: &App, visitor: &Visitor, headers: &HeaderMap, found: &Found, extra: Extra) -> Result<Response> {
    let calendar = calendar(app, &visitor.provider);
    let frame = Frame::new(app, visitor, headers, &found.standing, "/leads")?;
    answer(extra.status, &present(app, &calendar, frame, found, extra))
}

/// The lead as it is now, with why nothing was changed.
pub async fn unchanged(
    app: &App,
    visitor: &Visitor,
    lead: LeadRef,
    headers: &HeaderMap,
    status: StatusCode,
    wrong: String,
) -> Result<Response> {
    let found = find(app, visitor, lead).await?;
    page(app, visitor, headers, &found, Extra { status, wrong: Some(wrong), rejecting: None })
}

fn present(app: &App, calendar: &Calendar, frame: Frame, found: &Found, extra: Extra) -> LeadPage {
    let lead = &found.shown.lead;
    let (window, is_active) = (app.config.return_window, lead.status == Status::Active);
    let until = lead.assigned_at.plus(window);
    let form = lead.form_data.as_ref().map_or("", |json| json.0.as_str());
    let returned = lead.returned();
    let appeal_until = returned.as_ref().and_then(inbox::Returned::appeal_until).filter(|end| calendar.now < *end);
    LeadPage {
        money: money(app, calendar, found),
        answers: answers::all(form, &known(lead, found.postal_code.as_deref())),
        source: if app.config.show_attribution_to_providers { attribution(lead) } else { Vec::new() },
        timeline: timeline::of(calendar, &found.entries, &found.attempts, is_active.then_some(until)),
        nth: found.nth.map(|n| {
            format!(
                "{} of {}",
                words::count(n.unsigned_abs()),
                words::count(found.standing.counts.active.unsigned_abs())
            )
        }),
        next: found.next.map(|id| format!("/leads/{id}")),
        left: is_active.then(|| Left::of(calendar.now, until, window)),
        ends: calendar.time(until),
        decided: (!is_active).then(|| decided(calendar, lead, &frame)),
        appeal: appeal_until.map(|end| calendar.time_within(end)),
        rejecting: extra.rejecting,
        allowance: allowance(found.shown.returns_left),
        zone: calendar.zone_name(),
        wrong: extra.wrong,
        lead: head(calendar, found, form),
        frame,
    }
}

fn head(calendar: &Calendar, found: &Found, form: &str) -> Lead {
    let lead = &found.shown.lead;
    let phone =
        lead.contact_phone.as_deref().map(|shown| Contact { shown: words::phone(shown), link: dialable(shown) });
    let email = lead.contact_email.as_deref().map(|shown| Contact {
        shown: shown.to_owned(),
        link: Some(percent_encoding::utf8_percent_encode(shown, MAILTO).to_string()),
    });
    let erased = lead.erased_at.is_some();
    Lead {
        path: format!("/leads/{}", lead.lead_id),
        name: who(erased, lead.contact_name.as_deref(), lead.contact_phone.as_deref(), lead.contact_email.as_deref()),
        need: answers::need(form),
        niche: lead.niche_name.clone(),
        place: place(form, found.postal_code.as_deref()),
        since: calendar.since(lead.assigned_at),
        pill: pill(lead.status),
        dots: dots(lead.sold, lead.sold_max),
        sold: sold_to(lead.sold, lead.sold_max),
        phone,
        email,
        erased: lead.erased_at.map(|at| calendar.time_within(at)),
        is_active: lead.status == Status::Active,
    }
}

/// What need not be encoded in the address of a `mailto:` (RFC 6068).
const MAILTO: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@').remove(b'+');

/// The number as a phone takes it: `+` and digits; `None` where there are too few of them.
fn dialable(shown: &str) -> Option<String> {
    let number = shown.split(';').next().unwrap_or(shown);
    let dialled: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let digits = dialled.chars().filter(char::is_ascii_digit).count();
    (digits >= 3 && !dialled.chars().skip(1).any(|c| c == '+')).then_some(dialled)
}

/// What stands at the top of the page already.
fn known<'a>(lead: &'a Detail, postal_code: Option<&'a str>) -> Vec<&'a str> {
    let all = [&lead.contact_name, &lead.contact_phone, &lead.contact_email].into_iter().map(Option::as_deref);
    all.chain([postal_code]).flatten().collect()
}

fn attribution(lead: &Detail) -> Vec<Answer> {
    let all = [
        ("Source", &lead.utm_source),
        ("Medium", &lead.utm_medium),
        ("Campaign", &lead.utm_campaign),
        ("Page", &lead.referrer_url),
    ];
    let given = all.into_iter().filter_map(|(question, value)| Some((question, value.as_ref()?)));
    given.map(|(question, value)| Answer { question: question.to_owned(), answer: value.clone() }).collect()
}

fn money(app: &App, calendar: &Calendar, found: &Found) -> Money {
    let lead = &found.shown.lead;
    let price = words::money(lead.price_charged, &app.config.currency);
    let charged = lead.charged_at.unwrap_or(lead.assigned_at);
    let level = &lead.competition_level;
    let most = if lead.sold_max == 1 {
        format!("Level {level} goes to one provider.")
    } else {
        format!("Level {level} goes to at most {} providers.", lead.sold_max)
    };
    let prefixes = found.subscription.postal_prefixes.as_ref().map(catalog::postal::Prefixes::each).unwrap_or_default();
    let area = match prefixes.as_slice() {
        [] => "everywhere".to_owned(),
        all if all.len() > 4 => format!("in {} postal areas", all.len()),
        all => format!("in postal codes from {}", all.join(", ")),
    };
    Money {
        charged: calendar.time_within(charged),
        left: lead.balance_after.map(|left| words::money(left, &app.config.currency)),
        why_price: format!("Your subscription {}, level {level}: {price} a lead", lead.niche_name),
        level: most,
        why_you: format!("You take {} leads {area}, had room under your caps, and it was your turn.", lead.niche_name),
        price,
    }
}

fn allowance(left: Option<i64>) -> Option<String> {
    Some(match left? {
        n if n <= 0 => "Your returns of the last 30 days are used up: a reject still works, but opens no return, and the charge stays.".to_owned(),
        1 => "You have 1 return left for now.".to_owned(),
        n => format!("You have {n} returns left for now."),
    })
}

fn decided(calendar: &Calendar, lead: &Detail, frame: &Frame) -> Decided {
    let at = lead.accepted_at.or(lead.rejected_at);
    let said = match lead.status {
        Status::Accepted => "You accepted this lead",
        Status::Rejected => "You rejected this lead",
        Status::Refunded if lead.rejected_at.is_none() => "This lead was erased and refunded",
        Status::Refunded => "Refunded",
        Status::Active => "",
    };
    let returned = lead.returned();
    let undo_until = inbox::undo_until(lead.status, at, returned.as_ref(), lead.erased_at);
    let decided_at = returned.as_ref().and_then(|returned| returned.decided_at);
    let operator = &frame.operator;
    let more = match (lead.status, returned.as_ref().map(|returned| returned.state)) {
        (Status::Rejected, None) => {
            "No return was opened, since your allowance was used up. The charge stays.".to_owned()
        }
        (Status::Rejected, Some(ReturnState::Pending)) => {
            format!("{operator} decides whether its price goes back to your balance.")
        }
        (Status::Accepted, _) | (_, Some(ReturnState::Denied)) => "The charge stays.".to_owned(),
        _ => "Its price is back on your balance.".to_owned(),
    };
    let state = returned.as_ref().map(|returned| returned.state);
    Decided {
        said: at.map_or_else(|| said.to_owned(), |at| format!("{said} {}", calendar.time_within(at))),
        more,
        undo: undo_until.filter(|end| calendar.now < *end).map(|_| format!("/leads/{}/undo", lead.lead_id)),
        return_pill: state.map(|state| match state {
            ReturnState::Pending => Pill { class: "pending", said: "Return pending" },
            ReturnState::Approved => Pill { class: "approved", said: "Return approved" },
            ReturnState::Denied => Pill { class: "denied", said: "Return denied" },
        }),
        return_said: returned.as_ref().and_then(|returned| {
            let when = calendar.time(decided_at?);
            let note = returned.note.as_ref().map_or_else(String::new, |note| format!(": {note}"));
            Some(format!("{when}{note}"))
        }),
        reason: lead.rejection_reason.clone(),
    }
}
