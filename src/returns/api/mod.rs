//! The doors of the provider's API to its returns.

mod appeal;
pub(super) mod attempts;
mod length;
mod returned;

pub use length::{MAX_RAW, wrong_length};
pub use returned::ReturnOut;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{AttemptKind, AttemptResult};
use crate::app::App;
use crate::document_words;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(appeal::appeal))
        .routes(routes!(attempts::list, attempts::create))
        .merge(super::admin::routes())
}

document_words!(AttemptKind as "AttemptKind", "How the person was contacted");

document_words!(AttemptResult as "AttemptResult", "The outcome");
