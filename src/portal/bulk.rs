//! `/leads/bulk`: what is done with the leads that were ticked in the inbox, and what came of each.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::decide::refused;
use super::frame::{Frame, Standing, answer, go};
use super::inbox::{Pill, pill, who};
use super::notes::Said;
use super::reject::{Reason, reasons, wrong_with};
use super::words;
use crate::accounts::Visitor;
use crate::app::App;
use crate::db::{Lane, Read, Tx};
use crate::error::{Error, Result};
use crate::http::{Body, Fields, Form, Given, Ticked};
use crate::id::{Id, parse_uuid};
use crate::inbox::{self, LeadRef, Rejection, RejectionCode, Status};
use crate::money::Money;
use crate::returns::{self, Bulk, MAX_RAW, MOST_AT_ONCE, Outcome, Terms};

#[derive(Template)]
#[template(path = "portal/bulk_reject.html")]
struct RejectPage {
    frame: Frame,
    leads: Vec<Named>,
    reasons: Vec<Reason>,
    text: String,
    price: String,
    wrong: Option<String>,
    unchosen: bool,
}

#[derive(Template)]
#[template(path = "portal/bulk_done.html")]
struct DonePage {
    frame: Frame,
    heading: String,
    rows: Vec<Row>,
}

/// A lead that was ticked.
struct Named {
    id: String,
    name: String,
    price: Money,
    status: Status,
}

/// What came of one.
struct Row {
    id: String,
    name: String,
    said: String,
    pill: Option<Pill>,
}

/// What is to be done with them.
pub struct BulkIn {
    action: Act,
    reason: Option<String>,
    code: Option<RejectionCode>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Accept,
    Reject,
}

impl Body for BulkIn {
    fn read(fields: &mut Fields) -> Self {
        Self {
            action: fields.choice("action", &[("accept", Act::Accept), ("reject", Act::Reject)]),
            reason: fields.opt_prose("rejection_reason", 0..=MAX_RAW),
            code: fields.opt_choice("rejection_code", RejectionCode::CHOICES),
        }
    }
}

/// `POST /leads/bulk`
pub async fn act(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    posted: Ticked<BulkIn>,
) -> Result<Response> {
    let Ticked { leads, form: Form { input, given } } = posted;
    let asked = input.map_err(Error::Invalid)?;
    let mut leads: Vec<LeadRef> = leads.iter().filter_map(|id| parse_uuid(id)).map(LeadRef).collect();
    leads.sort_unstable_by_key(|lead| lead.0);
    leads.dedup();
    if leads.is_empty() || leads.len() > MOST_AT_ONCE {
        let more = format!("Tick 1 to {MOST_AT_ONCE} leads first.");
        return go("/leads", vec![Said::failed("Nothing was changed.", more).cookie(&app, &visitor)?]);
    }
    let bulk = match asked.action {
        Act::Accept => Bulk::Accept { tells_operator: app.config.tells_of_accepts() },
        Act::Reject => {
            let reason = asked.reason.as_deref().unwrap_or_default();
            let rejection = asked.code.and_then(|code| Rejection::new(reason, code).ok());
            let Some(rejection) = rejection else { return ask(&app, &visitor, &headers, leads, &given).await };
            let terms = Terms { window: app.config.return_window, tells_operator: app.config.tells_of_rejects() };
            Bulk::Reject { rejection, terms }
        }
    };
    done(&app, &visitor, &headers, leads, bulk).await
}

/// The form for a reason, with what is wrong with it where it was sent before.
async fn ask(
    app: &App,
    visitor: &Visitor,
    headers: &HeaderMap,
    leads: Vec<LeadRef>,
    given: &Given,
) -> Result<Response> {
    let (standing, mut named) = look(app, visitor, leads.clone()).await?;
    let found = leads.iter().filter_map(|lead| named.remove(lead));
    let leads: Vec<Named> = found.filter(|lead| lead.status == Status::Active).collect();
    if leads.is_empty() {
        let said = Said::failed("Nothing was changed.", "These leads are decided already.");
        return go("/leads", vec![said.cookie(app, visitor)?]);
    }
    let (code, text) = (given.text("rejection_code"), given.text("rejection_reason"));
    let first = !given.names().any(|name| name == "rejection_reason");
    let sum = leads.iter().map(|lead| lead.price.minor()).sum();
    let page = RejectPage {
        frame: Frame::new(app, visitor, headers, &standing, "/leads")?,
        leads,
        reasons: reasons(code),
        text: text.to_owned(),
        price: words::money(Money::from_minor(sum), &app.config.currency),
        wrong: wrong_with(text).filter(|_| !first),
        unchosen: !first && code.is_empty(),
    };
    answer(if first { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

/// Whose they are, by lead; those that are not this provider's are left out.
async fn look(app: &App, visitor: &Visitor, leads: Vec<LeadRef>) -> Result<(Standing, HashMap<LeadRef, Named>)> {
    let provider = visitor.provider.clone();
    let unit = move |read: &mut Read| {
        let mut named = HashMap::new();
        for lead in &leads {
            match inbox::detail(read, provider.id, *lead) {
                Ok(shown) => {
                    let of = shown.lead;
                    let name = who(
                        of.erased_at.is_some(),
                        of.contact_name.as_deref(),
                        of.contact_phone.as_deref(),
                        of.contact_email.as_deref(),
                    );
                    let id = of.lead_id.to_string();
                    named.insert(*lead, Named { id, name, price: of.price_charged, status: of.status });
                }
                Err(Error::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok((Standing::read(read, &provider)?, named))
    };
    app.db.read(unit).await
}

async fn done(app: &App, visitor: &Visitor, headers: &HeaderMap, leads: Vec<LeadRef>, bulk: Bulk) -> Result<Response> {
    let (provider, id, asked) = (visitor.provider.clone(), visitor.provider.id, leads.clone());
    let verb = if matches!(bulk, Bulk::Accept { .. }) { "Accepted" } else { "Rejected" };
    let lane = match bulk {
        Bulk::Accept { .. } => Lane::of(id.uuid()),
        Bulk::Reject { .. } => app.db.read(move |read: &mut Read| returns::lane(read, id)).await?,
    };
    let unit = move |tx: &mut Tx| returns::bulk(tx, &provider, &bulk, &asked);
    let outcomes = app.db.write(lane, unit).await?;
    let (all, good) = (outcomes.len(), outcomes.iter().filter(|outcome| outcome.done.is_ok()).count());
    if good == all {
        let unit = if all == 1 { "lead" } else { "leads" };
        let more = "Each can be undone on its page, for 2 minutes.";
        let said = Said { more: more.to_owned(), ..Said::done(format!("{verb} {all} {unit}.")) };
        return go("/leads", vec![said.cookie(app, visitor)?]);
    }
    let (standing, named) = look(app, visitor, leads).await?;
    let rows = outcomes.iter().map(|outcome| row(outcome, named.get(&outcome.lead))).collect();
    let frame = Frame::new(app, visitor, headers, &standing, "/leads")?;
    answer(StatusCode::CONFLICT, &DonePage { frame, heading: format!("{verb} {good} of {all} leads"), rows })
}

fn row(outcome: &Outcome, named: Option<&Named>) -> Row {
    let said = match &outcome.done {
        Ok(_) => "Done.".to_owned(),
        Err(Error::Conflict { code, lead_status, .. }) => refused(code, *lead_status),
        Err(_) => "There is nothing here, or it is not yours.".to_owned(),
    };
    Row {
        id: named.map(|lead| lead.id.clone()).unwrap_or_default(),
        name: named.map_or_else(|| "No lead".to_owned(), |lead| lead.name.clone()),
        said,
        pill: named.map(|lead| pill(lead.status)),
    }
}
