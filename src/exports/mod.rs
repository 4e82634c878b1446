//! A provider's leads as a file: asked for, made by the worker, fetched by a link or by who one is. Owns `exports` and
//! `export_room`.
//!
//! Invariants: what is `ready` has a file of the recorded size and digest, and nothing else has one that can be reached;
//! a file holds one moment of the data, at most `max_rows` rows, the newest; an export that counts against a day took its
//! place in the transaction that queued it, and gives it back when it fails or is cancelled.

mod api;
mod budget;
mod build;
mod erasure;
pub mod jobs;
mod lost;
mod mails;
mod pages;
mod quota;
mod remake;
mod request;
mod sheet;
mod steps;
mod store;

pub use api::{Lost, routes, serve};
pub use budget::Budget;
pub use erasure::forget;
pub use lost::give_up_lost;
pub use quota::taken_today;
pub use request::{AsSent, ExportRequest};
pub use sheet::{harmless, local_time};
pub use steps::{expire, export};
pub use store::{Export, Format, Made, Outlived, Preset, State};

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::accounts::{self, Provider};
use crate::audit::{self, Action, Actor, Entity};
use crate::db::{Lane, Read, Tx, Unit};
use crate::error::{Error, Result};
use crate::id::{ExportId, Id, ProviderId};
use steps::{end, enqueue, lock_key};

/// Queues an export, if the provider's day has one left; `per_day` is how many it has. Its filters match `matching` leads:
/// counted before, since on SQLite every other write waits for this unit.
///
/// # Errors
/// `TooMany` `export_quota_exceeded`, mostly until the provider's next midnight.
pub fn request(provider: Arc<Provider>, asked: ExportRequest, matching: i64, per_day: i64) -> impl Unit<Export> {
    Lane::of(provider.id.uuid()).unit(move |tx| {
        tx.lock(&[lock_key(provider.id)])?;
        let day = quota::take(tx, &provider, per_day)?;
        let id = ExportId::new(tx.now());
        store::insert(tx, id, provider.id, &asked, matching, Some(&day))?;
        enqueue(tx, id)?;
        // The search may be a person's address: entries outlive an erasure, so they tell only that there was one.
        let details = json!({ "format": asked.format, "preset": asked.preset, "matching_rows": matching,
                              "searched": asked.as_sent.search.is_some() });
        let actor = Actor::Provider(provider.id);
        audit::record(tx, actor, Action::LeadExportRequested, Entity::Export(id), Some(details))?;
        store::export(tx, id)?.ok_or(Error::NotFound("export"))
    })
}

/// What a mailed link leads to, by the hash of its token.
///
/// # Errors
/// `NotFound`, alike for whatever is wrong with it; a suspended provider's leads nowhere either.
pub fn by_link(read: &mut Read, id: ExportId, token_hash: &[u8; 32]) -> Result<Export> {
    let export = store::by_token(read, id, token_hash)?.ok_or(Error::NotFound("export"))?;
    if accounts::provider(read, export.provider_id)?.active { Ok(export) } else { Err(Error::NotFound("export")) }
}

/// The provider's exports, newest first: those before `before`, at most `limit`.
pub fn history(read: &mut Read, provider: ProviderId, before: Option<ExportId>, limit: i64) -> Result<Vec<Export>> {
    store::history(read, provider, before, limit)
}

/// Stops an export that is not ready yet; its place in the day is free again.
///
/// # Errors
/// `NotFound`; `Conflict` `export_ended` where there is nothing to stop any more.
pub fn cancel(provider: ProviderId, id: ExportId) -> impl Unit<Export> {
    Lane::of(provider.uuid()).unit(move |tx| {
        export(tx, provider, id)?;
        if !end(tx, id, State::Cancelled, None)? && !remake::give_up(tx, id)? {
            return Err(Error::conflict("export_ended", "this export is not being made any more"));
        }
        let (actor, entity) = (Actor::Provider(provider), Entity::Export(id));
        audit::record(tx, actor, Action::LeadExportCancelled, entity, None)?;
        export(tx, provider, id)
    })
}

/// An attempt to make the file begins. `None` where there is nothing to be made any more; a provider that was suspended
/// meanwhile gets none.
pub fn begin(id: ExportId) -> impl Unit<Option<Export>> {
    Lane::of(id.uuid()).unit(move |tx| {
        if !store::begin(tx, id)? {
            return Ok(None);
        }
        let export = store::export(tx, id)?.ok_or(Error::NotFound("export"))?;
        if accounts::provider(tx, export.provider_id)?.active {
            return Ok(Some(export));
        }
        if !remake::give_up(tx, id)? {
            end(tx, id, State::Cancelled, None)?;
        }
        audit::record(tx, Actor::System, Action::LeadExportCancelled, Entity::Export(id), None)?;
        Ok(None)
    })
}

/// How far the file is; `false` where nobody wants it any more.
pub fn progress(id: ExportId, begun: i64, rows: i64) -> impl Unit<bool> {
    Lane::of(id.uuid()).unit(move |tx| store::progress(tx, id, begun, rows))
}

/// The file is in the storage: from now on, for `life`, it can be fetched. `false` where it is not wanted: by nobody any
/// more, or there is no room for it within the budget.
pub fn publish(id: ExportId, made: Made, life: Duration, token: [u8; 32], budget: Budget) -> impl Unit<bool> {
    Lane::of(id.uuid()).unit(move |tx| {
        if !store::progress(tx, id, made.begun, made.row_count)? {
            return Ok(false);
        }
        let export = store::export(tx, id)?.ok_or(Error::NotFound("export"))?;
        if let Some(full) = budget::take(tx, export.provider_id, made.size_bytes, budget)? {
            fail(tx, id, &full.reason(budget))?;
            return Ok(false);
        }
        store::publish(tx, id, &made, tx.now().plus(life), &token)?;
        let details =
            json!({ "row_count": made.row_count, "matching_rows": made.matching_rows, "size_bytes": made.size_bytes });
        if export.is_remade() {
            return remake::done(tx, id, details).map(|()| true);
        }
        audit::record(tx, Actor::System, Action::LeadExportCompleted, Entity::Export(id), Some(details))?;
        let export = store::export(tx, id)?.ok_or(Error::NotFound("export"))?;
        let zone = accounts::provider(tx, export.provider_id)?.zone();
        mails::ready(tx, &export, &zone)?;
        Ok(true)
    })
}

/// The file could not be made, for good; its place in the day is free again.
pub fn fail(tx: &mut Tx, id: ExportId, reason: &str) -> Result<()> {
    if remake::give_up(tx, id)? {
        return Ok(());
    }
    if end(tx, id, State::Failed, Some(reason))? {
        audit::record(tx, Actor::System, Action::LeadExportFailed, Entity::Export(id), None)?;
    }
    Ok(())
}

/// Some files whose time is over are given up; how many. A job takes each out of the storage.
pub fn expire_outlived(limit: i64) -> impl Unit<usize> {
    Lane::MONEY.unit(move |tx| {
        let outlived = store::outlived(tx, limit)?;
        for export in &outlived {
            expire(tx, export)?;
        }
        Ok(outlived.len())
    })
}

/// Whether a file of this name belongs to somebody.
pub fn is_kept(read: &mut Read, file: &str) -> Result<bool> {
    store::is_kept(read, file)
}

/// How many bytes of the storage the files of all exports take.
pub fn room_taken(read: &mut Read) -> Result<i64> {
    store::room_taken(read)
}

/// The statements that choose among many exports, for looking at their plans.
pub fn statements() -> Vec<(String, String)> {
    store::statements()
}

/// What the database knows of the token of a mailed link.
pub fn link_token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
