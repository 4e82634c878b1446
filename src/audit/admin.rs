//! `/api/v1/admin/audit`

use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{Action, EntityKind, Filter, Recorded};
use crate::accounts::CurrentAdmin;
use crate::app::App;
use crate::clock::Timestamp;
use crate::document_words;
use crate::error::{Error, Invalid, Result};
use crate::http::{Both, Fields, Json, List, ListQuery, Problems, Query, QueryInput, QueryOf};
use crate::id::{AuditEntryId, Id};
use crate::period::{Bound, Period};

document_words!(Action as "AuditAction", "What was done");
document_words!(EntityKind as "AuditEntity", "The kind of thing it was done to");

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

#[derive(Debug, Clone, IntoParams)]
#[into_params(parameter_in = Query)]
struct Only {
    /// The kind of thing it was done to
    #[param(example = "lead_assignment")]
    entity: Option<EntityKind>,
    entity_id: Option<Uuid>,
    /// The user, provider or source that did it
    actor_id: Option<Uuid>,
    #[param(example = "lead.accepted")]
    action: Option<Action>,
    /// A date (the whole day, UTC) or an RFC 3339 time, inclusive
    #[param(value_type = Option<String>, example = "2026-01-31")]
    date_from: Option<Bound>,
    /// A date (the whole day, UTC) or an RFC 3339 time, inclusive
    #[param(value_type = Option<String>, example = "2026-01-31")]
    date_to: Option<Bound>,
}

/// The query of the list: what it is narrowed to, and which page of it.
struct ListIn {
    filter: Filter,
    page: ListQuery,
}

type ListParams = QueryOf<ListIn, Both<Only, ListQuery>>;

impl QueryInput for ListIn {
    fn read(query: &mut Fields) -> Self {
        let only = Only {
            entity: query.opt_choice("entity", EntityKind::CHOICES),
            entity_id: query.opt_id("entity_id"),
            actor_id: query.opt_id("actor_id"),
            action: query.opt_choice("action", Action::CHOICES),
            date_from: query.opt_bound("date_from"),
            date_to: query.opt_bound("date_to"),
        };
        let Only { entity, entity_id, actor_id, action, date_from, date_to } = only;
        let period = Period::new(date_from, date_to, &TimeZone::UTC);
        if period.is_none() {
            query.error(Invalid::parameter("date_to", "invalid_period", "date_to is before date_from"));
        }
        let period = period.filter(|_| date_from.is_some() || date_to.is_some());
        let filter = Filter { entity, entity_id, actor_id, action, period };
        Self { filter, page: ListQuery::read(query) }
    }
}

/// An action that was recorded.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
struct EntryOut {
    id: AuditEntryId,
    #[schema(example = "lead.accepted")]
    action: String,
    #[schema(value_type = EntityKind, example = "lead_assignment")]
    entity: String,
    entity_id: Uuid,
    /// Who did it; null: the system itself
    actor_id: Option<Uuid>,
    /// admin, provider, source or system
    actor_role: String,
    /// Further details, which depend on the action
    #[schema(value_type = Option<Object>)]
    details: Option<Box<RawValue>>,
    created_at: Timestamp,
}

impl TryFrom<Recorded> for EntryOut {
    type Error = Error;

    fn try_from(entry: Recorded) -> Result<Self> {
        let details = entry.details.map(|details| RawValue::from_string(details.0)).transpose();
        Ok(Self {
            id: entry.id,
            action: entry.action,
            entity: entry.entity,
            entity_id: entry.entity_id,
            actor_id: entry.actor_id,
            actor_role: entry.actor_role,
            details: details.map_err(Error::internal)?,
            created_at: entry.created_at,
        })
    }
}

/// What was done, newest first
#[utoipa::path(get, path = "/api/v1/admin/audit", tag = "audit", params(ListParams),
    responses((status = 200, body = List<EntryOut>), Problems))]
async fn list(
    app: App,
    _: CurrentAdmin,
    Query(ListIn { filter, page }): Query<ListIn>,
) -> Result<Json<List<EntryOut>>> {
    let scope = format!("audit {filter:?}");
    let before = page.below(&app.seals, &scope)?.map(AuditEntryId::from_uuid);
    let fetch = page.fetch();
    let unit = move |read: &mut crate::db::Read| super::entries(read, &filter, before, fetch);
    let entries = app.db.read(unit).await?.into_iter().map(EntryOut::try_from).collect::<Result<Vec<_>>>()?;
    Ok(Json(List::new(entries, &page, &app.seals, &scope, |entry| entry.id.uuid())))
}
