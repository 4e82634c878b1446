//! What is done about a lead besides rejecting it: accept, undo, note an attempt, appeal.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::forms::{AppealForm, MOST_NOTE, NoteForm, Wrong};
use super::frame::{calendar, go};
use super::lead::{self, Extra, unchanged};
use super::notes::Said;
use super::pill::who;
use super::sign_in::Nothing;
use super::words::Calendar;
use crate::accounts::ProviderUser;
use crate::app::App;
use crate::assignments::LeadRef;
use crate::db::Read;
use crate::error::{Error, Result};
use crate::http::{Body, Fields, Form, Path};
use crate::inbox::{self, UNDO_WINDOW};
use crate::read;
use crate::returns::{self, Appeal, AttemptKind, AttemptResult, MAX_RAW, NewAttempt};

const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

/// `GET` of a form's own address, as a reload of its answer or a bookmark asks for it: the lead, where the form is.
pub async fn back(_: ProviderUser, Path(lead): Path<LeadRef>) -> Result<Response> {
    go(&format!("/leads/{}", lead.0), Vec::new())
}

/// Where the decision was taken, and so where to go back to.
pub struct From {
    inbox: bool,
}

impl Body for From {
    fn read(fields: &mut Fields) -> Self {
        Self { inbox: fields.opt_choice("from", &[("inbox", ())]).is_some() }
    }
}

/// `POST /leads/{lead_id}/accept`
pub async fn accept(
    State(app): State<App>,
    person: ProviderUser,
    Path(lead): Path<LeadRef>,
    headers: HeaderMap,
    posted: Form<From>,
) -> Result<Response> {
    match app.db.run(inbox::accept(person.provider.clone(), lead, app.config.tells_of_accepts())).await {
        Ok(_) => {
            let back = posted.input.is_ok_and(|from| from.inbox);
            // On its own page it is plain which lead it was.
            let line = if back {
                format!("Accepted {}.", name_of(&app, &person, lead).await?)
            } else {
                "Accepted.".to_owned()
            };
            let said = undoable(Said::done(line), &calendar(&app, &person.provider), lead);
            let path = if back { "/leads".to_owned() } else { format!("/leads/{}", lead.0) };
            go(&path, vec![said.cookie(&app, &person)?])
        }
        Err(Error::Conflict { code, state: lead_status, .. }) => {
            let wrong = Wrong::of("Not accepted", refused(code, lead_status));
            unchanged(&app, &person, lead, &headers, wrong).await
        }
        Err(error) => Err(error),
    }
}

/// Whom a lead is about, in a word.
async fn name_of(app: &App, person: &ProviderUser, lead: LeadRef) -> Result<String> {
    let provider = person.provider.id;
    let of = app.db.read(move |read: &mut Read| read::lead(read, provider, lead)).await?.lead;
    let (name, phone, email) = (of.contact_name.as_deref(), of.contact_phone.as_deref(), of.contact_email.as_deref());
    Ok(who(of.erased_at.is_some(), name, phone, email))
}

/// Why a decision was not taken, and where the lead stands.
pub fn refused(code: &str, status: Option<&str>) -> String {
    match code {
        "return_window_closed" => "The return window has closed, so nothing was changed.".to_owned(),
        "lead_erased" => "This lead was erased, and its price was refunded. Nothing was changed.".to_owned(),
        _ => format!("Nothing was changed: this lead is {} already.", status.unwrap_or("decided")),
    }
}

/// The line with its undo.
pub fn undoable(said: Said, calendar: &Calendar, lead: LeadRef) -> Said {
    let until = calendar.now.plus(UNDO_WINDOW);
    let more = format!("{} You can undo until {}.", said.more, calendar.clock(until));
    Said { more: more.trim_start().to_owned(), undo: Some(format!("/leads/{}/undo", lead.0)), ..said }
}

/// `POST /leads/{lead_id}/undo`
pub async fn undo(
    State(app): State<App>,
    person: ProviderUser,
    Path(lead): Path<LeadRef>,
    headers: HeaderMap,
    _: Form<Nothing>,
) -> Result<Response> {
    match app.db.run(inbox::undo(person.provider.id, lead)).await {
        Ok(_) => {
            let said = Said { more: "The lead is active again.".to_owned(), ..Said::done("Undone.") };
            go(&format!("/leads/{}", lead.0), vec![said.cookie(&app, &person)?])
        }
        Err(Error::Conflict { code, .. }) => {
            unchanged(&app, &person, lead, &headers, Wrong::of("Not undone", not_undone(code))).await
        }
        Err(error) => Err(error),
    }
}

/// Why a decision stands.
pub fn not_undone(code: &str) -> &'static str {
    match code {
        "undo_window_closed" => "Not undone: two minutes have gone by. The decision stands.",
        "already_decided" => "Not undone: the return has been decided meanwhile.",
        "lead_erased" => "Not undone: this lead was erased.",
        _ => "There is nothing to undo here.",
    }
}

/// How somebody was tried, just now.
pub struct AttemptIn {
    kind: AttemptKind,
    result: AttemptResult,
    note: Option<String>,
}

impl Body for AttemptIn {
    fn read(fields: &mut Fields) -> Self {
        Self {
            kind: fields.choice("kind", AttemptKind::CHOICES),
            result: fields.choice("result", AttemptResult::CHOICES),
            note: fields.opt_line("note", 1..=MOST_NOTE),
        }
    }
}

/// `POST /leads/{lead_id}/attempts`
pub async fn note(
    State(app): State<App>,
    person: ProviderUser,
    Path(lead): Path<LeadRef>,
    headers: HeaderMap,
    posted: Form<AttemptIn>,
) -> Result<Response> {
    let Ok(AttemptIn { kind, result, note }) = posted.input else {
        let note = NoteForm::of(&posted.given);
        let at = if note.unchosen { "kind" } else { "words" };
        let wrong = Wrong { at: Some(at), ..Wrong::of("Not noted", note.wrong.clone().unwrap_or_default()) };
        let extra = Extra { status: UNPROCESSABLE, note, wrong: Some(wrong), ..Extra::default() };
        let found = lead::find(&app, &person, lead).await?;
        return lead::page(&app, &person, &headers, &found, extra);
    };
    let new = NewAttempt { kind, at: app.clock.now(), result, note };
    match app.db.run(returns::attempt(person.provider.id, lead, new)).await {
        Ok(_) => go(&format!("/leads/{}", lead.0), vec![Said::done("Noted on the timeline.").cookie(&app, &person)?]),
        Err(Error::Conflict { detail, .. }) => {
            let wrong = Wrong::of("Not noted", format!("Not noted: {detail}.")).keeping(posted.given.text("note"));
            unchanged(&app, &person, lead, &headers, wrong).await
        }
        Err(error) => Err(error),
    }
}

/// Why a denial should be looked at again.
pub struct AppealIn(String);

impl Body for AppealIn {
    fn read(fields: &mut Fields) -> Self {
        Self(fields.prose("text", 0..=MAX_RAW))
    }
}

/// `POST /leads/{lead_id}/appeal`
pub async fn appeal(
    State(app): State<App>,
    person: ProviderUser,
    Path(lead): Path<LeadRef>,
    headers: HeaderMap,
    posted: Form<AppealIn>,
) -> Result<Response> {
    let appeal = posted.input.ok().and_then(|AppealIn(text)| Appeal::new(&text).ok());
    let Some(appeal) = appeal else {
        let found = lead::find(&app, &person, lead).await?;
        let appeal = AppealForm::of(&posted.given);
        let wrong = Wrong::of("Not appealed", appeal.wrong.clone().unwrap_or_default());
        let has_form = lead::appeal_until(&calendar(&app, &person.provider), &found.shown.lead).is_some();
        let wrong = if has_form {
            Wrong { at: Some("appeal"), ..wrong }
        } else {
            Wrong::of("Not appealed", "Not appealed: this denial can’t be appealed.").keeping(&appeal.text)
        };
        let extra = Extra { status: UNPROCESSABLE, appeal, wrong: Some(wrong), ..Extra::default() };
        return lead::page(&app, &person, &headers, &found, extra);
    };
    match app.db.run(returns::appeal(person.provider.id, lead, appeal)).await {
        Ok(_) => {
            let said = Said {
                more: "The operator decides once more, and that is final.".to_owned(),
                ..Said::done("Appealed.")
            };
            go(&format!("/leads/{}", lead.0), vec![said.cookie(&app, &person)?])
        }
        Err(Error::Conflict { detail, .. }) => {
            let wrong =
                Wrong::of("Not appealed", format!("Not appealed: {detail}.")).keeping(posted.given.text("text"));
            unchanged(&app, &person, lead, &headers, wrong).await
        }
        Err(error) => Err(error),
    }
}
