//! Files that the storage has lost: their exports say so, and can be made again at no cost.

use serde_json::json;

use super::{Asked, Export, Outlived, enqueue, expire, export, store};
use crate::audit::{self, Action, Actor, Entity};
use crate::db::{Read, Tx};
use crate::error::{Error, Result};
use crate::id::{ExportId, ProviderId};

pub use store::Kept;

/// The files that the storage must have.
pub fn kept_files(read: &mut Read) -> Result<Vec<Kept>> {
    store::all_kept(read)
}

/// Notes whether the file of a ready export is there; nothing where it has none of this name any more.
pub fn note(tx: &mut Tx, id: ExportId, file: &str, missing: bool) -> Result<()> {
    store::note_missing(tx, id, file, missing)
}

/// Queues an export whose `file` is lost once more, as a new one: the same filters at the same moments in time, under the
/// limit of then, `matching` of now. The loss is ours, so it counts against no day. The old one's file is given up, which
/// happens once.
///
/// # Errors
/// `Conflict` `file_not_missing`.
pub fn again(tx: &mut Tx, provider: ProviderId, old: &Export, file: &str, matching: i64) -> Result<Export> {
    if !expire(tx, &Outlived { id: old.id, file: file.to_owned() })? {
        return Err(not_missing());
    }
    queue_again(tx, provider, old, &Asked::as_before(old), matching)
}

/// A new export in place of the old one, which counts against no day.
pub(super) fn queue_again(
    tx: &mut Tx,
    provider: ProviderId,
    old: &Export,
    asked: &Asked,
    matching: i64,
) -> Result<Export> {
    let id = ExportId::new(tx.now());
    store::insert(tx, id, provider, asked, matching, None)?;
    enqueue(tx, id)?;
    let details = json!({ "format": old.format, "preset": old.preset, "matching_rows": matching,
                          "searched": old.search.is_some(), "again": old.id });
    let (actor, entity) = (Actor::Provider(provider), Entity::Export(id));
    audit::record(tx, actor, Action::LeadExportRequested, entity, Some(details))?;
    export(tx, provider, id)
}

pub fn not_missing() -> Error {
    Error::conflict("file_not_missing", "only an export whose file is lost is made again; ask for a new one")
}
