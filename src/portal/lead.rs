//! `/leads/{lead_id}`: one lead, with all that its provider may know, and what can be done about it.

use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;

use super::answers::{self, Answer};
use super::decided::{Decided, decided};
use super::forms::{AppealForm, NoteForm, RejectForm, Wrong};
use super::frame::{Frame, answer, calendar};
use super::pill::{Pill, dots, pill, sold_to, who};
use super::timeline::{self, Event};
use super::words::{self, Calendar, Left};
use crate::accounts::ProviderUser;
use crate::app::App;
use crate::assignments::{self, Filter, LeadRef, Status};
use crate::audit::{self, EntityKind, Recorded};
use crate::catalog::{self, Subscription};
use crate::clock::Timestamp;
use crate::consent::Evidence;
use crate::db::Read;
use crate::error::Result;
use crate::fields::NicheFields;
use crate::http::{Path, is_prefetch};
use crate::id::{Id, LeadId};
use crate::inbox;
use crate::need::Form;
use crate::read::{self, Correction, Detail, Position, ProviderLead, ProviderSummary};
use crate::returns::{self, Attempt, MAX_ATTEMPTS_PER_LEAD};

/// More entries than these are no timeline any more.
const MOST_ENTRIES: i64 = 100;

#[derive(askama::Template)]
#[template(path = "portal/lead.html")]
pub struct LeadPage {
    frame: Frame,
    lead: Lead,
    money: Money,
    answers: Vec<Answer>,
    corrections: Vec<Corrected>,
    consent: Vec<Answer>,
    /// A certificate of `TrustedForm`'s, to be opened.
    certificate: Option<String>,
    source: Vec<Answer>,
    timeline: Vec<Event>,
    /// Which of the active leads it is: `1 of 12`.
    nth: Option<String>,
    /// The active lead that came before this one.
    next: Option<String>,
    left: Option<Left>,
    ends: String,
    decided: Option<Decided>,
    appeal: Option<AppealForm>,
    note: NoteForm,
    rejecting: Option<RejectForm>,
    /// Why it can't be rejected, where somebody came to do so.
    closed: Option<String>,
    /// What may limit the provider's returns, in words.
    allowance: Option<String>,
    /// Whether a reject still asks for the price.
    asks: bool,
    zone: String,
    /// Its address, for paper.
    url: String,
    wrong: Option<Wrong>,
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

/// What the person sent later.
struct Corrected {
    when: String,
    at: String,
    phone: Option<Contact>,
    email: Option<Contact>,
    /// All that was new, in words.
    answers: Vec<Answer>,
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

/// All that the page is made of, of one moment.
pub struct PageData {
    pub summary: ProviderSummary,
    pub shown: ProviderLead,
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
    pub closed: Option<String>,
    pub note: NoteForm,
    pub appeal: AppealForm,
    pub wrong: Option<Wrong>,
}

/// `GET /leads/{lead_id}`
pub async fn show(
    State(app): State<App>,
    person: ProviderUser,
    Path(lead): Path<LeadRef>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    let mut found = find(&app, &person, lead).await?;
    if found.shown.lead.viewed_at.is_none() && method == Method::GET && !is_prefetch(&headers) {
        app.db.run(inbox::open(person.provider.id, lead)).await?;
        found = find(&app, &person, lead).await?;
    }
    page(&app, &person, &headers, &found, Extra::default())
}

/// The lead and all around it.
pub async fn find(app: &App, person: &ProviderUser, lead: LeadRef) -> Result<PageData> {
    let provider = person.provider.clone();
    let unit = move |read: &mut Read| {
        let id = provider.id;
        let shown = read::lead(read, id, lead)?;
        let assignment = shown.lead.assignment_id;
        let of_it = audit::Filter {
            entity: Some(EntityKind::Assignment),
            entity_id: Some(assignment.uuid()),
            ..audit::Filter::default()
        };
        let active = Filter { status: Some(Status::Active), ..Filter::default() };
        let next = read::inbox(read, id, &active, Position::After(shown.lead.assigned_at, assignment), 1)?;
        Ok(PageData {
            summary: read::summary(read, provider.id)?,
            attempts: returns::attempts(read, id, lead, None, MAX_ATTEMPTS_PER_LEAD)?,
            entries: audit::entries(read, &of_it, None, MOST_ENTRIES)?,
            subscription: catalog::subscription(read, shown.lead.subscription_id)?,
            postal_code: shown.lead.postal_code.clone(),
            nth: if shown.lead.status == Status::Active {
                assignments::position(read, id, shown.lead.assigned_at, assignment)?
            } else {
                None
            },
            next: next.items.first().map(|item| item.lead_id),
            shown,
        })
    };
    app.db.read(unit).await
}

/// The page as it is answered.
pub fn page(app: &App, person: &ProviderUser, headers: &HeaderMap, found: &PageData, extra: Extra) -> Result<Response> {
    let calendar = calendar(app, &person.provider);
    let frame = Frame::new(app, person, headers, &found.summary, "/leads")?;
    answer(extra.status, &present(app, &calendar, frame, found, extra))
}

/// The lead as it is now, with why nothing was changed, and what was written all the same.
pub async fn unchanged(
    app: &App,
    person: &ProviderUser,
    lead: LeadRef,
    headers: &HeaderMap,
    wrong: Wrong,
) -> Result<Response> {
    let found = find(app, person, lead).await?;
    let stands = stands(&calendar(app, &person.provider), &found.shown.lead);
    let wrong = Wrong { stands, ..wrong };
    let extra = Extra { status: StatusCode::CONFLICT, wrong: Some(wrong), ..Extra::default() };
    page(app, person, headers, &found, extra)
}

/// By whom and when it was decided, where it was: in another tab, by another person, by a program.
fn stands(calendar: &Calendar, lead: &Detail) -> String {
    let when = |at: Option<Timestamp>| at.map(|at| calendar.time_within(at)).unwrap_or_default();
    match lead.status {
        Status::Active => String::new(),
        Status::Accepted => format!("Your account accepted it {}.", when(lead.accepted_at)),
        Status::Rejected => format!("Your account rejected it {}.", when(lead.rejected_at)),
        Status::Refunded if lead.rejected_at.is_none() => {
            format!("It was erased at the person’s request {}.", when(lead.erased_at))
        }
        Status::Refunded => {
            let approved = when(lead.return_decided_at);
            format!("Your account rejected it {}, and its return was approved {approved}.", when(lead.rejected_at))
        }
    }
}

fn present(app: &App, calendar: &Calendar, frame: Frame, found: &PageData, extra: Extra) -> LeadPage {
    let lead = &found.shown.lead;
    let (window, is_active) = (app.return_windows.at(lead.assigned_at), lead.status == Status::Active);
    let until = lead.assigned_at.plus(window);
    let form = lead.form_data.as_ref().map_or("", |json| json.0.as_str());
    let (appeal, evidence) = (appeal_until(calendar, lead), lead.evidence());
    LeadPage {
        money: money(app, calendar, found),
        answers: answers::all_asked(form, &known(lead, found.postal_code.as_deref()), &lead.fields),
        corrections: found.shown.corrections.iter().map(|one| corrected(calendar, &lead.fields, one)).collect(),
        certificate: evidence.as_ref().and_then(|evidence| evidence.trustedform_cert_url.clone()),
        consent: evidence.map(agreed).unwrap_or_default(),
        source: if app.config.show_attribution_to_providers { attribution(lead) } else { Vec::new() },
        timeline: timeline::of(calendar, &found.entries, &found.attempts, is_active.then_some(until)),
        nth: found.nth.map(|n| {
            format!("{} of {}", words::count(n.unsigned_abs()), words::count(found.summary.active.unsigned_abs()))
        }),
        next: found.next.map(|id| format!("/leads/{id}")),
        left: is_active.then(|| Left::of(calendar.now, until, window)),
        ends: calendar.time(until),
        decided: (!is_active).then(|| decided(calendar, lead, &frame.operator)),
        appeal: appeal.map(|end| AppealForm { until: calendar.until(end), ..extra.appeal }),
        note: extra.note,
        rejecting: extra.rejecting,
        closed: extra.closed,
        allowance: allowance(found.shown.returns_left),
        asks: found.shown.returns_left != Some(0),
        zone: calendar.zone_name(),
        url: format!("{}/leads/{}", app.config.public_url, lead.lead_id),
        wrong: extra.wrong,
        lead: head(calendar, found, form),
        frame,
    }
}

/// Until when its denial can be appealed, while it can.
pub fn appeal_until(calendar: &Calendar, lead: &Detail) -> Option<Timestamp> {
    let end = lead.returned().as_ref().and_then(returns::Returned::appeal_until)?;
    (calendar.now < end && lead.erased_at.is_none()).then_some(end)
}

fn head(calendar: &Calendar, found: &PageData, form: &str) -> Lead {
    let lead = &found.shown.lead;
    let form = Form::read(form).asked(&lead.fields);
    let phone = lead.contact_phone.as_deref().map(Contact::phone);
    let email = lead.contact_email.as_deref().map(Contact::email);
    let erased = lead.erased_at.is_some();
    Lead {
        path: format!("/leads/{}", lead.lead_id),
        name: who(erased, lead.contact_name.as_deref(), lead.contact_phone.as_deref(), lead.contact_email.as_deref()),
        need: form.need(),
        niche: lead.niche_name.clone(),
        place: form.place(found.postal_code.as_deref()),
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

fn corrected(calendar: &Calendar, asked: &NicheFields, one: &Correction) -> Corrected {
    let phone = one.contact_phone.as_deref().map(words::phone);
    let (name, email, code) = (one.contact_name.clone(), one.contact_email.clone(), one.postal_code.clone());
    let given = [("Name", name), ("Phone", phone), ("E-mail", email), ("Postal code", code)];
    let given = given.into_iter().filter_map(|(question, answer)| Some((question, answer?)));
    let given = given.map(|(question, answer)| Answer { question: question.to_owned(), answer });
    let form = one.form_data.as_ref().map_or("", |json| json.0.as_str());
    Corrected {
        when: calendar.time_within(one.received_at),
        at: one.received_at.to_string(),
        phone: one.contact_phone.as_deref().map(Contact::phone),
        email: one.contact_email.as_deref().map(Contact::email),
        answers: given.chain(answers::all_asked(form, &[], asked)).collect(),
    }
}

impl Contact {
    fn phone(shown: &str) -> Self {
        Self { shown: words::phone(shown), link: dialable(shown) }
    }

    fn email(shown: &str) -> Self {
        let link = percent_encoding::utf8_percent_encode(shown, MAILTO).to_string();
        Self { shown: shown.to_owned(), link: Some(link) }
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

/// What the person agreed to, in words.
fn agreed(evidence: Evidence) -> Vec<Answer> {
    let Evidence { text, url, ip, at, trustedform_cert_url: _, jornaya_leadid } = evidence;
    let all = [("Text", text), ("Page", url), ("Time", at), ("IP address", ip), ("Jornaya id", jornaya_leadid)];
    let given = all.into_iter().filter_map(|(question, answer)| Some((question, answer?)));
    given.map(|(question, answer)| Answer { question: question.to_owned(), answer }).collect()
}

fn attribution(lead: &Detail) -> Vec<Answer> {
    let all = [
        ("Source", &lead.utm_source),
        ("Medium", &lead.utm_medium),
        ("Campaign", &lead.utm_campaign),
        ("Page", &lead.referrer_url),
    ];
    let given = all.into_iter().filter_map(|(question, value)| Some((question, value.as_ref()?)));
    let given = given.map(|(question, value)| Answer { question: question.to_owned(), answer: value.clone() });
    given.chain(lead.attribution.iter().flat_map(|json| answers::all(&json.0, &[]))).collect()
}

fn money(app: &App, calendar: &Calendar, found: &PageData) -> Money {
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
