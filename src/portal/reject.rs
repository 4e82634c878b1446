//! `/leads/{lead_id}/reject`: the lead with the form in place, at its own URL, so that it survives reload, back and an error.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::decide::{refused, undoable};
use super::forms::{RejectForm, Wrong, reasons};
use super::frame::{calendar, go};
use super::lead::{self, Extra, PageData};
use super::notes::Said;
use super::words;
use crate::accounts::ProviderUser;
use crate::app::App;
use crate::assignments::{LeadRef, REASON_LENGTH, Rejection, RejectionCode, Status};
use crate::error::{Error, Result};
use crate::http::{Body, Fields, Form, Path};
use crate::inbox;
use crate::returns::{MAX_RAW, ReturnState};
use crate::text;

/// What the form says.
pub struct RejectIn {
    reason: Option<String>,
    code: Option<RejectionCode>,
}

impl Body for RejectIn {
    fn read(fields: &mut Fields) -> Self {
        Self {
            reason: fields.opt_prose("rejection_reason", 0..=MAX_RAW),
            code: fields.opt_choice("rejection_code", RejectionCode::CHOICES),
        }
    }
}

/// What is wrong with a reason, as a sentence; `None`: nothing.
pub fn wrong_with(reason: &str) -> Option<String> {
    let (least, most) = (REASON_LENGTH.start(), REASON_LENGTH.end());
    match Rejection::new(reason, RejectionCode::Other) {
        Ok(_) => None,
        Err(0) => Some(format!("Say what happened, in at least {least} characters.")),
        Err(chars) if chars < *least => Some(format!("Write at least {least} characters. You wrote {chars}.")),
        Err(chars) => Some(format!("Write at most {most} characters. You wrote {chars}.")),
    }
}

/// How long a reason is.
pub fn chars(text: &str) -> usize {
    text::said(text).chars().count()
}

fn form(app: &App, found: &PageData, code: &str, text: &str) -> RejectForm {
    RejectForm {
        reasons: reasons(code),
        text: text.to_owned(),
        chars: chars(text),
        price: words::money(found.shown.lead.price_charged, &app.config.currency),
        wrong: None,
        unchosen: false,
    }
}

/// `GET /leads/{lead_id}/reject`: a lead that is decided already has its own page to say so.
pub async fn show(
    State(app): State<App>,
    person: ProviderUser,
    Path(lead): Path<LeadRef>,
    headers: HeaderMap,
) -> Result<Response> {
    let found = lead::find(&app, &person, lead).await?;
    let of = &found.shown.lead;
    if of.status != Status::Active {
        let said = Said::failed("It can’t be rejected.", format!("This lead is {} already.", of.status));
        return go(&format!("/leads/{}", of.lead_id), vec![said.cookie(&app, &person)?]);
    }
    let closed = closed(&app, &person, &found);
    let form = closed.is_none().then(|| form(&app, &found, "", ""));
    lead::page(&app, &person, &headers, &found, Extra { rejecting: form, closed, ..Extra::default() })
}

/// What is said where the time in which the lead could be rejected is over.
fn closed(app: &App, person: &ProviderUser, found: &PageData) -> Option<String> {
    let (calendar, of) = (calendar(app, &person.provider), &found.shown.lead);
    let end = app.return_windows.end(of.assigned_at);
    (calendar.now >= end).then(|| {
        let (end, now) = (calendar.until(end), calendar.clock(calendar.now));
        format!("You could reject this lead until {end}. It is {now} now, so its charge stays.")
    })
}

/// `POST /leads/{lead_id}/reject`
pub async fn reject(
    State(app): State<App>,
    person: ProviderUser,
    Path(lead): Path<LeadRef>,
    headers: HeaderMap,
    posted: Form<RejectIn>,
) -> Result<Response> {
    let given = posted.given;
    let (code, text) = (given.text("rejection_code"), given.text("rejection_reason"));
    let meant = posted.input.ok().and_then(|input| Some((input.code?, input.reason?)));
    let rejection = meant.and_then(|(code, reason)| Rejection::new(&reason, code).ok());
    let Some(rejection) = rejection else {
        let found = lead::find(&app, &person, lead).await?;
        if found.shown.lead.status != Status::Active {
            let wrong = Wrong::of("Not rejected", refused("", Some(found.shown.lead.status.as_str())));
            return lead::unchanged(&app, &person, lead, &headers, wrong.keeping(text)).await;
        }
        if closed(&app, &person, &found).is_some() {
            let wrong = Wrong::of("Not rejected", instead("return_window_closed", None));
            return lead::unchanged(&app, &person, lead, &headers, wrong.keeping(text)).await;
        }
        let wrong = wrong_with(text);
        let unchosen = !reasons(code).iter().any(|reason| reason.chosen);
        let form = RejectForm { wrong, unchosen, ..form(&app, &found, code, text) };
        let extra = Extra { status: StatusCode::UNPROCESSABLE_ENTITY, rejecting: Some(form), ..Extra::default() };
        return lead::page(&app, &person, &headers, &found, extra);
    };
    match decide(&app, &person, lead, rejection).await {
        Ok(said) => go(&format!("/leads/{}", lead.0), vec![said.cookie(&app, &person)?]),
        Err(Error::Conflict { code, state: lead_status, .. }) => {
            let wrong = Wrong::of("Not rejected", instead(code, lead_status)).keeping(text);
            lead::unchanged(&app, &person, lead, &headers, wrong).await
        }
        Err(error) => Err(error),
    }
}

/// Rejects, and says what came of it.
async fn decide(app: &App, person: &ProviderUser, lead: LeadRef, rejection: Rejection) -> Result<Said> {
    let rules = inbox::reject_rules(app).await?;
    let rejected = app.db.run(inbox::reject(person.provider.clone(), lead, rejection, rules)).await?;
    let state = rejected.returned.map(|returned| returned.state);
    let said = Said {
        more: match state {
            Some(ReturnState::Approved) => "The return was approved at once; the price is back on your balance.",
            Some(_) => "The return is under review; you get a mail.",
            None => "No return was opened: your allowance is used up.",
        }
        .to_owned(),
        ..Said::done("Rejected.")
    };
    let settled = state == Some(ReturnState::Approved);
    Ok(if settled { said } else { undoable(said, &calendar(app, &person.provider), lead) })
}

/// What happened instead.
fn instead(code: &str, status: Option<&str>) -> String {
    let said = refused(code, status);
    if code == "return_window_closed" { format!("{said} You can still accept the lead.") } else { said }
}
