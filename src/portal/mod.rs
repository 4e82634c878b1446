//! The portal: where a provider works, in a browser. Pages over the same verbs as the API, so there is no second way to do
//! anything; a door like `cli`, since a page shows what several rooms know.
//!
//! Every page is a URL and every action a form: all of it works without script, which only makes it quicker.

mod account;
mod answers;
mod assets;
mod bulk;
mod chart;
mod cookies;
mod decide;
mod decided;
mod exports;
mod forms;
mod frame;
mod inbox;
mod lead;
mod ledger;
mod money;
mod notes;
mod office;
mod pill;
mod preferences;
mod refusals;
mod reject;
mod sign_in;
mod timeline;
mod words;

pub use cookies::COOKIES;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{MethodRouter, get};

use crate::accounts::ProviderUser;
use crate::app::App;
use crate::error::{Error, Result};

pub use refusals::as_pages;

/// The pages.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(home))
        .route("/assets/{name}", get(assets::serve))
        .route("/sign-in", get(sign_in::show).post(sign_in::enter))
        .route("/sign-in/link", get(sign_in::show_link).post(sign_in::enter_by_link))
        .route("/sign-out", get(home).post(sign_in::leave))
        .merge(office::routes())
        .route("/money", get(money::show))
        .route("/money/ledger.csv", get(ledger::show))
        .route("/money/weeks.csv", get(money::weeks))
        .route("/account", get(account::show))
        .route("/account/sign-out-everywhere", back("/account").post(account::leave_everywhere))
        .route("/account/sessions/{id}/end", back("/account").post(account::end_session))
        .route("/account/tokens", back("/account").post(account::make_token))
        .route("/account/tokens/{id}", get(account::show_token))
        .route("/account/tokens/{id}/revoke", back("/account").post(account::revoke_token))
        .route("/account/password", back("/account").post(account::change_password))
        .route("/account/time-zone", back("/account").post(account::change_zone))
        .route("/exports", get(exports::show).post(exports::request))
        .route("/exports/{id}/again", back("/exports").post(exports::again))
        .route("/exports/{id}/cancel", back("/exports").post(exports::cancel))
        .route("/exports/{id}/download", get(exports::download))
        .route("/preferences", get(preferences::show).post(preferences::save))
        .route("/leads", get(inbox::show))
        .route("/leads/bulk", back("/leads").post(bulk::act))
        .route("/leads/bulk/undo", back("/leads").post(bulk::undo))
        .route("/leads/{lead_id}", get(lead::show))
        .route("/leads/{lead_id}/accept", get(decide::back).post(decide::accept))
        .route("/leads/{lead_id}/reject", get(reject::show).post(reject::reject))
        .route("/leads/{lead_id}/attempts", get(decide::back).post(decide::note))
        .route("/leads/{lead_id}/appeal", get(decide::back).post(decide::appeal))
        .route("/leads/{lead_id}/undo", get(decide::back).post(decide::undo))
}

/// `GET` of a form's own address, as a reload of its answer or a bookmark asks for it: where the form is.
fn back(path: &'static str) -> MethodRouter<App> {
    get(move |_: ProviderUser| async move { frame::go(path, Vec::new()) })
}

/// `GET /`: to where the person belongs.
async fn home(State(_): State<App>, person: Result<ProviderUser>) -> Result<Response> {
    match person {
        Err(error @ Error::Forbidden { code: "account_suspended" | "not_permitted", .. }) => Err(error),
        person => frame::go(sign_in::home_of(person)?.unwrap_or("/sign-in"), Vec::new()),
    }
}
