//! `leadhouse verify`: recomputes every invariant over the whole database, in one snapshot, beside live nodes. The same
//! check ends every test.
//!
//! An invariant is a statement that finds what breaks it, the same text on both engines; what SQL can't tell (calendars,
//! JSON) is code. Constraints hold most of it while the database is in order; this is for when it isn't.

mod assignments;
mod audit;
mod distribution;
mod exports;
mod leads;
mod ledger;
mod outbox;
mod queue;
mod returns;
mod traces;

use std::borrow::Cow;
use std::fmt;
use std::process::ExitCode;

use uuid::Uuid;

use super::{Outcome, print, say, start};
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::{Db, Engine, Read};
use crate::error::{Error, Result};
use crate::files::Files;

/// More of one kind are counted, not listed.
const LISTED: usize = 20;

/// Something that must be true, and how to find where it isn't.
struct Invariant {
    /// What is true when all is well.
    name: &'static str,
    look: Look,
}

/// What violates an invariant: its id, and what is wrong with it.
type Found = Vec<(Uuid, String)>;

/// A statement finds one row for each violation. Code gives the same.
enum Look {
    Sql(Cow<'static, str>),
    Code(fn(&mut Read) -> Result<Found>),
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
    const fn sql(name: &'static str, sql: &'static str) -> Self {
        Self { name, look: Look::Sql(Cow::Borrowed(sql)) }
    }

    const fn made(name: &'static str, sql: String) -> Self {
        Self { name, look: Look::Sql(Cow::Owned(sql)) }
    }

    const fn code(name: &'static str, look: fn(&mut Read) -> Result<Found>) -> Self {
        Self { name, look: Look::Code(look) }
    }

    fn violations(&self, read: &mut Read) -> Result<Vec<Violation>> {
        let found: Found = match &self.look {
            Look::Sql(sql) => read.all(sql, &[])?,
            Look::Code(look) => look(read)?,
        };
        let violation = |(subject, detail)| Violation { invariant: self.name, subject, detail };
        Ok(found.into_iter().map(violation).collect())
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.invariant, self.subject, self.detail)
    }
}

pub use exports::files;

pub(super) async fn run(settings: Settings) -> Outcome {
    let db = start::database(&settings, &Clock::default()).await?;
    let checked = everything(&db, &settings).await;
    db.close().await;
    let violations = checked?;
    for group in violations.chunk_by(|a, b| a.invariant == b.invariant) {
        for violation in group.iter().take(LISTED) {
            print(&violation.to_string())?;
        }
        if let (Some(more @ 1..), Some(first)) = (group.len().checked_sub(LISTED), group.first()) {
            print(&format!("{}: {more} more", first.invariant))?;
        }
    }
    if violations.is_empty() {
        say(&format!("All {} invariants hold.", invariants().len() + 1));
        return Ok(ExitCode::SUCCESS);
    }
    say(&format!("{} violations.", violations.len()));
    Ok(ExitCode::FAILURE)
}

async fn everything(db: &Db, settings: &Settings) -> Result<Vec<Violation>> {
    let damaged = damage(db).await?;
    if !damaged.is_empty() {
        return Ok(damaged);
    }
    let files = Files::open(&settings.storage()).map_err(Error::internal)?;
    Ok([check(db).await?, exports::files(db, &files).await?].concat())
}

/// What is wrong with the file itself, where the database is one: then nothing else that is read from it can be believed.
async fn damage(db: &Db) -> Result<Vec<Violation>> {
    if db.engine() != Engine::Sqlite {
        return Ok(Vec::new());
    }
    let lines = db.background(|read| read.all::<(String,)>("PRAGMA integrity_check(20)", &[])).await?;
    let damage = |(detail,)| Violation { invariant: "the file is in order", subject: Uuid::nil(), detail };
    Ok(lines.into_iter().filter(|(line,)| line != "ok").map(damage).collect())
}

/// Looks at everything in the database, in one snapshot. Empty: all is well.
pub async fn check(db: &Db) -> Result<Vec<Violation>> {
    db.background(violations).await
}

/// What violates an invariant, as this unit sees the database.
pub fn violations(read: &mut Read) -> Result<Vec<Violation>> {
    let found = invariants().iter().map(|invariant| invariant.violations(read)).collect::<Result<Vec<_>>>()?;
    Ok(found.concat())
}

/// The names of all invariants.
pub fn names() -> Vec<&'static str> {
    invariants().iter().map(|invariant| invariant.name).collect()
}

fn invariants() -> Vec<Invariant> {
    let mut all = audit::invariants();
    all.extend(ledger::INVARIANTS);
    all.extend(assignments::INVARIANTS);
    all.extend(returns::INVARIANTS);
    all.extend(exports::INVARIANTS);
    all.extend(leads::INVARIANTS);
    all.extend(distribution::INVARIANTS);
    all.extend(traces::INVARIANTS);
    all.extend(queue::INVARIANTS);
    all.extend(outbox::INVARIANTS);
    all
}
