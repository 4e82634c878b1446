//! One error for every storey, in the words of the domain. The door renders it; what is behind knows nothing of status
//! codes.

use std::borrow::Cow;

/// What everything answers that can go wrong.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong, as the caller has to know it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No identity, or one that is dead.
    #[error("no valid identity")]
    Unauthenticated,
    /// This identity may not: a stable `code` and what to do.
    #[error("{code}: {detail}")]
    Forbidden {
        /// Stable, for machines.
        code: &'static str,
        /// For people.
        detail: Cow<'static, str>,
    },
    /// Not there or not yours; the two look the same. Holds the noun ("lead").
    #[error("{0} not found")]
    NotFound(&'static str),
    /// The state of things does not allow it.
    #[error("{code}: {detail}")]
    Conflict {
        /// Stable, for machines.
        code: &'static str,
        /// For people.
        detail: Cow<'static, str>,
        /// How the thing stands now that it is about, where a word for that helps the caller.
        state: Option<&'static str>,
    },
    /// Input that was understood and is not valid.
    #[error("invalid input: {0:?}")]
    Invalid(Vec<Invalid>),
    /// More than is allowed.
    #[error("{code}: {detail}")]
    TooMany {
        /// Stable, for machines.
        code: &'static str,
        /// For people.
        detail: Cow<'static, str>,
        /// In whole seconds.
        retry_after: u64,
    },
    /// Was there, and has ended.
    #[error("gone: {0}")]
    Gone(&'static str),
    /// A dependency is down or overloaded; trying again later is right. The text is for the log.
    #[error("unavailable: {0}")]
    Unavailable(Cow<'static, str>),
    /// Another unit got in between; the unit of work runs again. Never reaches who asked for it.
    #[error("raced by another unit")]
    Raced,
    /// A defect of ours: logged once, never shown.
    #[error("internal: {0}")]
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

/// One thing that is wrong with the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// Where it stands.
    pub at: At,
    /// Stable, for machines: `required`, `unknown_field`, `too_short`, …
    pub code: &'static str,
    /// For people: what is wrong and what would be right.
    pub detail: Cow<'static, str>,
}

/// Where the input is wrong. Path and query answer 400, a body answers 422.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At {
    /// A JSON pointer into the body: `#/rejection_reason`.
    Pointer(Cow<'static, str>),
    /// A parameter of the query or the path: `page`.
    Parameter(Cow<'static, str>),
}

impl Error {
    /// A single invalid field of the body, named without the `#/`.
    pub fn field(name: &'static str, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::Invalid(vec![Invalid::field(name, code, detail)])
    }

    /// A single invalid parameter of the query or the path.
    pub fn parameter(name: &'static str, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::Invalid(vec![Invalid { at: At::Parameter(name.into()), code, detail: detail.into() }])
    }

    /// The state of things does not allow it.
    pub fn conflict(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::Conflict { code, detail: detail.into(), state: None }
    }

    /// This identity may not.
    pub fn forbidden(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::Forbidden { code, detail: detail.into() }
    }

    /// A defect of ours.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }
}

impl Invalid {
    /// A field of the body, named without the `#/`.
    pub fn field(name: &str, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { at: At::Pointer(format!("#/{name}").into()), code, detail: detail.into() }
    }

    /// A parameter of the query or the path.
    pub fn parameter(name: &str, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { at: At::Parameter(name.to_owned().into()), code, detail: detail.into() }
    }
}
