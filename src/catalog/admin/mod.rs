//! The catalog's doors in the back office.

mod fields;
mod levels;
mod niches;
mod subscriptions;

use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().merge(niches::routes()).merge(levels::routes()).merge(subscriptions::routes())
}
