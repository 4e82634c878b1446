//! The doors of the provider's API to its leads.

mod accept;
mod bulk;
mod detail;
mod events;
mod filter;
mod list;
mod me;
mod reject;
mod undo;
mod until;

pub use filter::FilterIn;
pub use reject::reject_rules;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::assignments::{RejectionCode, Status};
use crate::document_words;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(detail::detail))
        .routes(routes!(accept::accept))
        .routes(routes!(reject::reject))
        .routes(routes!(bulk::bulk))
        .routes(routes!(undo::undo))
        .routes(routes!(me::me))
        .routes(routes!(events::events))
}

document_words!(Status as "AssignmentStatus", "active → accepted, or active → rejected (→ refunded)");

document_words!(RejectionCode as "RejectionCode", "The kind of reason");
