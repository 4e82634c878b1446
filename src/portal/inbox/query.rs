//! Paths of the inbox, and numbers in it.

use std::fmt::Write;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::assignments::Filter;
use crate::http::Given;
use crate::portal::words;

pub(super) fn said(n: i64) -> String {
    words::count(n.unsigned_abs())
}

/// The query that is in force, each part with an `&` after it, but for `without`; the status as it is meant.
pub(super) fn query(filter: &Filter, given: &Given, without: &[&str]) -> String {
    let mut query = String::new();
    if let Some(status) = filter.status {
        let _ = write!(query, "status={status}&");
    }
    for name in given.names().filter(|name| !without.contains(name) && *name != "status") {
        let _ = write!(query, "{name}={}&", utf8_percent_encode(given.text(name), NON_ALPHANUMERIC));
    }
    query
}
