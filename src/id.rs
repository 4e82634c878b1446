//! The ids of all that the product keeps, a newtype each.

use uuid::Uuid;

pub use ground::id::{Id, new_uuid, oldest_uuid, parse_uuid};
pub use jobs::JobId;

use crate::clock::Timestamp;

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
            MailId
            ExportId
            RefusedPostId
            SuppressionId
            ErasureId
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

        impl units::Param for $name {
            #[inline]
            fn value(&self) -> units::Value<'_> {
                units::Value::Uuid(self.0)
            }
        }

        impl units::Column for $name {
            #[inline]
            fn decode(cell: &units::Cell<'_>) -> crate::error::Result<Self> {
                <Uuid as units::Column>::decode(cell).map(Self)
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
