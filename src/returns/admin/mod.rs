//! The back office's doors: returns to decide on, and the policy.

mod cases;
mod policy;

use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().merge(cases::routes()).merge(policy::routes())
}
