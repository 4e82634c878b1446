//! Pages and their files go over the wire compressed, where the browser can take them so; nothing else does. That a secret
//! could be guessed from how small a page becomes (BREACH) needs a stranger who has pages fetched with the reader's cookies:
//! they are `SameSite=Lax`, and tokens of forms look different each time.

use axum::http::{Extensions, HeaderMap, StatusCode, Version, header};
use tower_http::CompressionLevel;
use tower_http::compression::{CompressionLayer, Predicate};

/// What browsers get that is text.
const KINDS: &[&str] = &["text/html", "text/css", "text/javascript", "image/svg+xml"];

/// The layer. Fast rather than small: most of what there is to gain is gained at once.
pub fn compressed() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new().gzip(true).quality(CompressionLevel::Fastest).compress_when(is_for_browsers)
}

fn is_for_browsers(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    KINDS.iter().any(|known| kind.starts_with(known))
}
