//! The back office's calls: sources and leads.

mod leads;
mod payloads;
mod sources;

use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

pub fn routes() -> OpenApiRouter<App> {
    sources::routes().merge(payloads::routes()).merge(leads::routes())
}
