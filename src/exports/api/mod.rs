//! The doors of the provider's API to its exports.

mod download;
mod request;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use download::serve;
pub use request::Lost;

use super::{Format, Preset, State};
use crate::app::App;
use crate::http::schema;

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

impl PartialSchema for Format {
    fn schema() -> RefOr<Schema> {
        schema::words(Self::CHOICES, "CSV with a byte order mark, or XLSX with every cell a text")
    }
}

impl ToSchema for Format {
    fn name() -> std::borrow::Cow<'static, str> {
        "ExportFormat".into()
    }
}

impl PartialSchema for Preset {
    fn schema() -> RefOr<Schema> {
        schema::words(Self::CHOICES, "Which columns, and under which names")
    }
}

impl ToSchema for Preset {
    fn name() -> std::borrow::Cow<'static, str> {
        "ExportPreset".into()
    }
}

impl PartialSchema for State {
    fn schema() -> RefOr<Schema> {
        schema::words(Self::CHOICES, "queued → running → ready (→ expired), or failed, or cancelled")
    }
}

impl ToSchema for State {
    fn name() -> std::borrow::Cow<'static, str> {
        "ExportStatus".into()
    }
}
