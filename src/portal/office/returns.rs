//! `/admin/returns`: returns that wait for a decision, oldest first, with promised, arrived and tried side by side.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::Frame;
use crate::accounts::{CurrentAdmin, SignedIn};
use crate::app::App;
use crate::db::{Lane, Read, Tx};
use crate::error::{Error, Result};
use crate::http::{Body, Fields, Filters, Form, Path, QueryInput};
use crate::id::AssignmentId;
use crate::portal::frame::{answer, go};
use crate::portal::inbox::who;
use crate::portal::reject::reasons;
use crate::portal::timeline;
use crate::portal::words::{self, Calendar};
use crate::returns::{self, Attempt, Case, Contact, waiting_in_all};

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
    wrong: Option<String>,
}

struct Row {
    id: String,
    provider: String,
    name: String,
    niche: String,
    price: String,
    code: String,
    reason: String,
    appeal: Option<String>,
    facts: Vec<(&'static str, String)>,
    tried: Vec<String>,
}

/// What was just done, in a word.
pub struct Shown {
    said: Option<&'static str>,
}

impl QueryInput for Shown {
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
    asked: Filters<Shown>,
) -> Result<Response> {
    let said = asked.input.map_err(Error::Invalid)?.said;
    page(&app, &headers, said, None).await
}

async fn page(app: &App, headers: &HeaderMap, said: Option<&'static str>, wrong: Option<String>) -> Result<Response> {
    let unit = |read: &mut Read| {
        let cases = returns::waiting(read, LIMIT + 1)?;
        let with = |case: Case| {
            let (contact, attempts) = returns::evidence(read, &case)?;
            Ok((case, contact, attempts))
        };
        let cases = cases.into_iter().map(with).collect::<Result<Vec<Evidence>>>()?;
        Ok((cases, waiting_in_all(read)?))
    };
    let (mut found, waiting) = app.db.read(unit).await?;
    let limit = usize::try_from(LIMIT).unwrap_or(usize::MAX);
    let more = found.len() > limit;
    found.truncate(limit);
    let calendar = super::calendar(app);
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = ReturnsPage {
        frame: Frame::new(app, headers, "/admin/returns", waiting)?,
        cases: found.iter().map(|evidence| row(app, &calendar, evidence)).collect(),
        more,
        said,
        wrong,
    };
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
        appeal: case.appeal_text.clone(),
        facts,
        tried: tried.collect(),
    }
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
    let Ok(NoteIn(note)) = posted.input else { return too_long(&app, &headers).await };
    let unit = move |tx: &mut Tx| returns::approve(tx, admin.0, assignment, note.as_deref());
    decided(app.db.write(Lane::MONEY, unit).await, "approved")
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
    let Ok(NoteIn(note)) = posted.input else { return too_long(&app, &headers).await };
    let Some(note) = note else {
        return page(
            &app,
            &headers,
            None,
            Some("Not denied: write a note, so that the provider knows why.".to_owned()),
        )
        .await;
    };
    let unit = move |tx: &mut Tx| returns::deny(tx, admin.0, assignment, Some(&note));
    decided(app.db.write(Lane::MONEY, unit).await, "denied")
}

async fn too_long(app: &App, headers: &HeaderMap) -> Result<Response> {
    page(app, headers, None, Some(format!("Nothing was changed: a note has {MAX_NOTE} characters at most."))).await
}

fn decided(done: Result<Case>, word: &str) -> Result<Response> {
    match done {
        Ok(_) => go(&format!("/admin/returns?done={word}"), Vec::new()),
        Err(Error::Conflict { .. }) => go("/admin/returns?done=decided", Vec::new()),
        Err(error) => Err(error),
    }
}
