//! The doors of the provider's API to its leads.

mod decide;
mod detail;
mod events;
mod filter;
mod list;
mod me;
mod returned;

pub use filter::FilterIn;
pub use returned::ReturnOut;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{RejectionCode, Status};
use crate::app::App;
use crate::document_words;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(detail::detail))
        .routes(routes!(decide::accept))
        .routes(routes!(me::me))
        .routes(routes!(events::events))
}

document_words!(Status as "AssignmentStatus", "active → accepted, or active → rejected (→ refunded)");

document_words!(RejectionCode as "RejectionCode", "The kind of reason");
