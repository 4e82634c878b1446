//! What a sender may post and what it is answered, as the OpenAPI document shows them. `formats` reads what is sent, and
//! takes more than is shown here: what it does not know is kept.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Format, Received, Status};
use crate::id::LeadId;

/// A lead in our own format.
#[derive(Debug, ToSchema)]
#[schema(as = Lead)]
#[expect(dead_code, reason = "the shape for the document; formats::json reads it")]
pub(super) struct LeadShape {
    #[schema(max_length = 200)]
    contact_name: Option<String>,
    /// This or the phone is required
    #[schema(format = Email, max_length = 254)]
    contact_email: Option<String>,
    /// Shown in E.164 where it is a real number, else as sent
    #[schema(max_length = 40)]
    contact_phone: Option<String>,
    #[schema(max_length = 20)]
    postal_code: Option<String>,
    /// All other answers; of more than 64 KiB, 200 keys or 8 levels, what fits
    form_data: Option<serde_json::Map<String, serde_json::Value>>,
    /// Your own id of the lead; the same again is a duplicate
    #[schema(max_length = 255)]
    external_id: Option<String>,
    #[schema(max_length = 500)]
    utm_source: Option<String>,
    #[schema(max_length = 500)]
    utm_medium: Option<String>,
    #[schema(max_length = 500)]
    utm_campaign: Option<String>,
    #[schema(max_length = 4000)]
    referrer_url: Option<String>,
    consent: Option<ConsentShape>,
    /// Kept, and never assigned
    is_test: Option<bool>,
}

/// What the person agreed to, and the evidence.
#[derive(Debug, ToSchema)]
#[schema(as = Consent)]
#[expect(dead_code, reason = "the shape for the document; formats::json reads it")]
struct ConsentShape {
    #[schema(max_length = 10_000)]
    text: Option<String>,
    #[schema(max_length = 4000)]
    url: Option<String>,
    /// IPv4 or IPv6
    ip: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<String>,
    #[schema(max_length = 4000)]
    trustedform_cert_url: Option<String>,
    #[schema(max_length = 100)]
    jornaya_leadid: Option<String>,
}

/// The same as a form post. `consent[…]` is what a lead in JSON has in `consent`; every other field is an answer, and one
/// that is repeated a list.
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
    /// `true`, `1`, `on`, `yes`: kept, and never assigned
    is_test: Option<String>,
}

/// What became of a lead in our own format.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeadReceipt)]
pub(super) struct LeadReceipt {
    #[schema(example = true)]
    ok: bool,
    lead_id: LeadId,
    status: Status,
    /// How many providers got it
    assignments: usize,
}

/// What Google is told: nothing, since the lead is on record.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Acknowledged)]
pub(super) struct Acknowledged {}

/// What the sender is told, as its platform expects it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Receipt {
    Ours(LeadReceipt),
    Google(Acknowledged),
}

impl Receipt {
    pub(super) fn of(format: Format, received: &Received) -> Self {
        match format {
            Format::Json => Self::Ours(LeadReceipt {
                ok: true,
                lead_id: received.lead,
                status: received.status,
                assignments: received.assignments.len(),
            }),
            Format::GoogleAds => Self::Google(Acknowledged {}),
        }
    }
}
