//! Every statement on `audit_entries`.

use uuid::Uuid;

use super::entry::{Action, ActorRole, EntityKind, Entry};
use crate::clock::Timestamp;
use crate::db::sql::{Conditions, slices, tuples};
use crate::db::{Json, Param, Read, Tx, row};
use crate::error::Result;
use crate::id::{AuditEntryId, Id, oldest_uuid};
use crate::period::Period;

row! {
    /// An action that was recorded. `actor_id` is null for the installation itself.
    #[derive(Debug, Clone)]
    pub struct Recorded {
        pub id: AuditEntryId,
        pub action: String,
        pub entity: String,
        pub entity_id: Uuid,
        pub actor_id: Option<Uuid>,
        pub actor_role: String,
        pub details: Option<Json>,
        pub created_at: Timestamp,
    }
}

impl Recorded {
    /// `None` where a newer program has written what this one has no word for.
    pub fn known_action(&self) -> Option<Action> {
        Action::from_text(&self.action)
    }

    /// As [`Self::known_action`].
    pub fn known_role(&self) -> Option<ActorRole> {
        ActorRole::from_text(&self.actor_role)
    }
}

/// What a list of entries is narrowed to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    pub entity: Option<EntityKind>,
    pub entity_id: Option<Uuid>,
    pub actor_id: Option<Uuid>,
    pub action: Option<Action>,
    pub period: Option<Period>,
}

struct NewRow<'a> {
    entry: &'a Entry,
    id: AuditEntryId,
    entity: EntityKind,
    entity_id: Uuid,
    actor_id: Option<Uuid>,
    actor_role: ActorRole,
    details: Option<Json>,
}

impl<'a> NewRow<'a> {
    fn of(entry: &'a Entry, now: Timestamp) -> Self {
        Self {
            entry,
            id: AuditEntryId::new(now),
            entity: entry.entity.kind(),
            entity_id: entry.entity.id(),
            actor_id: entry.actor.id(),
            actor_role: entry.actor.role(),
            details: entry.details.as_ref().map(|details| Json(details.to_string())),
        }
    }
}

pub(super) fn insert(tx: &mut Tx, entries: &[Entry]) -> Result<()> {
    let now = tx.now();
    let rows: Vec<_> = entries.iter().map(|entry| NewRow::of(entry, now)).collect();
    for rows in slices(&rows) {
        let values: Vec<&dyn Param> = rows
            .iter()
            .flat_map(|r| -> [&dyn Param; 8] {
                [&r.id, &r.entry.action, &r.entity, &r.entity_id, &r.actor_id, &r.actor_role, &r.details, &now]
            })
            .collect();
        let sql = format!(
            "INSERT INTO audit_entries (id, action, entity, entity_id, actor_id, actor_role, details, created_at) VALUES {}",
            tuples(rows.len(), 8)
        );
        tx.execute_later(&sql, &values)?;
    }
    Ok(())
}

/// Newest first: the entries before `before`, `limit` of them.
pub(super) fn entries(
    read: &mut Read,
    filter: &Filter,
    before: Option<AuditEntryId>,
    limit: i64,
) -> Result<Vec<Recorded>> {
    // An entry's id is never older than its time, so a time bounds the ids from below.
    let oldest = filter.period.map(|period| AuditEntryId::from_uuid(oldest_uuid(period.start)));
    let mut only = Conditions::default();
    only.and_some("entity_id =", &filter.entity_id);
    only.and_some("actor_id =", &filter.actor_id);
    only.and_some("action =", &filter.action);
    only.and_some("entity =", &filter.entity);
    only.and_some("id >=", &oldest);
    only.and_some("id <", &before);
    if let Some(period) = &filter.period {
        only.and("created_at >=", &period.start);
        only.and("created_at <", &period.end);
    }
    let limit = only.bind(&limit);
    let sql = format!(
        "SELECT id, action, entity, entity_id, actor_id, actor_role, details, created_at FROM audit_entries{} \
         ORDER BY id DESC LIMIT ${limit}",
        only.sql()
    );
    read.all(&sql, only.params())
}
