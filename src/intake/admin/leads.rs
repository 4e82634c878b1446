//! `/api/v1/admin/leads`: what came in, what became of it and why, and erasing it.

use std::ops::RangeInclusive;

use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::again::{Kept, read_again};
use super::field_errors::{FieldError, field_errors};
use crate::accounts::CurrentAdmin;
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{self, Unit};
use crate::document_words;
use crate::error::{Error, Invalid, Result};
use crate::http::{
    Both, Fields, Json, List, ListQuery, NoBody, Once, Path, Problem, Problems, Query, QueryInput, QueryOf,
};
use crate::id::{AssignmentId, Id, LeadId, NicheId, ProviderId, SourceId, SubscriptionId};
use crate::intake::{self, Flag, Received, Reread, Status};
use crate::money::Money;
use crate::period::Period;
use crate::read::{self, Assignment, Found, LeadDetail, LeadFilter, LeadRow, Sought};

document_words!(Status as "LeadStatus", "What became of the lead");
document_words!(Flag as "LeadFlag", "What was odd about a submission, but no reason to refuse it");

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(erase))
        .routes(routes!(release))
        .routes(routes!(discard))
        .routes(routes!(replay))
}

/// Of what is looked for, in characters.
const SEARCH: RangeInclusive<usize> = 1..=200;

/// Which leads to list.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
struct LeadsQuery {
    status: Option<Status>,
    niche_id: Option<NicheId>,
    source_id: Option<SourceId>,
    /// Received from then on: an RFC 3339 time, or a date in UTC
    #[param(value_type = Option<String>)]
    date_from: Option<Timestamp>,
    /// Received until then, a date to its end
    #[param(value_type = Option<String>)]
    date_to: Option<Timestamp>,
    /// Part of an e-mail address, of a name or of a phone number (3 characters or more), or a whole id of ours or of the
    /// sender's. One request looks through the newest 50,000 leads that the other filters let through; if there are more,
    /// `next_cursor` continues, also after a page without items
    search: Option<String>,
    #[param(ignore)]
    page: ListQuery,
}

type ListParams = QueryOf<LeadsQuery, Both<LeadsQuery, ListQuery>>;

impl QueryInput for LeadsQuery {
    fn read(query: &mut Fields) -> Self {
        let status = query.opt_choice("status", Status::CHOICES);
        let (niche_id, source_id) = (query.opt_id("niche_id"), query.opt_id("source_id"));
        let (from, to) = (query.opt_bound("date_from"), query.opt_bound("date_to"));
        let period = Period::new(from, to, &TimeZone::UTC);
        if period.is_none() {
            query.error(Invalid::parameter("date_to", "out_of_range", "date_to is before date_from"));
        }
        Self {
            status,
            niche_id,
            source_id,
            date_from: from.and(period).map(|period| period.start),
            date_to: to.and(period).map(|period| period.end),
            search: query.opt_line("search", SEARCH),
            page: ListQuery::read(query),
        }
    }
}

impl LeadsQuery {
    /// What a cursor of this list is good for.
    fn scope(&self) -> String {
        format!(
            "leads {:?} {:?} {:?} {:?} {:?} {:?}",
            self.status, self.niche_id, self.source_id, self.date_from, self.date_to, self.search
        )
    }
}

/// A lead as the list shows it.
#[derive(Debug, Serialize, ToSchema)]
struct LeadItem {
    id: LeadId,
    source_id: SourceId,
    niche_id: NicheId,
    status: Status,
    received_at: Timestamp,
    contact_name: Option<String>,
    contact_email: Option<String>,
    contact_phone: Option<String>,
    postal_code: Option<String>,
    external_id: Option<String>,
    /// The lead of the same person that was offered
    duplicate_of: Option<LeadId>,
    erased_at: Option<Timestamp>,
    /// How many providers got it
    assignment_count: i64,
}

impl From<LeadRow> for LeadItem {
    fn from(row: LeadRow) -> Self {
        Self {
            id: row.id,
            source_id: row.source_id,
            niche_id: row.niche_id,
            status: row.status,
            received_at: row.received_at,
            contact_name: row.contact_name,
            contact_email: row.contact_email,
            contact_phone: row.contact_phone,
            postal_code: row.postal_code,
            external_id: row.external_id,
            duplicate_of: row.duplicate_of,
            erased_at: row.erased_at,
            assignment_count: row.assignment_count,
        }
    }
}

/// A lead with everything that is kept of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdminLead)]
pub(super) struct LeadOut {
    id: LeadId,
    source_id: SourceId,
    source_name: String,
    niche_id: NicheId,
    niche_name: String,
    status: Status,
    received_at: Timestamp,
    contact_name: Option<String>,
    contact_email: Option<String>,
    contact_phone: Option<String>,
    postal_code: Option<String>,
    #[schema(value_type = Option<Object>)]
    form_data: Option<Box<RawValue>>,
    external_id: Option<String>,
    /// The lead of the same person that was offered
    duplicate_of: Option<LeadId>,
    /// The lead that the same person sent later, after all sales of this one were refunded
    replaced_by: Option<LeadId>,
    utm_source: Option<String>,
    utm_medium: Option<String>,
    utm_campaign: Option<String>,
    referrer_url: Option<String>,
    /// Where the lead came from, under the names it was sent by
    #[schema(value_type = Option<Object>)]
    attribution: Option<Box<RawValue>>,
    /// The evidence as it was sent, whatever its shape
    #[schema(value_type = Option<serde_json::Value>, required = true)]
    consent: Option<Box<RawValue>>,
    /// What was odd about the submission (docs/api.md, "For lead sources")
    #[schema(value_type = Vec<Flag>)]
    flags: Vec<String>,
    /// Which answers break what the niche asks now
    field_errors: Vec<FieldError>,
    erased_at: Option<Timestamp>,
    /// The currency of the amounts in this answer
    currency: String,
    assignments: Vec<AssignmentOut>,
    /// Every candidate of the last distribution, and why it was taken or not; empty where there was none
    #[schema(value_type = Vec<Object>)]
    trace: Box<RawValue>,
    /// The body as the sender sent it
    raw_payload: Option<String>,
    /// The body in Base64, if it is not valid UTF-8
    raw_payload_base64: Option<String>,
    raw_content_type: Option<String>,
}

/// Who got a lead, and what they did with it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdminLeadAssignment)]
struct AssignmentOut {
    assignment_id: AssignmentId,
    provider_id: ProviderId,
    provider_name: String,
    subscription_id: SubscriptionId,
    level: String,
    status: String,
    price_charged: Money,
    assigned_at: Timestamp,
    viewed_at: Option<Timestamp>,
    accepted_at: Option<Timestamp>,
    rejected_at: Option<Timestamp>,
    refunded_at: Option<Timestamp>,
    rejection_reason: Option<String>,
    rejection_code: Option<String>,
}

impl From<Assignment> for AssignmentOut {
    fn from(row: Assignment) -> Self {
        Self {
            assignment_id: row.id,
            provider_id: row.provider_id,
            provider_name: row.provider_name,
            subscription_id: row.subscription_id,
            level: row.level,
            status: row.status,
            price_charged: row.price_charged,
            assigned_at: row.assigned_at,
            viewed_at: row.viewed_at,
            accepted_at: row.accepted_at,
            rejected_at: row.rejected_at,
            refunded_at: row.refunded_at,
            rejection_reason: row.rejection_reason,
            rejection_code: row.rejection_code,
        }
    }
}

impl LeadOut {
    pub(super) fn of(
        lead: LeadDetail,
        assignments: Vec<Assignment>,
        trace: Option<db::Json>,
        currency: String,
    ) -> Result<Self> {
        Ok(Self {
            field_errors: field_errors(&lead),
            id: lead.id,
            source_id: lead.source_id,
            source_name: lead.source_name,
            niche_id: lead.niche_id,
            niche_name: lead.niche_name,
            status: lead.status,
            received_at: lead.received_at,
            contact_name: lead.contact_name,
            contact_email: lead.contact_email,
            contact_phone: lead.contact_phone,
            postal_code: lead.postal_code,
            form_data: lead.form_data.map(raw).transpose()?,
            external_id: lead.external_id,
            duplicate_of: lead.duplicate_of,
            replaced_by: lead.known_as.filter(|_| lead.duplicate_of.is_none()),
            utm_source: lead.utm_source,
            utm_medium: lead.utm_medium,
            utm_campaign: lead.utm_campaign,
            referrer_url: lead.referrer_url,
            attribution: lead.attribution.map(raw).transpose()?,
            consent: lead.consent.map(raw).transpose()?,
            flags: intake::flag_words(lead.flags.as_ref()),
            erased_at: lead.erased_at,
            currency,
            assignments: assignments.into_iter().map(AssignmentOut::from).collect(),
            trace: raw(trace.unwrap_or_else(|| db::Json("[]".to_owned())))?,
            raw_payload: lead.raw_payload,
            raw_payload_base64: lead.raw_bytes.map(|bytes| BASE64_STANDARD.encode(bytes)),
            raw_content_type: lead.raw_content_type,
        })
    }
}

/// The text as it is kept: numbers keep their digits, objects their order.
fn raw(json: db::Json) -> Result<Box<RawValue>> {
    RawValue::from_string(json.0).map_err(Error::internal)
}

/// Leads, newest first
#[utoipa::path(get, path = "/api/v1/admin/leads", tag = "back office", params(ListParams),
    responses((status = 200, body = List<LeadItem>), Problems))]
async fn list(app: App, _: CurrentAdmin, Query(query): Query<LeadsQuery>) -> Result<Json<List<LeadItem>>> {
    let scope = query.scope();
    let filter = LeadFilter {
        status: query.status,
        niche_id: query.niche_id,
        source_id: query.source_id,
        from: query.date_from,
        to: query.date_to,
        before: query.page.below(&app.seals, &scope)?.map(LeadId),
        id: None,
    };
    if let Some(sought) = query.search.as_deref().and_then(Sought::new) {
        let limit = query.page.limit;
        let Found { leads, below } = app.db.background(move |read| read::find(read, &filter, &sought, limit)).await?;
        let page = List::below(leads, below.map(Id::uuid), &app.seals, &scope);
        return Ok(Json(page.map(LeadItem::from)));
    }
    let fetch = query.page.fetch();
    let found = app.db.read(move |read| read::leads(read, &filter, fetch)).await?;
    let page = List::new(found, &query.page, &app.seals, &scope, |lead| lead.id.uuid());
    Ok(Json(page.map(LeadItem::from)))
}

/// A lead, who got it, and why
#[utoipa::path(get, path = "/api/v1/admin/leads/{id}", tag = "back office", params(("id" = LeadId, Path)),
    responses((status = 200, body = LeadOut), Problems))]
async fn get(app: App, _: CurrentAdmin, Path(id): Path<LeadId>) -> Result<Json<LeadOut>> {
    let (lead, assignments, trace) = app.db.read(move |read| read::lead_in_full(read, id)).await?;
    Ok(Json(LeadOut::of(lead, assignments, trace, app.config.currency.clone())?))
}

/// The erasure was done, now or earlier.
#[derive(Debug, Serialize, ToSchema)]
struct Erased {
    ok: bool,
    lead_id: LeadId,
}

/// Erase what a lead holds of its person
#[utoipa::path(post, path = "/api/v1/admin/leads/{id}/erase", tag = "back office", params(("id" = LeadId, Path)),
    responses((status = 202, body = Erased), Problems))]
async fn erase(
    app: App,
    CurrentAdmin(admin): CurrentAdmin,
    Path(id): Path<LeadId>,
    Once { once, .. }: Once<NoBody>,
) -> Result<Response> {
    let unit = intake::erase(admin.actor(), id).then(move |_, ()| Ok(Erased { ok: true, lead_id: id }));
    once.run(&app.db, admin.user.uuid(), StatusCode::ACCEPTED, unit).await
}

/// What became of a lead that was held.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HeldLeadDecided)]
struct Decided {
    ok: bool,
    lead_id: LeadId,
    /// Released: `assigned`, `unmatched`, or `duplicate` where the same person was offered meanwhile; discarded: `invalid`
    status: Status,
    /// How many providers got it
    assignments: usize,
}

impl From<Received> for Decided {
    fn from(Received { lead, status, assignments, .. }: Received) -> Self {
        Self { ok: true, lead_id: lead, status, assignments: assignments.len() }
    }
}

/// Offer a held lead to the providers of its niche
#[utoipa::path(post, path = "/api/v1/admin/leads/{id}/release", tag = "back office", params(("id" = LeadId, Path)),
    responses((status = 200, body = Decided), Problems))]
async fn release(
    app: App,
    CurrentAdmin(admin): CurrentAdmin,
    Path(id): Path<LeadId>,
    Once { once, .. }: Once<NoBody>,
) -> Result<Response> {
    let unit = intake::release(admin.actor(), id).then(|_, received| Ok(Decided::from(received)));
    once.run(&app.db, admin.user.uuid(), StatusCode::OK, unit).await
}

/// Discard a held lead: it is never offered
#[utoipa::path(post, path = "/api/v1/admin/leads/{id}/discard", tag = "back office", params(("id" = LeadId, Path)),
    responses((status = 200, body = Decided), Problems))]
async fn discard(
    app: App,
    CurrentAdmin(admin): CurrentAdmin,
    Path(id): Path<LeadId>,
    Once { once, .. }: Once<NoBody>,
) -> Result<Response> {
    let unit = intake::discard(admin.actor(), id).then(|_, received| Ok(Decided::from(received)));
    once.run(&app.db, admin.user.uuid(), StatusCode::OK, unit).await
}

/// Read the payload of a lead again
///
/// As its source reads now. A lead that was never sold is offered as if it came now; of one that was sold, only what it
/// says changes.
#[utoipa::path(post, path = "/api/v1/admin/leads/{id}/replay", tag = "back office", params(("id" = LeadId, Path)),
    responses((status = 200, body = LeadOut), Problems))]
async fn replay(
    app: App,
    CurrentAdmin(admin): CurrentAdmin,
    Path(id): Path<LeadId>,
    // The answer tells of a person, so it is not kept for an Idempotency-Key: the same again sells nothing a second time.
    Once { .. }: Once<NoBody>,
) -> std::result::Result<Json<LeadOut>, Problem> {
    let (source, sent) = app.db.read(move |read| intake::payload_of(read, id)).await?;
    let Reread { raw_payload: payload, raw_bytes: bytes, raw_content_type: content_type, .. } = sent;
    let (payload, content_type) = (payload.unwrap_or_default(), content_type.unwrap_or_default());
    let submission = read_again(&source, Kept { content_type, payload, bytes, query: String::new() }).await?;
    app.db.run(intake::reread(admin.actor(), id, submission)).await?;
    let (lead, assignments, trace) = app.db.read(move |read| read::lead_in_full(read, id)).await?;
    Ok(Json(LeadOut::of(lead, assignments, trace, app.config.currency.clone())?))
}
