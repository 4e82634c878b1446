//! `/admin/leads/{id}`: one lead: who asked, who got it and why, who did not and why not, and what followed.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::flags;
use super::frame::{Frame, calendar};
use super::rows::pill;
use super::today::Nothing;
use super::trace::{self, Line};
use crate::accounts::{self, CurrentAdmin, SignedIn};
use crate::app::App;
use crate::audit::{self, EntityKind, Recorded};
use crate::db::{Read, Unit};
use crate::error::{Error, Result};
use crate::http::{Filters, Form, Path};
use crate::id::{Id, LeadId, ProviderId, parse_uuid};
use crate::intake::{self, Received, Status};
use crate::money::Money;
use crate::portal::answers::{self, Answer};
use crate::portal::frame::{answer, go};
use crate::portal::pill::{Pill, who};
use crate::portal::timeline;
use crate::portal::words::{self, Calendar};
use crate::read::{self, Assignment, LeadDetail, Waiting, waiting_in_all};

/// Entries of each entity's audit, and lines of a trace, that are shown.
const MAX_LINES_PER_PAGE: i64 = 100;

#[derive(Template)]
#[template(path = "portal/office/lead.html")]
struct LeadPage {
    frame: Frame,
    said: Option<&'static str>,
    path: String,
    name: String,
    pill: Pill,
    about: String,
    contact: Vec<Answer>,
    verdict: String,
    lines: Vec<Line>,
    /// Lines that are not shown.
    more: usize,
    answers: Vec<Answer>,
    /// What was odd about the submission.
    odd: Vec<String>,
    origin: Vec<Answer>,
    consent: Vec<Answer>,
    followed: Vec<Event>,
    /// Another lead of the same person, and what it is to this one.
    other: Option<(&'static str, String)>,
    erased: Option<String>,
    /// Whether it waits for the operator.
    held: bool,
    raw: Option<String>,
    raw_bytes: String,
}

/// Something that happened to the lead or to one of its assignments.
struct Event {
    said: String,
    when: String,
    at: String,
}

/// What was just done, in a word.
pub struct DoneQuery {
    said: Option<&'static str>,
}

impl crate::http::QueryInput for DoneQuery {
    fn read(query: &mut crate::http::Fields) -> Self {
        let words = [
            ("erased", "Erased. Within half a minute nothing of the person is left, backups apart."),
            ("released", "Released: it was offered to the providers of its niche."),
            ("discarded", "Discarded: it is offered to nobody."),
            ("gone", "Nothing was changed: it does not wait any more."),
        ];
        Self { said: query.opt_choice("done", &words) }
    }
}

/// All of one moment.
struct PageData {
    lead: LeadDetail,
    assignments: Vec<Assignment>,
    lines: Vec<Line>,
    more: usize,
    /// With whom each was about.
    entries: Vec<(Recorded, Option<String>)>,
    waiting: Waiting,
}

/// `GET /admin/leads/{id}`
pub async fn show(
    State(app): State<App>,
    _: CurrentAdmin,
    _: SignedIn,
    Path(id): Path<LeadId>,
    headers: HeaderMap,
    asked: Filters<DoneQuery>,
) -> Result<Response> {
    let said = asked.input.map_err(Error::Invalid)?.said;
    let currency = app.config.currency.clone();
    let found = app.db.read(move |read: &mut Read| find(read, id, &currency)).await?;
    let frame = Frame::new(&app, &headers, "/admin/leads", found.waiting)?;
    answer(StatusCode::OK, &present(&app, &calendar(&app), frame, found, said))
}

fn find(read: &mut Read, id: LeadId, currency: &str) -> Result<PageData> {
    let (lead, assignments, trace) = read::lead_in_full(read, id)?;
    let mut lines = trace::lines(trace.as_ref().map(|json| json.0.as_str()), currency);
    let most = usize::try_from(MAX_LINES_PER_PAGE).unwrap_or(usize::MAX);
    let more = lines.len().saturating_sub(most);
    lines.truncate(most);
    for line in &mut lines {
        let Some(provider) = parse_uuid(&line.provider_id) else { continue };
        line.provider = accounts::provider(read, ProviderId(provider))?.name;
    }
    let of = |kind: EntityKind, id: uuid::Uuid| audit::Filter {
        entity: Some(kind),
        entity_id: Some(id),
        ..audit::Filter::default()
    };
    let mut entries: Vec<(Recorded, Option<String>)> =
        audit::entries(read, &of(EntityKind::Lead, id.uuid()), None, MAX_LINES_PER_PAGE)?
            .into_iter()
            .map(|entry| (entry, None))
            .collect();
    for assignment in &assignments {
        let all = audit::entries(read, &of(EntityKind::Assignment, assignment.id.uuid()), None, MAX_LINES_PER_PAGE)?;
        entries.extend(all.into_iter().map(|entry| (entry, Some(assignment.provider_name.clone()))));
    }
    entries.sort_by_key(|(entry, _)| std::cmp::Reverse(entry.id));
    Ok(PageData { lead, assignments, lines, more, entries, waiting: waiting_in_all(read)? })
}

fn present(app: &App, calendar: &Calendar, frame: Frame, found: PageData, said: Option<&'static str>) -> LeadPage {
    let PageData { lead, assignments, lines, more, entries, .. } = found;
    let erased = lead.erased_at.is_some();
    let known = [&lead.contact_name, &lead.contact_phone, &lead.contact_email].map(Option::as_deref);
    let [name, phone, email] = known;
    let code = lead.postal_code.as_deref().map_or_else(String::new, |code| format!(", {code}"));
    let form = lead.form_data.as_ref().map_or("", |json| json.0.as_str());
    let given = |pairs: &[(&str, Option<String>)]| {
        let given = pairs.iter().filter_map(|(question, value)| Some((*question, value.clone()?)));
        given.map(|(question, answer)| Answer { question: question.to_owned(), answer }).collect::<Vec<_>>()
    };
    LeadPage {
        said,
        path: format!("/admin/leads/{}", lead.id),
        name: who(erased, name, phone, email),
        pill: pill(lead.status),
        about: format!(
            "{}{code}. In {} from {}",
            lead.niche_name,
            calendar.time_within(lead.received_at),
            lead.source_name
        ),
        contact: given(&[("Phone", phone.map(words::phone)), ("E-mail", email.map(str::to_owned))]),
        verdict: verdict(&lead, &assignments, &lines, &app.config.currency),
        lines,
        more,
        answers: answers::all_asked(form, &[], &lead.fields),
        odd: intake::flag_words(lead.flags.as_ref()).iter().map(|word| flags::said(word)).collect(),
        origin: origin(&lead),
        consent: lead.consent.as_ref().map(|json| answers::evidence(&json.0)).unwrap_or_default(),
        followed: entries.iter().map(|(entry, whose)| event(calendar, entry, whose.as_deref())).collect(),
        other: other(&lead),
        erased: lead.erased_at.map(|at| calendar.time_within(at)),
        held: lead.status == Status::Held,
        raw_bytes: words::count(lead.raw_payload.as_ref().map_or(0, String::len).try_into().unwrap_or(0)),
        raw: lead.raw_payload,
        frame,
    }
}

fn origin(lead: &LeadDetail) -> Vec<Answer> {
    let named = [
        ("External id", &lead.external_id),
        ("Source", &lead.utm_source),
        ("Medium", &lead.utm_medium),
        ("Campaign", &lead.utm_campaign),
        ("Page", &lead.referrer_url),
    ];
    let named = named.into_iter().filter_map(|(question, value)| Some((question.to_owned(), value.clone()?)));
    let named = named.map(|(question, answer)| Answer { question, answer });
    named.chain(lead.attribution.iter().flat_map(|json| answers::all(&json.0, &[]))).collect()
}

fn other(lead: &LeadDetail) -> Option<(&'static str, String)> {
    let (said, id) = match (lead.duplicate_of, lead.known_as) {
        (Some(id), _) => ("The lead of the same person that was offered", id),
        (None, Some(id)) => ("Every sale came back: the lead that took its place", id),
        (None, None) => return None,
    };
    Some((said, format!("/admin/leads/{id}")))
}

/// In a sentence, what became of it and why.
fn verdict(lead: &LeadDetail, assignments: &[Assignment], lines: &[Line], currency: &str) -> String {
    let not_taken = lines.iter().filter(|line| !line.taken).count();
    match lead.status {
        Status::Test => "A test: stored, offered to nobody.".to_owned(),
        // It was offered itself, until a newer one took its place.
        Status::Duplicate if !lines.is_empty() => {
            "Nobody had taken it when the same person sent other data, which were offered in its place.".to_owned()
        }
        Status::Duplicate => {
            "The same person had asked before: stored, offered to nobody, charged to nobody.".to_owned()
        }
        Status::Invalid => {
            "Nobody could reach the person: the e-mail leads nowhere and the phone is no number. Stored, offered to nobody."
                .to_owned()
        }
        Status::Held => {
            "Nobody could reach the person: the e-mail leads nowhere and the phone is no number. It waits for you: released, \
             it is offered like any other; discarded, it is never."
                .to_owned()
        }
        Status::Suppressed => "The person opted out: stored, offered to nobody.".to_owned(),
        Status::Withdrawn => "The person took it back while it waited: it is offered to nobody.".to_owned(),
        Status::Unmatched if lines.is_empty() => "Nobody has a subscription in this niche.".to_owned(),
        Status::Unmatched => format!(
            "Nobody could take it: {not_taken} considered. It is tried again for 24 hours when a subscription, a credit or \
             a cap changes."
        ),
        Status::Assigned => {
            let sum = Money::from_minor(assignments.iter().map(|one| one.price_charged.minor()).sum());
            let (sold, sum) = (assignments.len(), words::money(sum, currency));
            let providers = if sold == 1 { "provider" } else { "providers" };
            format!("Sold to {sold} {providers} for {sum}. {} considered, {not_taken} not taken.", lines.len())
        }
    }
}

fn event(calendar: &Calendar, entry: &Recorded, whose: Option<&str>) -> Event {
    let said = timeline::told_to_operator(entry);
    let said = whose.map_or_else(|| said.to_owned(), |whose| format!("{whose} {said}"));
    Event { said, when: calendar.time(entry.created_at), at: entry.created_at.to_string() }
}

/// `GET` of a form's own address: the lead.
pub async fn back(_: CurrentAdmin, _: SignedIn, Path(id): Path<LeadId>) -> Result<Response> {
    go(&format!("/admin/leads/{id}"), Vec::new())
}

/// `POST /admin/leads/{id}/erase`
pub async fn erase(
    State(app): State<App>,
    admin: CurrentAdmin,
    _: SignedIn,
    Path(id): Path<LeadId>,
    _: Form<Nothing>,
) -> Result<Response> {
    app.db.run(intake::erase(admin.0.actor(), id)).await?;
    go(&format!("/admin/leads/{id}?done=erased"), Vec::new())
}

/// `POST /admin/leads/{id}/release`
pub async fn release(
    app: State<App>,
    admin: CurrentAdmin,
    _: SignedIn,
    Path(id): Path<LeadId>,
    _: Form<Nothing>,
) -> Result<Response> {
    decide(&app, id, "released", intake::release(admin.0.actor(), id)).await
}

/// `POST /admin/leads/{id}/discard`
pub async fn discard(
    app: State<App>,
    admin: CurrentAdmin,
    _: SignedIn,
    Path(id): Path<LeadId>,
    _: Form<Nothing>,
) -> Result<Response> {
    decide(&app, id, "discarded", intake::discard(admin.0.actor(), id)).await
}

/// Decides on a held lead, and shows it: with what was done, or that it waits no more.
async fn decide(app: &App, id: LeadId, done: &str, decided: impl Unit<Received>) -> Result<Response> {
    let done = match app.db.run(decided).await {
        Ok(_) => done,
        Err(Error::Conflict { .. }) => "gone",
        Err(error) => return Err(error),
    };
    go(&format!("/admin/leads/{id}?done={done}"), Vec::new())
}
