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

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{RejectionCode, Status};
use crate::app::App;
use crate::http::schema;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(detail::detail))
        .routes(routes!(decide::accept))
        .routes(routes!(me::me))
        .routes(routes!(events::events))
}

impl PartialSchema for Status {
    fn schema() -> RefOr<Schema> {
        schema::words(Self::CHOICES, "active → accepted, or active → rejected (→ refunded)")
    }
}

impl ToSchema for Status {
    fn name() -> std::borrow::Cow<'static, str> {
        "AssignmentStatus".into()
    }
}

impl PartialSchema for RejectionCode {
    fn schema() -> RefOr<Schema> {
        schema::words(Self::CHOICES, "The kind of reason")
    }
}

impl ToSchema for RejectionCode {}
