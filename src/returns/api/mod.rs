//! The doors of the provider's API to its returns.

mod appeal;
pub(super) mod attempts;
mod returned;

pub use returned::ReturnOut;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{AttemptKind, AttemptResult};
use crate::app::App;
use crate::document_words;
use crate::error::Error;

/// Longer than any text that composing and trimming could make short enough.
pub const MAX_RAW: usize = 10_000;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(appeal::appeal))
        .routes(routes!(attempts::list, attempts::create))
        .merge(super::admin::routes())
}

/// A text that has this many characters, which are too few or too many.
pub fn wrong_length(field: &'static str, allowed: &std::ops::RangeInclusive<usize>, chars: usize) -> Error {
    let (least, most) = (allowed.start(), allowed.end());
    let code = if chars < *least { "too_short" } else { "too_long" };
    Error::field(field, code, format!("{field} must have {least} to {most} characters that show, and has {chars}"))
}

document_words!(AttemptKind as "AttemptKind", "By what way");

document_words!(AttemptResult as "AttemptResult", "What came of it");
