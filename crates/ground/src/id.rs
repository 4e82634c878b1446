//! Ids: UUIDv7 from our clock, written in canonical lower case and read in no other form.

use std::sync::Mutex;

use uuid::{ContextV7, Timestamp as UuidTime, Uuid};

use crate::clock::Timestamp;

/// What every id newtype can: go to and from the UUID it wraps.
pub trait Id: Copy + Send + Sync + 'static {
    /// The id that wraps this UUID.
    fn from_uuid(id: Uuid) -> Self;
    /// The UUID it wraps.
    fn uuid(self) -> Uuid;
}

/// An id of no matter what.
impl Id for Uuid {
    #[inline]
    fn from_uuid(id: Uuid) -> Self {
        id
    }

    #[inline]
    fn uuid(self) -> Uuid {
        self
    }
}

/// Makes ids that grow: within one process a later id is a greater id, also within the same millisecond.
static ORDER: Mutex<ContextV7> = Mutex::new(ContextV7::new());

/// A new UUIDv7 of the moment `now`.
#[inline]
pub fn new_uuid(now: Timestamp) -> Uuid {
    let micros = u64::try_from(now.as_micros()).unwrap_or(0);
    let nanos = u32::try_from(micros % 1_000_000).unwrap_or(0) * 1000;
    let order = ORDER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    Uuid::new_v7(UuidTime::from_unix(&*order, micros / 1_000_000, nanos))
}

/// The lowest UUIDv7 of the moment `at`: every id made at `at` or later is above it.
#[inline]
pub fn oldest_uuid(at: Timestamp) -> Uuid {
    let millis = u64::try_from(at.as_micros() / 1000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid()
}

/// Reads the canonical form only: 36 characters, lower case. Braces, `urn:uuid:`, upper case: `None`.
#[inline]
pub fn parse_uuid(text: &str) -> Option<Uuid> {
    let canonical = text.len() == 36 && !text.bytes().any(|b| b.is_ascii_uppercase());
    canonical.then(|| Uuid::try_parse(text).ok()).flatten()
}
