//! `/admin/returns`: returns that wait for a decision, oldest first, with promised, arrived and tried side by side.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::frame::{Frame, calendar};
use crate::accounts::{self, CurrentAdmin, SignedIn};
use crate::app::App;
use crate::db::Read;
use crate::error::{Error, Result};
use crate::http::{Body, Fields, Filters, Form, Path, QueryInput};
use crate::id::AssignmentId;
use crate::portal::forms::reasons;
use crate::portal::frame::{answer, go};
use crate::portal::pill::who;
use crate::portal::timeline;
use crate::portal::words::{self, Calendar};
use crate::read::{self, Case, Contact, waiting_in_all};
use crate::returns::{self, Attempt, ReturnState};
use crate::text;

/// Returns on the page; the rest come when these are decided.
const LIMIT: i64 = 25;
/// A note's most, as the API has it.
const MAX_NOTE: usize = 1000;

#[derive(Template)]
#[template(path = "portal/office/returns.html")]
struct ReturnsPage {
    frame: Frame,
    cases: Vec<Row>,
    more: bool,
    said: Option<&'static str>,
    wrong: Option<Wrong>,
}

struct Row {
    id: String,
    provider: String,
    name: String,
    niche: String,
    price: String,
    code: String,
    reason: String,
    /// What was written on the way to this: who, when, and the text.
    before: Vec<(String, String)>,
    facts: Vec<(&'static str, String)>,
    tried: Vec<String>,
    /// The note as it was sent, and what is wrong with it.
    note: String,
    wrong: Option<String>,
}

/// Why nothing was changed, and the note that was written.
struct Wrong {
    status: StatusCode,
    heading: &'static str,
    text: String,
    /// The return whose note it is about, where that waits still.
    case: Option<AssignmentId>,
    kept: String,
}

/// What was just done, in a word.
pub struct DoneQuery {
    said: Option<&'static str>,
}

impl QueryInput for DoneQuery {
    fn read(query: &mut Fields) -> Self {
        let words = [
            ("approved", "Approved and refunded."),
            ("denied", "Denied. The provider is told."),
            ("decided", "Nothing was changed: this return had been decided already."),
        ];
        Self { said: query.opt_choice("done", &words) }
    }
}

/// Words that go with a decision.
pub struct NoteIn(Option<String>);

impl Body for NoteIn {
    fn read(fields: &mut Fields) -> Self {
        Self(fields.opt_prose("note", 1..=MAX_NOTE))
    }
}

type Evidence = (Case, Contact, Vec<Attempt>);

/// `GET /admin/returns`
pub async fn show(
    State(app): State<App>,
    _: CurrentAdmin,
    _: SignedIn,
    headers: HeaderMap,
    asked: Filters<DoneQuery>,
) -> Result<Response> {
    let said = asked.input.map_err(Error::Invalid)?.said;
    page(&app, &headers, said, None).await
}

async fn page(app: &App, headers: &HeaderMap, said: Option<&'static str>, wrong: Option<Wrong>) -> Result<Response> {
    let unit = |read: &mut Read| {
        let cases = read::waiting(read, LIMIT + 1)?;
        let with = |case: Case| {
            let (contact, attempts) = read::evidence(read, &case)?;
            Ok((case, contact, attempts))
        };
        let cases = cases.into_iter().map(with).collect::<Result<Vec<Evidence>>>()?;
        Ok((cases, waiting_in_all(read)?))
    };
    let (mut found, waiting) = app.db.read(unit).await?;
    let limit = usize::try_from(LIMIT).unwrap_or(usize::MAX);
    let more = found.len() > limit;
    found.truncate(limit);
    let calendar = calendar(app);
    let status = wrong.as_ref().map_or(StatusCode::OK, |wrong| wrong.status);
    let mut cases: Vec<Row> = found.iter().map(|evidence| row(app, &calendar, evidence)).collect();
    let mut wrong = wrong;
    if let Some(wrong) = &mut wrong {
        let id = wrong.case.map(|id| id.to_string()).unwrap_or_default();
        match cases.iter_mut().find(|case| case.id == id) {
            // It is in its field still.
            Some(case) => {
                case.note = std::mem::take(&mut wrong.kept);
                case.wrong = Some(wrong.text.clone());
            }
            None => wrong.case = None,
        }
    }
    let page = ReturnsPage { frame: Frame::new(app, headers, "/admin/returns", waiting)?, cases, more, said, wrong };
    answer(status, &page)
}

fn row(app: &App, calendar: &Calendar, (case, contact, attempts): &Evidence) -> Row {
    let (phone, email) = (contact.contact_phone.as_deref(), contact.contact_email.as_deref());
    let code =
        reasons(&case.rejection_code).into_iter().find(|reason| reason.chosen).map_or("Other", |reason| reason.name);
    let mut facts = vec![
        ("Phone", phone.map(words::phone).unwrap_or_default()),
        ("E-mail", email.unwrap_or_default().to_owned()),
        ("Postal code", contact.postal_code.clone().unwrap_or_default()),
        ("Received", calendar.time(contact.received_at)),
        ("Viewed", contact.viewed_at.map(|at| calendar.time(at)).unwrap_or_default()),
        ("Rejected", calendar.time(case.rejected_at)),
    ];
    facts.retain(|(_, fact)| !fact.is_empty());
    let tried = attempts.iter().map(|attempt| {
        let note = attempt.note.as_ref().map_or_else(String::new, |note| format!(": {note}"));
        format!("{} {}{note}", calendar.time(attempt.at), timeline::tried(attempt).to_lowercase())
    });
    Row {
        id: case.assignment_id.to_string(),
        provider: case.provider_name.clone(),
        name: who(contact.erased_at.is_some(), contact.contact_name.as_deref(), phone, email),
        niche: case.niche_name.clone(),
        price: words::money(case.price_charged, &app.config.currency),
        code: code.to_owned(),
        reason: case.rejection_reason.clone(),
        before: before(calendar, case),
        facts,
        tried: tried.collect(),
        note: String::new(),
        wrong: None,
    }
}

/// The denial before, with its note, and the appeal against it.
fn before(calendar: &Calendar, case: &Case) -> Vec<(String, String)> {
    let denied = case.first_denied_at.map(|at| {
        (format!("Denied before, {}", calendar.until(at)), case.first_denial_note.clone().unwrap_or_default())
    });
    let appealed = case
        .appealed_at
        .map(|at| (format!("Appealed {}", calendar.until(at)), case.appeal_text.clone().unwrap_or_default()));
    denied.into_iter().chain(appealed).collect()
}

/// `POST /admin/returns/{assignment_id}/approve`
pub async fn approve(
    State(app): State<App>,
    admin: CurrentAdmin,
    _: SignedIn,
    Path(assignment): Path<AssignmentId>,
    headers: HeaderMap,
    posted: Form<NoteIn>,
) -> Result<Response> {
    let written = posted.given.text("note").to_owned();
    let Ok(NoteIn(note)) = posted.input else {
        return refused(&app, &headers, assignment, "Not approved", written).await;
    };
    match app.db.run(returns::approve(admin.0, assignment, note)).await {
        Ok(_) => go("/admin/returns?done=approved", Vec::new()),
        Err(error) => otherwise(&app, &headers, assignment, "Not approved", written, error).await,
    }
}

/// `POST /admin/returns/{assignment_id}/deny`: whoever denies says why.
pub async fn deny(
    State(app): State<App>,
    admin: CurrentAdmin,
    _: SignedIn,
    Path(assignment): Path<AssignmentId>,
    headers: HeaderMap,
    posted: Form<NoteIn>,
) -> Result<Response> {
    let written = posted.given.text("note").to_owned();
    let note = posted.input.ok().and_then(|NoteIn(note)| note).filter(|note| !text::trim(note).is_empty());
    let Some(note) = note else { return refused(&app, &headers, assignment, "Not denied", written).await };
    match app.db.run(returns::deny(admin.0, assignment, Some(note))).await {
        Ok(_) => go("/admin/returns?done=denied", Vec::new()),
        Err(error) => otherwise(&app, &headers, assignment, "Not denied", written, error).await,
    }
}

/// The page with what is wrong with the note; the note stays where it was written.
async fn refused(
    app: &App,
    headers: &HeaderMap,
    assignment: AssignmentId,
    heading: &'static str,
    written: String,
) -> Result<Response> {
    let found = find(app, assignment).await?;
    if found.as_ref().is_none_or(|found| found.case.state != ReturnState::Pending) {
        return instead(app, headers, assignment, heading, written, found).await;
    }
    let chars = text::trim(&written).chars().count();
    let wrong = match chars {
        0 => "Write a note, so that the provider knows why.".to_owned(),
        chars if chars > MAX_NOTE => {
            let [most, chars] = [MAX_NOTE, chars].map(|n| words::count(n.try_into().unwrap_or(u64::MAX)));
            format!("A note has {most} characters at most. You wrote {chars}.")
        }
        _ => "The note holds characters that can’t be kept. Write plain text.".to_owned(),
    };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    page(app, headers, None, Some(Wrong { status, heading, text: wrong, case: Some(assignment), kept: written })).await
}

/// Where somebody or something else was first: who did what, when, and the note that was written.
async fn otherwise(
    app: &App,
    headers: &HeaderMap,
    assignment: AssignmentId,
    heading: &'static str,
    kept: String,
    error: Error,
) -> Result<Response> {
    if !matches!(error, Error::Conflict { .. } | Error::NotFound(_)) {
        return Err(error);
    }
    let found = find(app, assignment).await?;
    instead(app, headers, assignment, heading, kept, found).await
}

/// A return as it stands, and who decided on it.
struct Stood {
    case: Case,
    by: Option<String>,
    contact: Contact,
}

/// `None`: there is none, or it was taken back.
async fn find(app: &App, assignment: AssignmentId) -> Result<Option<Stood>> {
    let unit = move |read: &mut Read| {
        let case = match read::case(read, assignment) {
            Ok(case) => case,
            Err(Error::NotFound(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let by = case.decided_by.map(|user| accounts::user(read, user)).transpose()?.map(|user| user.email);
        let contact = read::evidence(read, &case)?.0;
        Ok(Some(Stood { case, by, contact }))
    };
    app.db.read(unit).await
}

async fn instead(
    app: &App,
    headers: &HeaderMap,
    assignment: AssignmentId,
    heading: &'static str,
    kept: String,
    found: Option<Stood>,
) -> Result<Response> {
    let (status, text) = match found {
        None => {
            let text = "There is no such return: its provider may have taken the reject back.".to_owned();
            (StatusCode::NOT_FOUND, text)
        }
        Some(Stood { case, by, contact }) => (StatusCode::CONFLICT, stands(app, &case, by, &contact)),
    };
    page(app, headers, None, Some(Wrong { status, heading, text, case: Some(assignment), kept })).await
}

/// `ruth@front.example approved this return of Summit Exteriors (Linda Kowalski) today at 10:38, refund $48.00.`
fn stands(app: &App, case: &Case, by: Option<String>, contact: &Contact) -> String {
    let calendar = calendar(app);
    let by = by.unwrap_or_else(|| "A rule of your return policy".to_owned());
    let when = case.decided_at.map(|at| calendar.time_within(at)).unwrap_or_default();
    let (phone, email) = (contact.contact_phone.as_deref(), contact.contact_email.as_deref());
    let name = who(contact.erased_at.is_some(), contact.contact_name.as_deref(), phone, email);
    let what = format!("this return of {} ({name}) {when} UTC", case.provider_name);
    let note = case.note.as_ref().map_or_else(String::new, |note| format!(" The note says: “{note}”"));
    match case.state {
        ReturnState::Approved => {
            let price = words::money(case.price_charged, &app.config.currency);
            format!("{by} approved {what}; {price} went back.{note}")
        }
        ReturnState::Denied => format!("{by} denied {what}.{note}"),
        // It was appealed meanwhile, and waits again.
        ReturnState::Pending => format!("Something changed meanwhile: {what} waits again. Decide once more."),
    }
}
