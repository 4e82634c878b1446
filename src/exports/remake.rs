//! Files that are made again, without a person who was erased: of the same leads, under the same id and link. Until then
//! nobody gets the old one.

use std::time::Duration;

use serde_json::json;

use super::request::ExportRequest;
use super::steps::{ATTEMPTS, BUILD, DELETE_FILE, expire, export, queue_again};
use super::store::{self, Export, Outlived, State};
use crate::audit::{self, Action, Actor, Entity};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::id::{ExportId, ProviderId};
use crate::queue::{self, NewJob};

/// One who erases many people in a row has the files made again once.
const GATHER: Duration = Duration::from_secs(3);

/// The export's file is not given any more, and is made again; `false` where there is none.
pub(super) fn begin_again(tx: &mut Tx, id: ExportId) -> Result<bool> {
    let Some(kept) = store::kept_now(tx, id)? else { return Ok(false) };
    if !store::remake(tx, id, &kept)? {
        return Err(Error::Raced);
    }
    if !kept.again {
        store::take_room(tx, -kept.size_bytes)?;
        let file = json!({ "file": kept.file });
        queue::enqueue(tx, &NewJob::now(DELETE_FILE, &file, tx).keyed(kept.file))?;
    }
    let job = NewJob {
        max_attempts: ATTEMPTS,
        run_at: tx.now().plus(GATHER),
        ..NewJob::now(BUILD, &json!({ "export": id }), tx)
    };
    queue::enqueue(tx, &job.keyed(id.to_string()))?;
    Ok(true)
}

/// It can't be made again: the export is over, and counts against no day. `false` where it is not being made again.
pub(super) fn give_up(tx: &mut Tx, id: ExportId) -> Result<bool> {
    let Some(kept) = store::kept_now(tx, id)?.filter(|kept| kept.again) else { return Ok(false) };
    expire(tx, &Outlived { id, file: kept.file })?;
    free(tx, id)?;
    Ok(true)
}

/// An export that is over counts against no day.
pub(super) fn free(tx: &mut Tx, id: ExportId) -> Result<()> {
    store::give_up(tx, id)
}

/// Its file is there again.
pub(super) fn done(tx: &mut Tx, id: ExportId, details: serde_json::Value) -> Result<()> {
    audit::record(tx, Actor::System, Action::LeadExportRemade, Entity::Export(id), Some(details))
}

/// What asking for it again comes to, where it is being made again anyway, or could not be. `None`: neither.
pub(super) fn asked_for(tx: &mut Tx, provider: ProviderId, old: ExportId, matching: i64) -> Result<Option<Export>> {
    let found = export(tx, provider, old)?;
    if found.data_until.is_some() && matches!(found.state, State::Queued | State::Running) {
        return Ok(Some(found));
    }
    if !store::asked_once_more(tx, old)? {
        return Ok(None);
    }
    queue_again(tx, provider, &found, &ExportRequest::as_before(&found), matching).map(Some)
}
