//! Where an assignment stands, and how a provider names one.

use uuid::Uuid;

use crate::db::{Param, Value, text_enum};
use crate::id::Id;

text_enum! {
    /// Where an assignment stands.
    pub enum Status {
        Active = "active",
        Accepted = "accepted",
        Rejected = "rejected",
        Refunded = "refunded",
    }
}

/// How a provider names a lead it holds: by the lead's id, or by its assignment's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LeadRef(pub Uuid);

impl Id for LeadRef {
    fn from_uuid(id: Uuid) -> Self {
        Self(id)
    }

    fn uuid(self) -> Uuid {
        self.0
    }
}

impl Param for LeadRef {
    fn value(&self) -> Value<'_> {
        Value::Uuid(self.0)
    }
}
