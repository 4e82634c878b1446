//! The statements on `contact_attempts`.

use crate::clock::Timestamp;
use crate::db::sql::Conditions;
use crate::db::{Read, Tx, params, row, text_enum};
use crate::error::Result;
use crate::id::{AssignmentId, AttemptId, ProviderId};

text_enum! {
    /// By what way.
    pub enum AttemptKind {
        Call = "call",
        Text = "text",
        Mail = "mail",
    }
}

text_enum! {
    /// What came of it.
    pub enum AttemptResult {
        Reached = "reached",
        NoAnswer = "no_answer",
        WrongNumber = "wrong_number",
        Bounced = "bounced",
        Other = "other",
    }
}

row! {
    /// One try to reach somebody.
    #[derive(Debug, Clone)]
    pub struct Attempt {
        pub id: AttemptId,
        pub kind: AttemptKind,
        pub at: Timestamp,
        pub result: AttemptResult,
        pub note: Option<String>,
        pub created_at: Timestamp,
    }
}

const COUNT: &str = "SELECT count(*) FROM contact_attempts WHERE assignment_id = $1";

const FORGET: &str = "
    UPDATE contact_attempts SET note = CASE WHEN note IS NULL THEN NULL ELSE '[erased]' END
     WHERE assignment_id = $1";

pub(super) fn statements() -> Vec<(String, String)> {
    [("count attempts", COUNT), ("forget attempts", FORGET)].map(|(name, sql)| (name.to_owned(), sql.to_owned())).into()
}

pub fn count_attempts(read: &mut Read, assignment: AssignmentId) -> Result<i64> {
    let (count,): (i64,) = read.one(COUNT, params![assignment])?;
    Ok(count)
}

pub fn insert_attempt(tx: &mut Tx, provider: ProviderId, assignment: AssignmentId, new: &Attempt) -> Result<()> {
    tx.execute_later(
        "INSERT INTO contact_attempts (id, assignment_id, provider_id, kind, at, result, note, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![new.id, assignment, provider, new.kind, new.at, new.result, new.note, new.created_at],
    )
}

/// The last recorded first: those before `before`, at most `limit`.
pub fn attempts(
    read: &mut Read,
    provider: ProviderId,
    assignment: AssignmentId,
    before: Option<AttemptId>,
    limit: i64,
) -> Result<Vec<Attempt>> {
    let mut only = Conditions::default();
    only.and("assignment_id =", &assignment);
    only.and("provider_id =", &provider);
    only.and_some("id <", &before);
    let limit = only.bind(&limit);
    let sql = format!(
        "SELECT id, kind, at, result, note, created_at FROM contact_attempts{} ORDER BY id DESC LIMIT ${limit}",
        only.sql()
    );
    read.all(&sql, only.params())
}

pub(super) fn forget(tx: &mut Tx, assignment: AssignmentId) -> Result<()> {
    tx.execute(FORGET, params![assignment])?;
    Ok(())
}
