//! The doors of the provider's API to its exports.

pub(super) mod download;
mod request;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use download::serve;
pub use request::Lost;

use super::{Format, Preset, State};
use crate::app::App;
use crate::document_words;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(request::request))
        .routes(routes!(request::list))
        .routes(routes!(request::get))
        .routes(routes!(request::cancel))
        .routes(routes!(request::again))
        .routes(routes!(download::download))
        .merge(super::pages::routes())
}

document_words!(Format as "ExportFormat", "CSV with a byte order mark, or XLSX with text in every cell");

document_words!(Preset as "ExportPreset", "Which columns, and under which names");

document_words!(State as "ExportStatus", "queued → running → ready (→ expired), or failed, or cancelled");
