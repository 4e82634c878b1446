//! Requests that no person has made yet.

use axum::http::HeaderMap;

/// Whether a browser or a mail program fetches this ahead of a person who may never look.
pub fn is_prefetch(headers: &HeaderMap) -> bool {
    let says_so = |value: &str| ["prefetch", "prerender", "preview"].iter().any(|word| value.contains(word));
    ["sec-purpose", "purpose", "x-purpose", "x-moz"]
        .into_iter()
        .flat_map(|name| headers.get_all(name))
        .any(|value| value.to_str().is_ok_and(|value| says_so(&value.to_ascii_lowercase())))
}
