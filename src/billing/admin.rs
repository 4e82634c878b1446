//! The ledger's doors in the back office: put money on an account, read the ledger.

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::CurrentAdmin;
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Unit;
use crate::document_words;
use crate::error::Result;
use crate::http::{
    Body, Fields, Json, List, ListQuery, MoneyFields, NewBody, Once, Path, Problems, Query, Sign, require_key,
};
use crate::id::{AssignmentId, Id, LedgerEntryId, ProviderId};
use crate::money::Money;

use super::{Entry, Kind};

document_words!(Kind as "LedgerKind", "Why the balance changed");

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(credit)).routes(routes!(ledger))
}

/// Money that came in.
#[derive(Debug, Clone, ToSchema)]
struct NewCredit {
    /// More than zero, at most the currency's decimals, at most 10,000,000
    amount: Money,
    note: Option<String>,
}

type NewCreditBody = NewBody<NewCredit>;

impl Body for NewCredit {
    fn read(fields: &mut Fields) -> Self {
        Self { amount: fields.money("amount", Sign::Positive), note: fields.opt_line("note", 1..=500) }
    }
}

/// One line of a provider's ledger.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerEntry)]
struct EntryOut {
    id: LedgerEntryId,
    kind: Kind,
    /// A charge is negative
    amount: Money,
    currency: String,
    balance_after: Money,
    assignment_id: Option<AssignmentId>,
    note: Option<String>,
    created_at: Timestamp,
}

impl EntryOut {
    fn of(entry: Entry, currency: &str) -> Self {
        Self {
            id: entry.id,
            kind: entry.kind,
            amount: entry.amount,
            currency: currency.to_owned(),
            balance_after: entry.balance_after,
            assignment_id: entry.assignment_id,
            note: entry.note,
            created_at: entry.created_at,
        }
    }
}

/// Put money on a provider's account
///
/// The Idempotency-Key is required. Leads of its niches that nobody could take are offered again.
#[utoipa::path(post, path = "/api/v1/admin/providers/{id}/credits", tag = "ledger", request_body = NewCreditBody,
    params(("id" = ProviderId, Path)),
    responses((status = 201, body = EntryOut), Problems))]
async fn credit(
    app: App,
    CurrentAdmin(admin): CurrentAdmin,
    Path(provider): Path<ProviderId>,
    Once { body, once }: Once<NewCredit>,
) -> Result<Response> {
    require_key(&once)?;
    let currency = app.config.currency.clone();
    let credited = super::credit(admin.actor(), provider, body.amount, body.note);
    let unit = credited.then(move |_, entry| Ok(EntryOut::of(entry, &currency)));
    once.run(&app.db, admin.user.uuid(), StatusCode::CREATED, unit).await
}

/// A provider's ledger, newest first
#[utoipa::path(get, path = "/api/v1/admin/providers/{id}/ledger", tag = "ledger",
    params(("id" = ProviderId, Path), ListQuery), responses((status = 200, body = List<EntryOut>), Problems))]
async fn ledger(
    app: App,
    _: CurrentAdmin,
    Path(provider): Path<ProviderId>,
    Query(query): Query<ListQuery>,
) -> Result<Json<List<EntryOut>>> {
    let scope = format!("ledger {provider}");
    let before = query.below(&app.seals, &scope)?.map(LedgerEntryId::from_uuid);
    let fetch = query.fetch();
    let entries = app.db.read(move |read| super::ledger(read, provider, before, fetch)).await?;
    let list = List::new(entries, &query, &app.seals, &scope, |entry| entry.id.uuid());
    Ok(Json(list.map(|entry| EntryOut::of(entry, &app.config.currency))))
}
