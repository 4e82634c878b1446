//! The back office's calls: sources, leads, and who opted out.

mod again;
mod erasures;
mod field_errors;
mod leads;
mod mappings;
mod payloads;
mod person_link;
mod sources;
mod suppressions;

use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

pub use mappings::{Attempt, tried};
pub use payloads::replay_refused;

pub fn routes() -> OpenApiRouter<App> {
    sources::routes()
        .merge(mappings::routes())
        .merge(payloads::routes())
        .merge(leads::routes())
        .merge(suppressions::routes())
        .merge(erasures::routes())
        .merge(person_link::routes())
}
