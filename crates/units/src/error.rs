//! What a database says, sorted into what the caller has to know: run again, come back later, or a defect of ours.

use std::fmt;

use ground::error::Error;

/// A database error that is a defect: a broken constraint, a row that does not decode, a statement that is wrong.
///
/// Holds no value of any row, so that it can be logged.
#[derive(Debug)]
pub struct DbError {
    /// What is wrong.
    pub kind: Kind,
    /// SQLSTATE, or SQLite's extended result code.
    pub code: String,
    /// The constraint or index that refused, where the engine names it.
    pub constraint: Option<String>,
    message: String,
    sql: String,
}

/// What is wrong with a statement, a row or a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A unique index or a primary key.
    Unique,
    /// A row refers to one that is not there, or is referred to.
    ForeignKey,
    /// A check constraint.
    Check,
    /// A column that must not be NULL.
    NotNull,
    /// A unit that may only read tried to write.
    ReadOnly,
    /// More or fewer rows than the caller said there would be.
    Rows,
    /// A parameter that the statement cannot take.
    Encode,
    /// A column that the row's type cannot take.
    Decode,
    /// A unit went on after a database error, as if nothing had happened.
    Swallowed,
    /// Something else.
    Other,
}

/// What a failed statement means for the unit it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Deadlock, serialization failure, a lock not got in time: the same unit may well succeed now.
    Retry,
    /// The connection is gone, and with it the transaction.
    Lost,
    /// The unit's time is up.
    Late,
    /// The database cannot do it now: disk full, read-only, an I/O error.
    Down,
    /// A defect.
    Defect,
}

/// A failed statement: what it means, and what the unit is told.
#[derive(Debug)]
pub(super) struct Failure {
    pub fault: Fault,
    pub error: Error,
}

/// How a transaction ended.
pub(super) enum Committed {
    Yes,
    /// Certainly not.
    No(Failure),
    /// The connection broke while the database was at it: nobody here knows.
    Unknown(Failure),
}

impl DbError {
    pub(super) fn new(kind: Kind, message: String) -> Self {
        Self { kind, code: String::new(), constraint: None, message, sql: String::new() }
    }

    pub(super) fn coded(kind: Kind, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind, code: code.into(), constraint: None, message: message.into(), sql: String::new() }
    }

    /// The statement's text is kept for the log; it holds no values, those are bound.
    pub(super) fn during(mut self, sql: &str) -> Self {
        self.sql = sql.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect();
        self
    }
}

impl fmt::Display for DbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.message)?;
        if !self.code.is_empty() {
            write!(f, " [{}]", self.code)?;
        }
        if let Some(constraint) = &self.constraint {
            write!(f, " (constraint {constraint})")?;
        }
        if !self.sql.is_empty() {
            write!(f, " in: {}", self.sql)?;
        }
        Ok(())
    }
}

impl std::error::Error for DbError {}

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        Self::internal(error)
    }
}

impl Failure {
    pub fn defect(error: DbError) -> Self {
        Self { fault: Fault::Defect, error: error.into() }
    }

    pub fn retry() -> Self {
        Self { fault: Fault::Retry, error: Error::Raced }
    }

    pub fn lost(why: impl fmt::Display) -> Self {
        Self::unavailable(Fault::Lost, format!("database connection lost: {why}"))
    }

    pub fn down(why: impl fmt::Display) -> Self {
        Self::unavailable(Fault::Down, format!("database: {why}"))
    }

    pub fn late() -> Self {
        Self::unavailable(Fault::Late, "the unit's time is up")
    }

    fn unavailable(fault: Fault, why: impl Into<std::borrow::Cow<'static, str>>) -> Self {
        Self { fault, error: Error::Unavailable(why.into()) }
    }
}
