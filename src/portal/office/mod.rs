//! `/admin`: the back office in a browser: what needs somebody today, the leads with why each went where it went, and the
//! returns that wait. What else the operator does has the API.

mod flags;
mod frame;
mod import;
mod lead;
mod leads;
mod returns;
mod rows;
mod source;
mod source_forms;
mod sources;
mod today;
mod trace;

use axum::Router;
use axum::routing::{MethodRouter, get};

use super::frame::go;
use crate::accounts::{CurrentAdmin, SignedIn};
use crate::app::App;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/admin", get(today::show))
        .route("/admin/mails/{id}/retry", back("/admin").post(today::retry))
        .route("/admin/leads", get(leads::show))
        .route("/admin/leads/{id}", get(lead::show))
        .route("/admin/leads/{id}/erase", get(lead::back).post(lead::erase))
        .route("/admin/leads/{id}/release", get(lead::back).post(lead::release))
        .route("/admin/leads/{id}/discard", get(lead::back).post(lead::discard))
        .route("/admin/sources", get(sources::show).post(sources::make))
        .route("/admin/sources/{id}", get(source::show).post(source_forms::save))
        .route("/admin/sources/{id}/mapping", get(source_forms::back).post(source_forms::map))
        .route("/admin/sources/{id}/mapping/try", get(source_forms::back).post(source_forms::attempt))
        .route(
            "/admin/sources/{id}/payloads/{payload_id}/replay",
            get(source_forms::back_of).post(source_forms::replay),
        )
        .route("/admin/sources/{id}/import", get(import::show).post(import::take))
        .route("/admin/sources/{id}/import/columns", get(import::back).post(import::map))
        .route("/admin/returns", get(returns::show))
        .route("/admin/returns/{assignment_id}/approve", back("/admin/returns").post(returns::approve))
        .route("/admin/returns/{assignment_id}/deny", back("/admin/returns").post(returns::deny))
}

/// `GET` of a form's own address, as a reload of its answer or a bookmark asks for it: where the form is.
fn back(path: &'static str) -> MethodRouter<App> {
    get(move |_: CurrentAdmin, _: SignedIn| async move { go(path, Vec::new()) })
}
