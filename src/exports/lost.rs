//! Files that the storage has lost: their exports say so, and can be made again at no cost.

use super::remake;
use super::request::ExportRequest;
use super::steps::{expire, queue_again};
use super::store::{self, Export, Outlived};
use crate::db::{Lane, Read, Unit};
use crate::error::{Error, Result};
use crate::id::{ExportId, Id};

pub use store::Kept;

/// The files that the storage must have.
pub fn kept_files(read: &mut Read) -> Result<Vec<Kept>> {
    store::all_kept(read)
}

/// Notes whether the file of a ready export is there; nothing where it has none of this name any more.
pub fn note(id: ExportId, file: String, missing: bool) -> impl Unit<()> {
    Lane::of(id.uuid()).unit(move |tx| store::note_missing(tx, id, &file, missing))
}

/// Queues an export whose `file` is lost once more, as a new one: the same filters at the same moments in time, under the
/// limit of then, `matching` of now. The loss is ours, so it counts against no day. The old one's file is given up, which
/// happens once. One that is being made again anyway is answered as it is.
///
/// # Errors
/// `Conflict` `file_not_missing`.
pub fn again(old: Export, file: Option<String>, matching: i64) -> impl Unit<Export> {
    let provider = old.provider_id;
    Lane::of(provider.uuid()).unit(move |tx| {
        if let Some(export) = remake::asked_for(tx, provider, old.id, matching)? {
            return Ok(export);
        }
        let file = file.clone().ok_or_else(not_missing)?;
        if !expire(tx, &Outlived { id: old.id, file })? {
            return Err(not_missing());
        }
        queue_again(tx, provider, &old, &ExportRequest::as_before(&old), matching)
    })
}

/// Gives up a file that nobody will find: its export is over, and can be asked for again. `false` where it was over before.
pub fn give_up_lost(id: ExportId, file: String) -> impl Unit<bool> {
    let lost = Outlived { id, file };
    Lane::of(id.uuid()).unit(move |tx| expire(tx, &lost))
}

fn not_missing() -> Error {
    Error::conflict("file_not_missing", "only an export whose file is lost is made again; ask for a new one")
}
