//! `/api/v1/admin/returns`

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::{Admin, CurrentAdmin};
use crate::app::App;
use crate::assignments::{RejectionCode, Status};
use crate::clock::Timestamp;
use crate::db::{Read, Unit};
use crate::error::Result;
use crate::http::{
    Body, Both, Fields, Json, List, ListQuery, NewBody, Once, OnceKey, Path, Problems, Query, QueryInput, QueryOf,
};
use crate::id::{AssignmentId, Id, LeadId, NicheId, ProviderId, UserId};
use crate::money::Money;
use crate::read::{self, Case, Contact};
use crate::returns::api::attempts::AttemptOut;
use crate::returns::{self, ReturnRule, ReturnState, Returned};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get)).routes(routes!(approve)).routes(routes!(deny))
}

/// Which returns.
#[derive(Debug, Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
struct Only {
    state: Option<ReturnState>,
}

struct ListIn {
    only: Only,
    page: ListQuery,
}

type ListParams = QueryOf<ListIn, Both<Only, ListQuery>>;

impl QueryInput for ListIn {
    fn read(query: &mut Fields) -> Self {
        let only = Only { state: query.opt_choice("state", ReturnState::CHOICES) };
        Self { only, page: ListQuery::read(query) }
    }
}

/// A rejected lead under review.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Return)]
struct CaseOut {
    assignment_id: AssignmentId,
    lead_id: LeadId,
    provider_id: ProviderId,
    provider_name: String,
    niche_id: NicheId,
    #[schema(example = "Roofing")]
    niche_name: String,
    state: ReturnState,
    /// The assignment's
    status: Status,
    rejection_reason: String,
    #[schema(value_type = RejectionCode)]
    rejection_code: String,
    rejected_at: Timestamp,
    price_charged: Money,
    #[schema(example = "USD")]
    currency: String,
    decided_at: Option<Timestamp>,
    /// The user who decided; null if a rule did
    decided_by: Option<UserId>,
    rule: Option<ReturnRule>,
    note: Option<String>,
    appealed_at: Option<Timestamp>,
    appeal_text: Option<String>,
    /// What the appeal is about
    first_denied_at: Option<Timestamp>,
    first_denial_note: Option<String>,
}

impl CaseOut {
    fn of(case: Case, currency: &str) -> Self {
        Self {
            assignment_id: case.assignment_id,
            lead_id: case.lead_id,
            provider_id: case.provider_id,
            provider_name: case.provider_name,
            niche_id: case.niche_id,
            niche_name: case.niche_name,
            state: case.state,
            status: case.status,
            rejection_reason: case.rejection_reason,
            rejection_code: case.rejection_code,
            rejected_at: case.rejected_at,
            price_charged: case.price_charged,
            currency: currency.to_owned(),
            decided_at: case.decided_at,
            decided_by: case.decided_by,
            rule: case.rule,
            note: case.note,
            appealed_at: case.appealed_at,
            appeal_text: case.appeal_text,
            first_denied_at: case.first_denied_at,
            first_denial_note: case.first_denial_note,
        }
    }
}

/// A return with what it is judged by.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReturnDetail)]
struct CaseDetail {
    #[serde(flatten)]
    case: CaseOut,
    lead: ContactOut,
    /// The provider's attempts to reach the person, the last recorded first
    attempts: Vec<AttemptOut>,
}

/// The person, as the lead has it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReturnContact)]
struct ContactOut {
    contact_name: Option<String>,
    contact_email: Option<String>,
    contact_phone: Option<String>,
    postal_code: Option<String>,
    received_at: Timestamp,
    erased_at: Option<Timestamp>,
    assigned_at: Timestamp,
    viewed_at: Option<Timestamp>,
}

impl From<Contact> for ContactOut {
    fn from(contact: Contact) -> Self {
        Self {
            contact_name: contact.contact_name,
            contact_email: contact.contact_email,
            contact_phone: contact.contact_phone,
            postal_code: contact.postal_code,
            received_at: contact.received_at,
            erased_at: contact.erased_at,
            assigned_at: contact.assigned_at,
            viewed_at: contact.viewed_at,
        }
    }
}

/// What to tell the provider
#[derive(Debug, Clone, ToSchema)]
#[schema(as = ReturnDecision)]
struct DecisionIn {
    /// For the provider to read
    note: Option<String>,
}

type DecisionBody = NewBody<DecisionIn>;

impl Body for DecisionIn {
    const OPTIONAL: bool = true;

    fn read(fields: &mut Fields) -> Self {
        Self { note: fields.opt_prose("note", 1..=1000) }
    }
}

/// A decision, without its note: answers are kept for their Idempotency-Key, while notes can be erased.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReturnDecided)]
struct DecisionOut {
    #[schema(example = true)]
    ok: bool,
    assignment_id: AssignmentId,
    lead_id: LeadId,
    provider_id: ProviderId,
    state: ReturnState,
    /// The assignment's
    status: Status,
    #[schema(value_type = RejectionCode)]
    rejection_code: String,
    rejected_at: Timestamp,
    price_charged: Money,
    #[schema(example = "USD")]
    currency: String,
    decided_at: Option<Timestamp>,
}

/// Returns, newest first
#[utoipa::path(get, path = "/api/v1/admin/returns", tag = "back office", params(ListParams),
    responses((status = 200, body = List<CaseOut>), Problems))]
async fn list(
    app: App,
    _: CurrentAdmin,
    Query(ListIn { only: Only { state }, page }): Query<ListIn>,
) -> Result<Json<List<CaseOut>>> {
    let scope = format!("returns {state:?}");
    let before = page.below(&app.seals, &scope)?.map(AssignmentId::from_uuid);
    let fetch = page.fetch();
    let found = app.db.read(move |read| read::cases(read, state, before, fetch)).await?;
    let list = List::new(found, &page, &app.seals, &scope, |case| case.assignment_id.uuid());
    Ok(Json(list.map(|case| CaseOut::of(case, &app.config.currency))))
}

/// A return, with the lead's person and the provider's attempts to reach them
#[utoipa::path(get, path = "/api/v1/admin/returns/{assignment_id}", tag = "back office",
    params(("assignment_id" = AssignmentId, Path)), responses((status = 200, body = CaseDetail), Problems))]
async fn get(app: App, _: CurrentAdmin, Path(assignment): Path<AssignmentId>) -> Result<Json<CaseDetail>> {
    let unit = move |read: &mut Read| {
        let case = read::case(read, assignment)?;
        let (contact, attempts) = read::evidence(read, &case)?;
        Ok((case, contact, attempts))
    };
    let (case, contact, attempts) = app.db.read(unit).await?;
    Ok(Json(CaseDetail {
        case: CaseOut::of(case, &app.config.currency),
        lead: contact.into(),
        attempts: attempts.into_iter().map(AttemptOut::from).collect(),
    }))
}

/// Approve a return: the lead is refunded, its price is given back, and the provider told
#[utoipa::path(post, path = "/api/v1/admin/returns/{assignment_id}/approve", tag = "back office",
    params(("assignment_id" = AssignmentId, Path)), request_body(content = Option<DecisionBody>),
    responses((status = 200, body = DecisionOut), Problems))]
async fn approve(
    app: App,
    CurrentAdmin(admin): CurrentAdmin,
    Path(assignment): Path<AssignmentId>,
    Once { body, once }: Once<DecisionIn>,
) -> Result<Response> {
    decide(app, admin, once, assignment, returns::approve(admin, assignment, body.note)).await
}

/// Deny a return: the lead stays rejected, and the provider is told
#[utoipa::path(post, path = "/api/v1/admin/returns/{assignment_id}/deny", tag = "back office",
    params(("assignment_id" = AssignmentId, Path)), request_body(content = Option<DecisionBody>),
    responses((status = 200, body = DecisionOut), Problems))]
async fn deny(
    app: App,
    CurrentAdmin(admin): CurrentAdmin,
    Path(assignment): Path<AssignmentId>,
    Once { body, once }: Once<DecisionIn>,
) -> Result<Response> {
    decide(app, admin, once, assignment, returns::deny(admin, assignment, body.note)).await
}

async fn decide(
    app: App,
    admin: Admin,
    once: OnceKey,
    assignment: AssignmentId,
    decided: impl Unit<Returned>,
) -> Result<Response> {
    let currency = app.config.currency.clone();
    let unit = decided.then(move |tx, _| {
        let case = read::case(tx, assignment)?;
        Ok(DecisionOut {
            ok: true,
            assignment_id: case.assignment_id,
            lead_id: case.lead_id,
            provider_id: case.provider_id,
            state: case.state,
            status: case.status,
            rejection_code: case.rejection_code,
            rejected_at: case.rejected_at,
            price_charged: case.price_charged,
            currency: currency.clone(),
            decided_at: case.decided_at,
        })
    });
    once.run(&app.db, admin.user.uuid(), StatusCode::OK, unit).await
}
