//! What goes over the wire compressed, where the client takes gzip: pages, their files, and JSON that fills more than a
//! packet. An inbox page of 18 kB becomes 4 kB for 0.07 ms of a core, and a round trip less to a client far away. Never
//! event streams, which would wait in the compressor; nor downloads, which can be fetched in parts and whose hash is
//! known, and an XLSX is compressed already.
//!
//! That a secret could be guessed from how small an answer becomes (BREACH) needs a stranger who has answers fetched
//! with the reader's credentials and text of the stranger's in them. Cookies are `SameSite=Lax`, a token goes in no
//! request that a strange page can make, tokens of forms look different each time, and JSON holds a secret only in the
//! one answer to the POST that made it.

use axum::http::{Extensions, HeaderMap, StatusCode, Version, header};
use tower_http::CompressionLevel;
use tower_http::compression::predicate::SizeAbove;
use tower_http::compression::{CompressionLayer, Predicate};

/// What is text, and worth it.
const KINDS: &[&str] = &["text/html", "text/css", "text/javascript", "image/svg+xml", "application/json"];
/// What goes in one packet has nothing to gain, in bytes.
const PACKET: u64 = 1_400;

/// The layer. Fast rather than small: most of what there is to gain is gained at once.
pub fn compressed() -> CompressionLayer<impl Predicate> {
    let worth_it = SizeAbove::new(PACKET).and(is_text);
    CompressionLayer::new().gzip(true).quality(CompressionLevel::Fastest).compress_when(worth_it)
}

fn is_text(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    KINDS.iter().any(|known| kind.starts_with(known))
}
