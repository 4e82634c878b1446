//! A mail that is not to go any more.

use uuid::Uuid;

use super::{Reason, Template, store};
use crate::db::Tx;
use crate::error::Result;
use crate::id::MailId;
use crate::queue;

/// What this mail would tell was taken back: where it has not gone yet, it does not go.
pub fn withdraw(tx: &mut Tx, template: Template, subject: Uuid, round: i64) -> Result<()> {
    match store::queued(tx, template, subject, round)? {
        Some(mail) => stop(tx, mail, Reason::DecisionUndone),
        None => Ok(()),
    }
}

/// What a reader of the back office is told of mails that were held back.
const HELD_BACK: &str = "the database was restored from a backup: this mail may have been sent after that was taken";

/// The database is that of an earlier moment: what was to be sent then may have gone since, and does not go by itself. A
/// person may have each of them sent by `retry`. How many.
pub fn hold_back(tx: &mut Tx) -> Result<u64> {
    let held = store::bury_queued(tx, HELD_BACK)?;
    queue::bury_all(tx, super::SEND, HELD_BACK)?;
    queue::bury_all(tx, super::SEND_ALL, HELD_BACK)?;
    Ok(held)
}

/// Suppresses a queued mail, and ends its job.
pub(super) fn stop(tx: &mut Tx, mail: MailId, reason: Reason) -> Result<()> {
    store::suppress(tx, mail, reason)?;
    queue::finish_queued(tx, &[super::job_of(mail)])?;
    // What it was to take along is about other leads, and goes on its own.
    let others: Vec<_> = store::release(tx, mail)?.into_iter().map(super::job_of).collect();
    queue::redo(tx, &others)
}
