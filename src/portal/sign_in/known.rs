//! A browser in which a person has signed in before. It lets nobody in, and says nothing but that: its tries are counted apart
//! from those of its address, so that nobody beside it (in the same office, or behind a proxy that was not named) uses up what
//! its person has.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::error::Result;
use crate::http::cookie;
use crate::http::seal::Seals;
use crate::id;
use crate::portal::cookies::BROWSER;

/// From the last time that the person signed in.
const LIFE: Duration = Duration::from_hours(365 * 24);

/// Which browser this is, where the person with this e-mail key signed in in it the last.
pub fn browser(seals: &Seals, headers: &HeaderMap, key: &str) -> Option<Uuid> {
    let content = seals.open(&scope(key), cookie::read(headers, BROWSER)?)?;
    Uuid::from_slice(&content).ok()
}

/// What the browser keeps once this person has signed in.
pub fn keeps(seals: &Seals, key: &str, now: Timestamp) -> Result<HeaderValue> {
    let browser = seals.seal(&scope(key), id::new_uuid(now).as_bytes());
    cookie::set(BROWSER, &browser, Some(LIFE))
}

fn scope(key: &str) -> String {
    format!("browser of {key}")
}
