//! `leadhouse verify`: recomputes every invariant over the whole database, beside live nodes, each in one snapshot. The
//! same check ends every test.
//!
//! An invariant is a statement that finds what breaks it, the same text on both engines; what SQL can't tell (calendars,
//! JSON) is code. Constraints hold most of it while the database is in order; this is for when it isn't.

mod accounts;
mod assignments;
mod audit;
mod distribution;
mod exports;
mod invariant;
mod keys;
mod leads;
mod ledger;
mod outbox;
mod persons;
mod queue;
mod returns;
mod traces;

pub use exports::files;
pub use invariant::Violation;

use std::process::ExitCode;

use uuid::Uuid;

use super::{Failure, Outcome, print, say, start};
use crate::clock::Clock;
use crate::config::{Settings, without_secrets};
use crate::db::{Db, Engine, Read};
use crate::error::{Error, Result};
use crate::files::Files;
use crate::zone;
use invariant::Invariant;

/// More of one kind are counted, not listed.
const LISTED: usize = 20;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Give up export files that are missing: their exports expire, and providers can ask for them again
    #[arg(long)]
    expire_missing: bool,
}

pub(super) async fn run(settings: Settings, args: Args) -> Outcome {
    let installation = start::existing(&settings).await?;
    let url = settings.database().map_err(Failure::new)?;
    // Where nobody says otherwise, the installation knows.
    let place = installation.files.filter(|_| !settings.says_storage()).unwrap_or_else(|| settings.storage());
    let db = start::database(&settings, &Clock::default()).await?;
    let checked = checked(&db, &place, args.expire_missing).await;
    db.close().await;
    let (violations, missing) = checked?;
    tell(&violations)?;
    if missing > 0 {
        print(&lost(missing, &place))?;
    }
    let zones = zone::rules().told();
    let looked = format!("Looked at {url} and the files in {}, {zones}.", without_secrets(&place));
    match violations.len() + missing {
        0 => say(&format!("All {} invariants hold. {looked}", invariants().len() + 1)),
        all => say(&format!("{all} violations. {looked}")),
    }
    Ok(if violations.is_empty() && missing == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What is wrong, and how many files are missing, unless they were to be given up.
async fn checked(db: &Db, place: &str, expire: bool) -> Result<(Vec<Violation>, usize)> {
    let (missing, others): (Vec<_>, Vec<_>) =
        everything(db, place).await?.into_iter().partition(|one| one.detail.ends_with(exports::MISSING));
    if !expire {
        return Ok((others, missing.len()));
    }
    let given_up = exports::expire(db, &missing).await?;
    say(&format!("Expired: {given_up} exports whose files were missing."));
    Ok((others, 0))
}

/// One line, however many they are: what is wrong is one thing.
fn lost(missing: usize, place: &str) -> String {
    let (files, are) = if missing == 1 { ("file", "is") } else { ("files", "are") };
    format!(
        "{missing} export {files} {are} missing in {}: copy them there from where they were, or name that place in \
         STORAGE_URL; leadhouse verify --expire-missing gives them up, and providers can ask for them again",
        without_secrets(place)
    )
}

fn tell(violations: &[Violation]) -> Result<(), Failure> {
    for group in violations.chunk_by(|a, b| a.invariant == b.invariant) {
        for violation in group.iter().take(LISTED) {
            print(&violation.to_string())?;
        }
        if let (Some(more @ 1..), Some(first)) = (group.len().checked_sub(LISTED), group.first()) {
            print(&format!("{}: {more} more", first.invariant))?;
        }
    }
    Ok(())
}

async fn everything(db: &Db, place: &str) -> Result<Vec<Violation>> {
    // At once, as far as there are threads: what was found in a damaged file is forgotten.
    let (damaged, found) = tokio::join!(damage(db), check(db));
    let damaged = damaged?;
    if !damaged.is_empty() {
        return Ok(damaged);
    }
    let files = match Files::there(place).map_err(|why| Error::Unavailable(why.into()))? {
        Some(files) => exports::files(db, &files).await?,
        None => exports::all_missing(db).await?,
    };
    Ok([found?, files].concat())
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

/// Looks at everything in the database, each invariant in one snapshot. Empty: all is well.
pub async fn check(db: &Db) -> Result<Vec<Violation>> {
    // Those that read all texts take as long as all others together.
    let (others, texts) = tokio::join!(
        db.background(|read| violate(read, &invariants_but_of_texts())),
        db.background(|read| violate(read, &keys::INVARIANTS)),
    );
    Ok([others?, texts?].concat())
}

/// What violates an invariant, as this unit sees the database.
pub fn violations(read: &mut Read) -> Result<Vec<Violation>> {
    violate(read, &invariants())
}

fn violate(read: &mut Read, these: &[Invariant]) -> Result<Vec<Violation>> {
    let found = these.iter().map(|invariant| invariant.violations(read)).collect::<Result<Vec<_>>>()?;
    Ok(found.concat())
}

/// The names of all invariants.
pub fn names() -> Vec<&'static str> {
    invariants().iter().map(|invariant| invariant.name).collect()
}

fn invariants() -> Vec<Invariant> {
    let mut all = invariants_but_of_texts();
    all.extend(keys::INVARIANTS);
    all
}

fn invariants_but_of_texts() -> Vec<Invariant> {
    let mut all = audit::invariants();
    all.extend(accounts::INVARIANTS);
    all.extend(ledger::INVARIANTS);
    all.extend(assignments::INVARIANTS);
    all.extend(returns::INVARIANTS);
    all.extend(exports::INVARIANTS);
    all.extend(leads::INVARIANTS);
    all.extend(persons::INVARIANTS);
    all.extend(distribution::INVARIANTS);
    all.extend(traces::INVARIANTS);
    all.extend(queue::INVARIANTS);
    all.extend(outbox::INVARIANTS);
    all
}
