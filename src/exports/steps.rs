//! Steps in an export's life that several verbs take.

use serde_json::json;

use super::request::ExportRequest;
use super::store::{self, Export, Outlived, State};
use crate::audit::{self, Action, Actor, Entity};
use crate::db::{Read, Tx};
use crate::error::{Error, Result};
use crate::id::{ExportId, Id, ProviderId};
use crate::queue::{self, NewJob};

/// A new export in place of the old one, which counts against no day.
pub(super) fn queue_again(
    tx: &mut Tx,
    provider: ProviderId,
    old: &Export,
    asked: &ExportRequest,
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

/// What holds requests for a provider's exports apart from an erasure.
pub(super) fn lock_key(provider: ProviderId) -> i64 {
    let (_, key) = provider.uuid().as_u64_pair();
    key.cast_signed()
}

/// The job that makes the file. Its payload names the export.
pub(super) const BUILD: &str = "exports.build";

/// The job that takes a file out of the storage which nobody may have any more. Its payload names the file.
pub(super) const DELETE_FILE: &str = "exports.delete_file";

/// With the queue's pauses, about an hour: whoever waits for a file should know by then.
pub(super) const ATTEMPTS: i64 = 8;

pub(super) fn enqueue(tx: &mut Tx, id: ExportId) -> Result<()> {
    let job = NewJob { max_attempts: ATTEMPTS, ..NewJob::now(BUILD, &json!({ "export": id }), tx) };
    queue::enqueue(tx, &job)
}

/// The provider's export.
///
/// # Errors
/// `NotFound` where there is none, or it is another's.
pub fn export(read: &mut Read, provider: ProviderId, id: ExportId) -> Result<Export> {
    store::of_provider(read, provider, id)?.ok_or(Error::NotFound("export"))
}

/// Gives a file up. `false` where it was given up before.
pub fn expire(tx: &mut Tx, export: &Outlived) -> Result<bool> {
    if !store::expire(tx, export.id)? {
        return Ok(false);
    }
    let payload = json!({ "file": export.file });
    queue::enqueue(tx, &NewJob::now(DELETE_FILE, &payload, tx).keyed(export.file.clone()))?;
    Ok(true)
}

pub(super) fn end(tx: &mut Tx, id: ExportId, state: State, error: Option<&str>) -> Result<bool> {
    store::end(tx, id, state, error)
}
