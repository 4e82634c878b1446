//! The append-only record of every action that changed something. Owns `audit_entries`.
//!
//! Invariant: an entry is written in the transaction of what it tells of; no action without its entry, no entry without
//! its action. The database refuses to change or delete one.

mod admin;
mod changes;
mod entry;
mod store;

pub use admin::routes;
pub use changes::Changes;
pub use entry::{Action, Actor, ActorRole, Entity, EntityKind, Entry};
pub use store::{Filter, Recorded};

use crate::db::{Read, Tx};
use crate::error::Result;
use crate::id::AuditEntryId;

/// Records one action in the caller's unit, at the unit's time.
pub fn record(
    tx: &mut Tx,
    actor: Actor,
    action: Action,
    entity: Entity,
    details: Option<serde_json::Value>,
) -> Result<()> {
    store::insert(tx, &[Entry { actor, action, entity, details }])
}

/// Records several actions in one statement (a few, where there are many), in their order.
pub fn record_all(tx: &mut Tx, entries: &[Entry]) -> Result<()> {
    store::insert(tx, entries)
}

/// Entries, newest first: those before `before`, at most `limit`.
pub fn entries(read: &mut Read, filter: &Filter, before: Option<AuditEntryId>, limit: i64) -> Result<Vec<Recorded>> {
    store::entries(read, filter, before, limit)
}
