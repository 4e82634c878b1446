//! What a sender may post and what it is answered, as the OpenAPI document shows them. `formats` reads what is sent, and
//! takes more than is shown here: what it does not know is kept.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Received, Status};
use crate::id::LeadId;

/// A lead in our own format.
#[derive(Debug, ToSchema)]
#[schema(as = Lead)]
#[expect(dead_code, reason = "the shape for the document; formats::json reads it")]
pub(super) struct LeadShape {
    /// Cut at 200 characters
    contact_name: Option<String>,
    /// This or the phone is required; text that is not an e-mail address is kept, but reaches nobody
    contact_email: Option<String>,
    /// Shown in E.164 if it is a real number, else as it was sent
    contact_phone: Option<String>,
    postal_code: Option<String>,
    /// All other answers; beyond 64 KiB, 200 keys or 8 levels only what fits is kept
    form_data: Option<serde_json::Map<String, serde_json::Value>>,
    /// Your own id of the lead; sending the same id again is a duplicate
    external_id: Option<String>,
    utm_source: Option<String>,
    utm_medium: Option<String>,
    utm_campaign: Option<String>,
    referrer_url: Option<String>,
    consent: Option<ConsentShape>,
    /// true: a test lead, which is kept and never assigned
    is_test: Option<bool>,
}

/// What the person agreed to, and the evidence.
#[derive(Debug, ToSchema)]
#[schema(as = Consent)]
#[expect(dead_code, reason = "the shape for the document; formats::json reads it")]
struct ConsentShape {
    text: Option<String>,
    url: Option<String>,
    /// IPv4 or IPv6; evidence is kept as it was sent
    ip: Option<String>,
    /// RFC 3339
    at: Option<String>,
    trustedform_cert_url: Option<String>,
    jornaya_leadid: Option<String>,
}

/// The same lead as a form post. `consent[…]` fields make up `consent`; every other field is an answer, and a
/// repeated field becomes a list.
#[derive(Debug, ToSchema)]
#[schema(as = LeadForm)]
#[expect(dead_code, reason = "the shape for the document; formats::json reads it")]
pub(super) struct LeadForm {
    contact_name: Option<String>,
    /// This or the phone is required
    contact_email: Option<String>,
    contact_phone: Option<String>,
    postal_code: Option<String>,
    external_id: Option<String>,
    utm_source: Option<String>,
    utm_medium: Option<String>,
    utm_campaign: Option<String>,
    referrer_url: Option<String>,
    #[schema(rename = "consent[text]")]
    consent_text: Option<String>,
    #[schema(rename = "consent[url]")]
    consent_url: Option<String>,
    #[schema(rename = "consent[ip]")]
    consent_ip: Option<String>,
    #[schema(rename = "consent[at]")]
    consent_at: Option<String>,
    #[schema(rename = "consent[trustedform_cert_url]")]
    consent_trustedform_cert_url: Option<String>,
    #[schema(rename = "consent[jornaya_leadid]")]
    consent_jornaya_leadid: Option<String>,
    /// `true`, `1`, `on` or `yes`: a test lead, which is kept and never assigned
    is_test: Option<String>,
}

/// What became of a lead in our own format.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeadReceipt)]
pub struct LeadReceipt {
    #[schema(example = true)]
    ok: bool,
    lead_id: LeadId,
    status: Status,
    /// How many providers got it
    assignments: usize,
}

/// The answer to platforms that look at the status alone: the lead is on record. With some it has what our own format has.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Acknowledged)]
pub struct Acknowledged {}

/// What the sender is told, as its platform expects it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Receipt {
    Lead(LeadReceipt),
    Nothing(Acknowledged),
}

impl Receipt {
    pub const NOTHING: Self = Self::Nothing(Acknowledged {});

    pub fn of(received: &Received) -> Self {
        let Received { lead, status, assignments } = received;
        Self::Lead(LeadReceipt { ok: true, lead_id: *lead, status: *status, assignments: assignments.len() })
    }
}
