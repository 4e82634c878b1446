//! `/leads/bulk`: what is done with the leads that were ticked in the inbox, and what came of each.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use uuid::Uuid;

use super::decide::{not_undone, refused};
use super::forms::{Reason, reasons};
use super::frame::{Frame, answer, calendar, go};
use super::notes::{Said, Together};
use super::pill::{Pill, pill, who};
use super::reject::{chars, wrong_with};
use super::sign_in::Nothing;
use super::words;
use crate::accounts::ProviderUser;
use crate::app::App;
use crate::assignments::{LeadRef, Rejection, RejectionCode, Status};
use crate::clock::Timestamp;
use crate::db::Read;
use crate::error::{Error, Result};
use crate::http::{Body, Boxes, Fields, Form, Given, Ticked};
use crate::id::{AssignmentId, Id, parse_uuid};
use crate::inbox::{self, Bulk, MAX_LEADS_PER_CALL, Outcome, UNDO_WINDOW};
use crate::money::Money;
use crate::read::{self, ProviderSummary};
use crate::returns::{self, MAX_RAW, ReturnState};

#[derive(Template)]
#[template(path = "portal/bulk_reject.html")]
struct RejectPage {
    frame: Frame,
    leads: Vec<Named>,
    /// Names of those whose window has closed.
    late: Vec<String>,
    /// What an allowance leaves of the returns, in words.
    allowance: Option<String>,
    /// Whether it asks for the whole price.
    asks: bool,
    reasons: Vec<Reason>,
    text: String,
    chars: usize,
    price: String,
    wrong: Option<String>,
    unchosen: bool,
}

/// Asks before many are accepted by a key.
#[derive(Template)]
#[template(path = "portal/bulk_accept.html")]
struct AcceptPage {
    frame: Frame,
    leads: Vec<Named>,
    price: String,
}

#[derive(Template)]
#[template(path = "portal/bulk_done.html")]
struct DonePage {
    frame: Frame,
    heading: String,
    rows: Vec<Row>,
    /// Those that can be taken back, where more than one can.
    undo_all: Vec<String>,
}

/// A lead that was ticked.
struct Named {
    id: String,
    name: String,
    price: Money,
    status: Status,
    /// When its return window ends.
    ends: Timestamp,
}

/// What came of one.
struct Row {
    id: String,
    name: String,
    said: String,
    pill: Option<Pill>,
    undo: bool,
}

/// What is to be done with them.
pub struct BulkIn {
    action: Act,
    /// Whether to ask first.
    ask: bool,
    reason: Option<String>,
    code: Option<RejectionCode>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Accept,
    Reject,
}

impl Boxes for BulkIn {
    const NAME: &'static str = "lead";
}

impl Boxes for Nothing {
    const NAME: &'static str = "lead";
}

impl Body for BulkIn {
    fn read(fields: &mut Fields) -> Self {
        Self {
            action: fields.choice("action", &[("accept", Act::Accept), ("reject", Act::Reject)]),
            ask: fields.opt_choice("ask", &[("yes", ())]).is_some(),
            reason: fields.opt_prose("rejection_reason", 0..=MAX_RAW),
            code: fields.opt_choice("rejection_code", RejectionCode::CHOICES),
        }
    }
}

/// `POST /leads/bulk`
pub async fn act(
    State(app): State<App>,
    person: ProviderUser,
    headers: HeaderMap,
    posted: Ticked<BulkIn>,
) -> Result<Response> {
    let Ticked { ticked: leads, form: Form { input, given } } = posted;
    let rejects = given.text("action") == "reject";
    let leads = ticked(&leads);
    if leads.is_empty() || leads.len() > MAX_LEADS_PER_CALL {
        return none_ticked(&app, &person);
    }
    let asked = match input {
        Ok(asked) => asked,
        // A reason that can't be read, or none of the codes: the form says so.
        Err(_) if rejects => return ask(&app, &person, &headers, leads, &given).await,
        Err(errors) => return Err(Error::Invalid(errors)),
    };
    let bulk = match asked.action {
        Act::Accept if asked.ask => return sure(&app, &person, &headers, leads).await,
        Act::Accept => Bulk::Accept { tells_operator: app.config.tells_of_accepts() },
        Act::Reject => {
            let reason = asked.reason.as_deref().unwrap_or_default();
            let rejection = asked.code.and_then(|code| Rejection::new(reason, code).ok());
            let Some(rejection) = rejection else { return ask(&app, &person, &headers, leads, &given).await };
            let rules = inbox::reject_rules(&app).await?;
            Bulk::Reject { rejection, rules }
        }
    };
    done(&app, &person, &headers, leads, bulk).await
}

fn ticked(leads: &[String]) -> Vec<LeadRef> {
    let mut leads: Vec<LeadRef> = leads.iter().filter_map(|id| parse_uuid(id)).map(LeadRef).collect();
    leads.sort_unstable_by_key(|lead| lead.0);
    leads.dedup();
    leads
}

fn none_ticked(app: &App, person: &ProviderUser) -> Result<Response> {
    let more = format!("Tick 1 to {MAX_LEADS_PER_CALL} leads first.");
    go("/leads", vec![Said::failed("Nothing was changed.", more).cookie(app, person)?])
}

/// Those of them that can still be decided, in their order; none: says so.
fn undecided(leads: &[LeadRef], mut named: HashMap<LeadRef, Named>) -> Vec<Named> {
    let found = leads.iter().filter_map(|lead| named.remove(lead));
    found.filter(|lead| lead.status == Status::Active).collect()
}

fn all_decided(app: &App, person: &ProviderUser) -> Result<Response> {
    let said = Said::failed("Nothing was changed.", "These leads are decided already.");
    go("/leads", vec![said.cookie(app, person)?])
}

/// Whether that is meant.
async fn sure(app: &App, person: &ProviderUser, headers: &HeaderMap, leads: Vec<LeadRef>) -> Result<Response> {
    let Looked { summary, named, .. } = look(app, person, leads.clone()).await?;
    let leads = undecided(&leads, named);
    if leads.is_empty() {
        return all_decided(app, person);
    }
    let page = AcceptPage {
        frame: Frame::new(app, person, headers, &summary, "/leads")?,
        price: words::money(sum(&leads), &app.config.currency),
        leads,
    };
    answer(StatusCode::OK, &page)
}

fn sum(leads: &[Named]) -> Money {
    Money::from_minor(leads.iter().map(|lead| lead.price.minor()).sum())
}

/// The form for a reason, with what is wrong with it where it was sent before.
async fn ask(
    app: &App,
    person: &ProviderUser,
    headers: &HeaderMap,
    leads: Vec<LeadRef>,
    given: &Given,
) -> Result<Response> {
    let Looked { summary, named, returns_left } = look(app, person, leads.clone()).await?;
    let leads = undecided(&leads, named);
    if leads.is_empty() {
        return all_decided(app, person);
    }
    let now = app.clock.now();
    let (leads, late): (Vec<Named>, Vec<Named>) = leads.into_iter().partition(|lead| now < lead.ends);
    if leads.is_empty() {
        let said = Said::failed("Nothing was changed.", "The return windows of these leads have closed.");
        return go("/leads", vec![said.cookie(app, person)?]);
    }
    let (code, text) = (given.text("rejection_code"), given.text("rejection_reason"));
    let first = !given.names().any(|name| name == "rejection_reason");
    let returns = i64::try_from(leads.len()).unwrap_or(i64::MAX);
    let allowance = returns_left.filter(|left| *left < returns);
    let page = RejectPage {
        frame: Frame::new(app, person, headers, &summary, "/leads")?,
        late: late.into_iter().map(|lead| lead.name).collect(),
        allowance: allowance.map(told),
        asks: allowance.is_none(),
        reasons: reasons(code),
        text: text.to_owned(),
        chars: chars(text),
        price: words::money(sum(&leads), &app.config.currency),
        wrong: wrong_with(text).filter(|_| !first),
        unchosen: !first && !reasons(code).iter().any(|reason| reason.chosen),
        leads,
    };
    answer(if first { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

/// What an allowance that is too small for all leaves.
fn told(left: i64) -> String {
    match left {
        ..=0 => "You have no return left for now: these rejects open none, and their charges stay.".to_owned(),
        1 => "You have 1 return left for now: the other rejects open none, and their charges stay.".to_owned(),
        n => format!("You have {n} returns left for now: the other rejects open none, and their charges stay."),
    }
}

/// What is known of the leads, of one moment.
struct Looked {
    summary: ProviderSummary,
    named: HashMap<LeadRef, Named>,
    returns_left: Option<i64>,
}

/// Whose they are, by lead; those that are not this provider's are left out.
async fn look(app: &App, person: &ProviderUser, leads: Vec<LeadRef>) -> Result<Looked> {
    let (provider, windows) = (person.provider.clone(), app.return_windows.clone());
    let unit = move |read: &mut Read| {
        let mut named = HashMap::new();
        for lead in &leads {
            match read::lead(read, provider.id, *lead) {
                Ok(shown) => {
                    let of = shown.lead;
                    let name = who(
                        of.erased_at.is_some(),
                        of.contact_name.as_deref(),
                        of.contact_phone.as_deref(),
                        of.contact_email.as_deref(),
                    );
                    let id = of.lead_id.to_string();
                    let ends = windows.end(of.assigned_at);
                    named.insert(*lead, Named { id, name, price: of.price_charged, status: of.status, ends });
                }
                Err(Error::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let returns_left = returns::left(read, provider.id)?;
        Ok(Looked { summary: read::summary(read, provider.id)?, named, returns_left })
    };
    app.db.read(unit).await
}

async fn done(
    app: &App,
    person: &ProviderUser,
    headers: &HeaderMap,
    leads: Vec<LeadRef>,
    bulk: Bulk,
) -> Result<Response> {
    let verb = if matches!(bulk, Bulk::Accept { .. }) { "Accepted" } else { "Rejected" };
    let outcomes = app.db.run(inbox::bulk(person.provider.clone(), bulk, leads.clone())).await?;
    let (all, good) = (outcomes.len(), outcomes.iter().filter(|outcome| outcome.done.is_ok()).count());
    let calendar = calendar(app, &person.provider);
    let until = calendar.clock(calendar.now.plus(UNDO_WINDOW));
    if good == all {
        let unit = if all == 1 { "lead" } else { "leads" };
        // What a rule has settled at once is final.
        let ids: Vec<Uuid> = outcomes.iter().filter_map(can_be_undone).map(Id::uuid).collect();
        let more = if ids.is_empty() { String::new() } else { format!("You can undo until {until}.") };
        let together = Some(Together { until, ids, named: Vec::new() }).filter(|together| !together.ids.is_empty());
        let said = Said { more, together, ..Said::done(format!("{verb} {all} {unit}.")) };
        return go("/leads", vec![said.cookie(app, person)?]);
    }
    let Looked { summary, named, .. } = look(app, person, leads).await?;
    let rows: Vec<Row> = outcomes.iter().map(|outcome| row(outcome, named.get(&outcome.lead), &until)).collect();
    let frame = Frame::new(app, person, headers, &summary, "/leads")?;
    answer(StatusCode::CONFLICT, &done_page(frame, format!("{verb} {good} of {all} leads"), rows))
}

fn done_page(frame: Frame, heading: String, rows: Vec<Row>) -> DonePage {
    let undo_all: Vec<String> = rows.iter().filter(|row| row.undo).map(|row| row.id.clone()).collect();
    DonePage { frame, heading, undo_all: if undo_all.len() > 1 { undo_all } else { Vec::new() }, rows }
}

fn can_be_undone(outcome: &Outcome) -> Option<AssignmentId> {
    let done = outcome.done.as_ref().ok()?;
    let settled = done.returned.as_ref().is_some_and(|returned| returned.state != ReturnState::Pending);
    (!settled).then_some(done.assignment_id)
}

fn row(outcome: &Outcome, named: Option<&Named>, until: &str) -> Row {
    let undo = can_be_undone(outcome).is_some();
    let said = match &outcome.done {
        Ok(_) if undo => format!("Done. You can undo until {until}."),
        Ok(_) => "Done: the return was approved at once.".to_owned(),
        Err(Error::Conflict { code, state: lead_status, .. }) => refused(code, *lead_status),
        Err(_) => "There is nothing here, or it is not yours.".to_owned(),
    };
    row_of(named, said, undo)
}

fn row_of(named: Option<&Named>, said: String, undo: bool) -> Row {
    Row {
        id: named.map(|lead| lead.id.clone()).unwrap_or_default(),
        name: named.map_or_else(|| "No lead".to_owned(), |lead| lead.name.clone()),
        said,
        pill: named.map(|lead| pill(lead.status)),
        undo,
    }
}

/// `POST /leads/bulk/undo`: takes what was decided together back, each as if alone.
pub async fn undo(
    State(app): State<App>,
    person: ProviderUser,
    headers: HeaderMap,
    posted: Ticked<Nothing>,
) -> Result<Response> {
    let leads = ticked(&posted.ticked);
    if leads.is_empty() || leads.len() > MAX_LEADS_PER_CALL {
        return none_ticked(&app, &person);
    }
    let provider = person.provider.id;
    let mut outcomes = Vec::with_capacity(leads.len());
    for lead in &leads {
        // A unit each: one that can't be taken back must leave nothing of itself.
        let lead = *lead;
        match app.db.run(inbox::undo(provider, lead)).await {
            Ok(_) => outcomes.push((lead, None)),
            Err(Error::Conflict { code, .. }) => outcomes.push((lead, Some(not_undone(code)))),
            Err(Error::NotFound(_)) => outcomes.push((lead, Some("There is nothing here, or it is not yours."))),
            Err(error) => return Err(error),
        }
    }
    let (all, good) = (outcomes.len(), outcomes.iter().filter(|(_, wrong)| wrong.is_none()).count());
    if good == all {
        let more =
            if all == 1 { "The lead is active again.".to_owned() } else { format!("{all} leads are active again.") };
        return go("/leads", vec![Said { more, ..Said::done("Undone.") }.cookie(&app, &person)?]);
    }
    let Looked { summary, named, .. } = look(&app, &person, leads).await?;
    let said = |wrong: Option<&str>| wrong.unwrap_or("Undone. The lead is active again.").to_owned();
    let rows = outcomes.iter().map(|(lead, wrong)| row_of(named.get(lead), said(*wrong), false)).collect();
    let frame = Frame::new(&app, &person, &headers, &summary, "/leads")?;
    answer(StatusCode::CONFLICT, &done_page(frame, format!("Undone {good} of {all} leads"), rows))
}
