//! Ids: UUIDv7 from our clock, a newtype each, written in canonical lower case and read in no other form.

use std::sync::Mutex;

use uuid::{ContextV7, Timestamp as UuidTime, Uuid};

use crate::clock::Timestamp;

/// Makes ids that grow: within one process a later id is a greater id, also within the same millisecond.
static ORDER: Mutex<ContextV7> = Mutex::new(ContextV7::new());

/// A new UUIDv7 of the moment `now`.
pub fn new_uuid(now: Timestamp) -> Uuid {
    let micros = u64::try_from(now.as_micros()).unwrap_or(0);
    let nanos = u32::try_from(micros % 1_000_000).unwrap_or(0) * 1000;
    let order = ORDER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    Uuid::new_v7(UuidTime::from_unix(&*order, micros / 1_000_000, nanos))
}

/// The lowest UUIDv7 of the moment `at`: every id made at `at` or later is above it.
pub fn oldest_uuid(at: Timestamp) -> Uuid {
    let millis = u64::try_from(at.as_micros() / 1000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid()
}

/// Reads the canonical form only: 36 characters, lower case. Braces, `urn:uuid:`, upper case: `None`.
pub fn parse_uuid(text: &str) -> Option<Uuid> {
    let canonical = text.len() == 36 && !text.bytes().any(|b| b.is_ascii_uppercase());
    canonical.then(|| Uuid::try_parse(text).ok()).flatten()
}

/// What every id newtype can: go to and from the UUID it wraps.
pub trait Id: Copy + Send + Sync + 'static {
    fn from_uuid(id: Uuid) -> Self;
    fn uuid(self) -> Uuid;
}

/// An id of no matter what.
impl Id for Uuid {
    fn from_uuid(id: Uuid) -> Self {
        id
    }

    fn uuid(self) -> Uuid {
        self
    }
}

/// Hands the names of all id newtypes to a macro, so that another kit can give each the same trait.
macro_rules! for_each_id {
    ($with:ident) => {
        $with! {
            ProviderId
            UserId
            TokenId
            NicheId
            CompetitionLevelId
            SubscriptionId
            SourceId
            LeadId
            AssignmentId
            LedgerEntryId
            AuditEntryId
            AttemptId
            JobId
            MailId
            ExportId
        }
    };
}
pub(crate) use for_each_id;

macro_rules! declare {
    ($($name:ident)*) => {$(
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id of the moment `now`.
            pub fn new(now: Timestamp) -> Self {
                Self(new_uuid(now))
            }
        }

        impl Id for $name {
            fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.0.hyphenated().encode_lower(&mut [0; uuid::fmt::Hyphenated::LENGTH]))
            }
        }
    )*};
}

for_each_id!(declare);
