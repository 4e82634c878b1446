//! `/admin`: the back office in a browser: what needs somebody today, the leads with why each went where it went, and the
//! returns that wait. What else the operator does has the API.

mod flags;
mod lead;
mod leads;
mod returns;
mod today;
mod trace;

use std::collections::HashMap;

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::{MethodRouter, get};
use jiff::tz::TimeZone;

use super::assets::{Assets, assets};
use super::frame::{go, operator};
use super::inbox::Pill;
use super::words::{self, Calendar};
use crate::accounts::{CurrentAdmin, SignedIn};
use crate::app::App;
use crate::catalog;
use crate::db::Read;
use crate::error::Result;
use crate::http::csrf;
use crate::id::{NicheId, SourceId};
use crate::intake::{self, Status};
use crate::read::{LeadRow, Waiting};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/admin", get(today::show))
        .route("/admin/mails/{id}/retry", back("/admin").post(today::retry))
        .route("/admin/leads", get(leads::show))
        .route("/admin/leads/{id}", get(lead::show))
        .route("/admin/leads/{id}/erase", get(lead::back).post(lead::erase))
        .route("/admin/leads/{id}/release", get(lead::back).post(lead::release))
        .route("/admin/leads/{id}/discard", get(lead::back).post(lead::discard))
        .route("/admin/returns", get(returns::show))
        .route("/admin/returns/{assignment_id}/approve", back("/admin/returns").post(returns::approve))
        .route("/admin/returns/{assignment_id}/deny", back("/admin/returns").post(returns::deny))
}

/// `GET` of a form's own address, as a reload of its answer or a bookmark asks for it: where the form is.
fn back(path: &'static str) -> MethodRouter<App> {
    get(move |_: CurrentAdmin, _: SignedIn| async move { go(path, Vec::new()) })
}

/// Around a page of the back office.
struct Frame {
    operator: String,
    assets: &'static Assets,
    csrf: String,
    here: &'static str,
    /// Returns that wait, where some do.
    waiting: Option<String>,
}

/// An entry of the navigation.
struct Tab {
    path: &'static str,
    name: &'static str,
    icon: &'static str,
    waiting: Option<String>,
}

impl Frame {
    fn new(app: &App, headers: &HeaderMap, here: &'static str, waiting: Waiting) -> Result<Self> {
        Ok(Self {
            operator: operator(app),
            assets: assets(),
            csrf: csrf::token(&app.seals, csrf::holder(headers).unwrap_or_default())?,
            here,
            waiting: (waiting.returns > 0).then(|| many(waiting.returns)),
        })
    }

    fn tabs(&self) -> [Tab; 3] {
        let tab = |path, name, icon| Tab { path, name, icon, waiting: None };
        [
            tab("/admin", "Today", "chart"),
            tab("/admin/leads", "Leads", "inbox"),
            Tab { waiting: self.waiting.clone(), ..tab("/admin/returns", "Returns", "undo") },
        ]
    }
}

/// The operator has no time zone of its own.
fn calendar(app: &App) -> Calendar {
    Calendar::new(TimeZone::UTC, app.clock.now())
}

/// Of what is counted to 1,001.
fn many(n: i64) -> String {
    if n > 1000 { "1,000+".to_owned() } else { words::count(n.unsigned_abs()) }
}

fn pill(status: Status) -> Pill {
    let (class, said) = match status {
        Status::Assigned => ("accepted", "Assigned"),
        Status::Unmatched => ("rejected", "Unmatched"),
        Status::Duplicate => ("refunded", "Duplicate"),
        Status::Test => ("refunded", "Test"),
        Status::Invalid => ("refunded", "Invalid"),
        Status::Held => ("pending", "Held"),
    };
    Pill { class, said }
}

/// A lead in a table.
struct Row {
    path: String,
    name: String,
    about: String,
    when: String,
    at: String,
    source: String,
    pill: Pill,
    sold: i64,
}

/// Leads with the names of their niches and sources.
fn rows(read: &mut Read, calendar: &Calendar, leads: &[LeadRow]) -> Result<Vec<Row>> {
    let (mut niches, mut sources) = (HashMap::<NicheId, String>::new(), HashMap::<SourceId, String>::new());
    for lead in leads {
        if let std::collections::hash_map::Entry::Vacant(place) = niches.entry(lead.niche_id) {
            place.insert(catalog::niche(read, lead.niche_id)?.name);
        }
        if let std::collections::hash_map::Entry::Vacant(place) = sources.entry(lead.source_id) {
            place.insert(intake::source(read, lead.source_id)?.name);
        }
    }
    let about = |lead: &LeadRow| {
        let niche = niches.get(&lead.niche_id).cloned().unwrap_or_default();
        lead.postal_code.as_ref().map_or_else(|| niche.clone(), |code| format!("{niche}, {code}"))
    };
    let row = |lead: &LeadRow| Row {
        path: format!("/admin/leads/{}", lead.id),
        name: super::inbox::who(
            lead.erased_at.is_some(),
            lead.contact_name.as_deref(),
            lead.contact_phone.as_deref(),
            lead.contact_email.as_deref(),
        ),
        about: about(lead),
        when: calendar.time(lead.received_at),
        at: lead.received_at.to_string(),
        source: sources.get(&lead.source_id).cloned().unwrap_or_default(),
        pill: pill(lead.status),
        sold: lead.assignment_count,
    };
    Ok(leads.iter().map(row).collect())
}
