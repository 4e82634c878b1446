//! What a sender may post and what it is answered, as the OpenAPI document shows them. `formats` reads what is sent, and
//! takes more than is shown here: what it does not know is kept.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, Received, Status};
use crate::id::LeadId;
use crate::money::Money;

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
    /// Where the visitor's browser is sent to (303): a page on one of the source's `redirect_hosts`; `lead=refused` is added
    /// to its query if the lead was refused. Not an answer
    redirect_url: Option<String>,
    /// When the form was opened, unix time in milliseconds: what is sent within 2 seconds was sent by a program. Not an answer
    form_opened_at: Option<String>,
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
    /// What they pay together; there if the source's `answer` is `outcome`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    price: Option<Money>,
    /// Why nobody got it, null if somebody did; there if the source's `answer` is `outcome`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Status>, required = false)]
    reason: Option<Reason>,
}

/// Why nobody got a lead; nothing where somebody did.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Reason(Option<Status>);

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
        let Received { lead, status, assignments, .. } = received;
        let assignments = assignments.len();
        Self::Lead(LeadReceipt { ok: true, lead_id: *lead, status: *status, assignments, price: None, reason: None })
    }

    /// With as much as the source tells its senders, where its platform is told anything.
    pub fn telling(self, answer: Answer, received: &Received) -> Self {
        match (answer, self) {
            (Answer::Outcome, Self::Lead(receipt)) => {
                let reason = Some(received.status).filter(|_| received.assignments.is_empty());
                Self::Lead(LeadReceipt { price: Some(received.price), reason: Some(Reason(reason)), ..receipt })
            }
            (_, receipt) => receipt,
        }
    }
}
