//! The doors of the back office to providers and their tokens.

mod providers;
mod tokens;

use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().merge(providers::routes()).merge(tokens::routes())
}
