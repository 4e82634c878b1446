//! What a job is called.

use ground::clock::Timestamp;
use ground::error::Result;
use ground::id::{Id, new_uuid};
use units::{Cell, Column, Param, Value};
use uuid::Uuid;

/// The id of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub Uuid);

impl JobId {
    /// A new id of the moment `now`.
    pub fn new(now: Timestamp) -> Self {
        Self(new_uuid(now))
    }
}

impl Id for JobId {
    #[inline]
    fn from_uuid(id: Uuid) -> Self {
        Self(id)
    }

    #[inline]
    fn uuid(self) -> Uuid {
        self.0
    }
}

impl Param for JobId {
    #[inline]
    fn value(&self) -> Value<'_> {
        Value::Uuid(self.0)
    }
}

impl Column for JobId {
    #[inline]
    fn decode(cell: &Cell<'_>) -> Result<Self> {
        Uuid::decode(cell).map(Self)
    }
}

impl std::fmt::Display for JobId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl serde::Serialize for JobId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.hyphenated().encode_lower(&mut [0; uuid::fmt::Hyphenated::LENGTH]))
    }
}
