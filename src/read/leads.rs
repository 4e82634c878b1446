//! Leads as the operator sees them, with their assignments.

use crate::clock::Timestamp;
use crate::db::sql::{Conditions, tuples};
use crate::db::{Json, Param, Read, params, row};
use crate::distribution;
use crate::error::{Error, Result};
use crate::fields::NicheFields;
use crate::id::{AssignmentId, LeadId, NicheId, ProviderId, SourceId, SubscriptionId, oldest_uuid};
use crate::intake::{Status, told_apart};
use crate::money::Money;

row! {
    /// A lead as it stands in a list.
    #[derive(Debug, Clone)]
    pub struct LeadRow {
        pub id: LeadId,
        pub source_id: SourceId,
        pub niche_id: NicheId,
        pub status: Status,
        pub received_at: Timestamp,
        pub contact_name: Option<String>,
        pub contact_email: Option<String>,
        pub contact_phone: Option<String>,
        pub postal_code: Option<String>,
        pub external_id: Option<String>,
        pub duplicate_of: Option<LeadId>,
        pub erased_at: Option<Timestamp>,
        pub assignment_count: i64,
    }
}

/// Which leads a list shows; `None` leaves a filter out.
#[derive(Debug, Clone, Copy, Default)]
pub struct LeadFilter {
    pub status: Option<Status>,
    pub niche_id: Option<NicheId>,
    pub source_id: Option<SourceId>,
    /// Received from then on.
    pub from: Option<Timestamp>,
    /// Received before.
    pub to: Option<Timestamp>,
    pub before: Option<LeadId>,
    /// This one alone.
    pub id: Option<LeadId>,
}

impl LeadFilter {
    /// A lead's id is never older than its arrival, so a time bounds the ids from below.
    pub(super) fn oldest(&self) -> Option<LeadId> {
        self.from.map(|from| LeadId(oldest_uuid(from)))
    }

    /// `oldest`: as [`Self::oldest`] says.
    pub(super) fn narrow<'a>(&'a self, only: &mut Conditions<'a>, oldest: Option<&'a LeadId>) {
        only.and_some("id =", &self.id);
        only.and_some("status =", &self.status);
        only.and_some("niche_id =", &self.niche_id);
        only.and_some("source_id =", &self.source_id);
        if let Some(oldest) = oldest {
            only.and("id >=", oldest);
        }
        only.and_some("received_at >=", &self.from);
        only.and_some("received_at <", &self.to);
        only.and_some("id <", &self.before);
    }
}

/// The leads that pass the filter, newest first, at most `limit`.
pub fn leads(read: &mut Read, filter: &LeadFilter, limit: i64) -> Result<Vec<LeadRow>> {
    let oldest = filter.oldest();
    let mut only = Conditions::default();
    filter.narrow(&mut only, oldest.as_ref());
    let limit = only.bind(&limit);
    let sql = format!("{ROW} FROM leads{} ORDER BY id DESC LIMIT ${limit}", only.sql());
    read.all(&sql, only.params())
}

const ROW: &str = "SELECT id, source_id, niche_id, status, received_at, contact_name, contact_email, contact_phone,
    postal_code, external_id, duplicate_of, erased_at,
    (SELECT count(*) FROM lead_assignments AS a WHERE a.lead_id = leads.id) AS assignment_count";

/// These leads, newest first.
pub(super) fn lead_rows(read: &mut Read, ids: &[LeadId]) -> Result<Vec<LeadRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let params: Vec<&dyn Param> = ids.iter().map(|id| -> &dyn Param { id }).collect();
    read.all(&format!("{ROW} FROM leads WHERE id IN {} ORDER BY id DESC", tuples(1, ids.len())), &params)
}

row! {
    /// A lead with everything that is kept of it.
    #[derive(Debug, Clone)]
    pub struct LeadDetail {
        pub id: LeadId,
        pub source_id: SourceId,
        pub source_name: String,
        /// Of the source.
        pub country: String,
        pub niche_id: NicheId,
        pub niche_name: String,
        /// What the niche asks.
        pub fields: NicheFields,
        pub status: Status,
        pub received_at: Timestamp,
        pub contact_name: Option<String>,
        pub contact_email: Option<String>,
        pub contact_phone: Option<String>,
        pub postal_code: Option<String>,
        pub form_data: Option<Json>,
        pub external_id: Option<String>,
        pub duplicate_of: Option<LeadId>,
        /// The lead that the person is known as.
        pub known_as: Option<LeadId>,
        pub utm_source: Option<String>,
        pub utm_medium: Option<String>,
        pub utm_campaign: Option<String>,
        pub referrer_url: Option<String>,
        pub consent: Option<Json>,
        pub attribution: Option<Json>,
        pub flags: Option<Json>,
        pub raw_payload: Option<String>,
        pub raw_bytes: Option<Vec<u8>>,
        pub raw_content_type: Option<String>,
        pub erased_at: Option<Timestamp>,
    }
}

row! {
    /// What was posted, and what became of it.
    #[derive(Debug, Clone)]
    pub struct Received {
        pub id: LeadId,
        pub received_at: Timestamp,
        pub status: Status,
        pub raw_content_type: Option<String>,
        /// `None` after an erasure.
        pub raw_payload: Option<String>,
    }
}

/// Among so many of the newest leads those of a source are looked for: no index has them in this order.
const AMONG: i64 = 10_000;

const RECEIVED: &str = "SELECT l.id, l.received_at, l.status, l.raw_content_type, l.raw_payload
   FROM (SELECT id, source_id FROM leads ORDER BY id DESC LIMIT $3) AS n JOIN leads AS l ON l.id = n.id
  WHERE n.source_id = $1 ORDER BY n.id DESC LIMIT $2";

/// The latest leads of a source, newest first, as far as they are among the latest of all.
pub fn received_from(read: &mut Read, source: SourceId, limit: i64) -> Result<Vec<Received>> {
    read.all(RECEIVED, params![source, limit, AMONG])
}

/// A lead with its assignments and the trace of its last distribution.
///
/// # Errors
/// `NotFound`.
pub fn lead_in_full(read: &mut Read, id: LeadId) -> Result<(LeadDetail, Vec<Assignment>, Option<Json>)> {
    let found: Option<LeadDetail> = read.optional(
        "SELECT l.id, l.source_id, s.name AS source_name, s.country, l.niche_id, n.name AS niche_name, n.fields, l.status, l.received_at,
           l.contact_name, l.contact_email, l.contact_phone, l.postal_code, l.form_data, l.external_id, l.duplicate_of,
           l.known_as, l.utm_source, l.utm_medium, l.utm_campaign, l.referrer_url, l.consent, l.attribution, l.flags,
           l.raw_payload, l.raw_bytes, l.raw_content_type, l.erased_at
           FROM leads AS l JOIN sources AS s ON s.id = l.source_id JOIN niches AS n ON n.id = l.niche_id
          WHERE l.id = $1",
        params![id],
    )?;
    let mut lead = found.ok_or(Error::NotFound("lead"))?;
    told_apart(&mut lead.form_data, &mut lead.attribution);
    lead.form_data = lead.form_data.map(|json| Json(lead.fields.ordered(&json.0).into_owned()));
    Ok((lead, assignments(read, id)?, distribution::trace(read, id)?))
}

row! {
    /// Who got a lead, for how much, and what they did with it.
    #[derive(Debug, Clone)]
    pub struct Assignment {
        pub id: AssignmentId,
        pub provider_id: ProviderId,
        pub provider_name: String,
        pub subscription_id: SubscriptionId,
        pub level: String,
        pub status: String,
        pub price_charged: Money,
        pub assigned_at: Timestamp,
        pub viewed_at: Option<Timestamp>,
        pub accepted_at: Option<Timestamp>,
        pub rejected_at: Option<Timestamp>,
        pub refunded_at: Option<Timestamp>,
        pub rejection_reason: Option<String>,
        pub rejection_code: Option<String>,
    }
}

/// The lead's assignments in the order they were made.
fn assignments(read: &mut Read, lead: LeadId) -> Result<Vec<Assignment>> {
    read.all(
        "SELECT a.id, a.provider_id, p.name AS provider_name, a.subscription_id, c.name AS level, a.status,
           a.price_charged, a.assigned_at, a.viewed_at, a.accepted_at, a.rejected_at, a.refunded_at,
           a.rejection_reason, a.rejection_code
           FROM lead_assignments AS a JOIN providers AS p ON p.id = a.provider_id
           JOIN competition_levels AS c ON c.id = a.competition_level_id
          WHERE a.lead_id = $1 ORDER BY a.id",
        params![lead],
    )
}
