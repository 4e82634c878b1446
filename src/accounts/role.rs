//! What a person may.

use crate::error::Error;
use crate::id::ProviderId;

/// What a person may: work in the back office, or act as one provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Admin,
    Provider(ProviderId),
}

impl Role {
    /// What the columns of a person say. `None` for a role that this program does not know, say of a newer one that runs
    /// beside it: who has that may do nothing here.
    pub(super) fn read(role: &str, provider: Option<ProviderId>) -> Option<Self> {
        match (role, provider) {
            ("admin", None) => Some(Self::Admin),
            ("provider", Some(provider)) => Some(Self::Provider(provider)),
            _ => None,
        }
    }

    /// As it is kept: the role, and whom it acts for.
    pub(super) fn kept(self) -> (&'static str, Option<ProviderId>) {
        match self {
            Self::Admin => ("admin", None),
            Self::Provider(provider) => ("provider", Some(provider)),
        }
    }
}

/// The refusal for a role that is not known.
pub(super) fn not_permitted() -> Error {
    Error::forbidden("not_permitted", "Your role may do nothing here; ask the operator.")
}
