//! Something that must be true, and what breaks it.

use std::borrow::Cow;
use std::fmt;
use std::time::Instant;

use uuid::Uuid;

use crate::db::Read;
use crate::error::Result;

/// Something that must be true, and how to find where it isn't.
pub(super) struct Invariant {
    /// What is true when all is well.
    pub name: &'static str,
    look: Look,
}

/// What violates an invariant: its id, and what is wrong with it.
pub(super) type Violating = Vec<(Uuid, String)>;

/// A statement finds one row for each violation. Code gives the same.
enum Look {
    Sql(Cow<'static, str>),
    Code(fn(&mut Read) -> Result<Violating>),
}

/// An invariant that does not hold, and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    pub invariant: &'static str,
    /// The lead, assignment, provider, job … that is wrong.
    pub subject: Uuid,
    pub detail: String,
}

impl Invariant {
    pub const fn sql(name: &'static str, sql: &'static str) -> Self {
        Self { name, look: Look::Sql(Cow::Borrowed(sql)) }
    }

    pub const fn made(name: &'static str, sql: String) -> Self {
        Self { name, look: Look::Sql(Cow::Owned(sql)) }
    }

    pub const fn code(name: &'static str, look: fn(&mut Read) -> Result<Violating>) -> Self {
        Self { name, look: Look::Code(look) }
    }

    pub fn violations(&self, read: &mut Read) -> Result<Vec<Violation>> {
        let began = Instant::now();
        let found: Violating = match &self.look {
            Look::Sql(sql) => read.all(sql, &[])?,
            Look::Code(look) => look(read)?,
        };
        tracing::debug!(ms = began.elapsed().as_millis(), "{}", self.name);
        let violation = |(subject, detail)| Violation { invariant: self.name, subject, detail };
        Ok(found.into_iter().map(violation).collect())
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.invariant, self.subject, self.detail)
    }
}
