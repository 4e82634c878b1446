//! `GET /api/v1/provider/leads/{lead_id}`

use axum::http::{HeaderMap, Method};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::until::{appeal_until, undo_until};
use crate::accounts::CurrentProvider;
use crate::app::App;
use crate::assignments::{LeadRef, RejectionCode, Status};
use crate::attribution;
use crate::clock::Timestamp;
use crate::consent::Evidence;
use crate::db::{Read, Unit};
use crate::error::{Error, Result};
use crate::http::{Json, Path, Problems, is_prefetch};
use crate::id::{AssignmentId, LeadId, NicheId, SubscriptionId};
use crate::inbox;
use crate::money::Money;
use crate::read::{self, Correction, Detail, ProviderLead};
use crate::returns::ReturnOut;

/// A lead with everything that its provider may see.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LeadDetailView {
    assignment_id: AssignmentId,
    lead_id: LeadId,
    niche_id: NicheId,
    #[schema(example = "Roofing")]
    niche_name: String,
    status: Status,
    price_charged: Money,
    #[schema(example = "USD")]
    currency: String,
    assigned_at: Timestamp,
    viewed_at: Option<Timestamp>,
    accepted_at: Option<Timestamp>,
    rejected_at: Option<Timestamp>,
    rejection_reason: Option<String>,
    #[schema(value_type = Option<RejectionCode>)]
    rejection_code: Option<String>,
    contact_email: Option<String>,
    /// E.164 if it is a real number, else as it was sent
    contact_phone: Option<String>,
    contact_name: Option<String>,
    /// As it was sent
    postal_code: Option<String>,
    /// The person's other answers; null after an erasure
    #[schema(value_type = Option<Object>)]
    form_data: Option<Box<RawValue>>,
    /// What the person agreed to; absent unless the operator shows it and something was sent
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = LeadConsent, nullable = false, required = false)]
    consent: Option<Evidence>,
    /// What the person changed in later submissions, after you got the lead; newest first, at most ten
    corrections: Vec<CorrectionOut>,
    /// When the person's data was erased; null if it was not
    erased_at: Option<Timestamp>,
    /// The lead can be rejected until just before this time
    return_until: Timestamp,
    /// How many returns you may still open now; null: no limit
    returns_left: Option<i64>,
    #[serde(rename = "return")]
    returned: Option<ReturnOut>,
    /// The denied return can be appealed until just before this time; null if it cannot be appealed
    appeal_until: Option<Timestamp>,
    /// Your decision can be taken back until just before this time; null if it cannot be
    undo_until: Option<Timestamp>,
    sold_to: SoldTo,
    billing_context: BillingContext,
    /// Where the lead came from; absent unless the operator shows it
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Attribution, nullable = false, required = false)]
    attribution: Option<Box<RawValue>>,
}

/// What differed in a later submission by the same person; what did not differ is absent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeadCorrection)]
struct CorrectionOut {
    received_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    contact_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    contact_email: Option<String>,
    /// E.164 if it is a real number, else as it was sent
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    contact_phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    postal_code: Option<String>,
    /// The answers that are new or other than before
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object, nullable = false, required = false)]
    form_data: Option<Box<RawValue>>,
}

impl CorrectionOut {
    fn of(one: Correction) -> Result<Self> {
        Ok(Self {
            received_at: one.received_at,
            contact_name: one.contact_name,
            contact_email: one.contact_email,
            contact_phone: one.contact_phone,
            postal_code: one.postal_code,
            form_data: one.form_data.map(|json| RawValue::from_string(json.0)).transpose().map_err(Error::internal)?,
        })
    }
}

/// What a person agreed to, as it was sent. A certificate of `TrustedForm`'s and an id of Jornaya's are there where they have
/// the form of one.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape for the document")]
struct LeadConsent {
    text: Option<String>,
    /// The page; without its query where that tells where the person came from
    url: Option<String>,
    ip: Option<String>,
    at: Option<String>,
    trustedform_cert_url: Option<String>,
    jornaya_leadid: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct SoldTo {
    /// Assignments ever made of this lead, yours included
    count: i64,
    /// How many assignments the lead could have when you got it
    max: i64,
}

#[derive(Debug, Serialize, ToSchema)]
struct BillingContext {
    price_charged: Money,
    /// The time of the charge in the ledger
    charged_at: Timestamp,
    #[schema(example = "Standard")]
    competition_level: String,
    subscription_id: SubscriptionId,
}

/// Also whatever else the sender reported about the origin, under its own names: `gclid`, `utm_term`, `campaign_id`, …
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape for the document; the names beside these are the senders' own")]
struct Attribution {
    utm_source: Option<String>,
    utm_medium: Option<String>,
    utm_campaign: Option<String>,
    referrer_url: Option<String>,
}

fn attribution_of(lead: &Detail) -> Result<Box<RawValue>> {
    let ours = [
        ("utm_source", &lead.utm_source),
        ("utm_medium", &lead.utm_medium),
        ("utm_campaign", &lead.utm_campaign),
        ("referrer_url", &lead.referrer_url),
    ];
    let text = |value: &Option<String>| serde_json::to_string(value).map_err(Error::internal);
    let mut members = Vec::new();
    for (name, value) in ours {
        members.push((name.to_owned(), text(value)?));
    }
    members.extend(lead.origin());
    RawValue::from_string(attribution::object(&members)).map_err(Error::internal)
}

impl LeadDetailView {
    fn of(shown: ProviderLead, app: &App) -> Result<Self> {
        let ProviderLead { lead, corrections, returns_left } = shown;
        let (returned, config) = (lead.returned(), &app.config);
        let decided_at = lead.accepted_at.or(lead.rejected_at);
        let attribution = config.show_attribution_to_providers.then(|| attribution_of(&lead)).transpose()?;
        let consent = lead.evidence();
        let form_data =
            lead.form_data.map(|json| RawValue::from_string(json.0)).transpose().map_err(Error::internal)?;
        let billing_context = BillingContext {
            price_charged: lead.price_charged,
            // Assigned and charged in one transaction.
            charged_at: lead.charged_at.unwrap_or(lead.assigned_at),
            competition_level: lead.competition_level,
            subscription_id: lead.subscription_id,
        };
        Ok(Self {
            assignment_id: lead.assignment_id,
            lead_id: lead.lead_id,
            niche_id: lead.niche_id,
            niche_name: lead.niche_name,
            status: lead.status,
            price_charged: lead.price_charged,
            currency: config.currency.clone(),
            assigned_at: lead.assigned_at,
            viewed_at: lead.viewed_at,
            accepted_at: lead.accepted_at,
            rejected_at: lead.rejected_at,
            rejection_reason: lead.rejection_reason,
            rejection_code: lead.rejection_code,
            contact_email: lead.contact_email,
            contact_phone: lead.contact_phone,
            contact_name: lead.contact_name,
            postal_code: lead.postal_code,
            form_data,
            consent,
            corrections: corrections.into_iter().map(CorrectionOut::of).collect::<Result<_>>()?,
            erased_at: lead.erased_at,
            return_until: app.return_windows.end(lead.assigned_at),
            returns_left,
            appeal_until: appeal_until(returned.as_ref(), app),
            undo_until: undo_until(lead.status, decided_at, returned.as_ref(), lead.erased_at, app),
            returned: returned.map(ReturnOut::from),
            sold_to: SoldTo { count: lead.sold, max: lead.sold_max },
            billing_context,
            attribution,
        })
    }
}

/// One lead, with everything about it
///
/// Opening it for the first time marks it as viewed. HEAD and a browser's prefetch do not.
#[utoipa::path(get, path = "/api/v1/provider/leads/{lead_id}", tag = "provider",
    params(("lead_id" = LeadId, Path, description = "The lead's id, or its assignment's")),
    responses((status = 200, body = LeadDetailView), Problems))]
pub(super) async fn detail(
    app: App,
    provider: CurrentProvider,
    Path(lead): Path<LeadRef>,
    method: Method,
    headers: HeaderMap,
) -> Result<Json<LeadDetailView>> {
    let provider = provider.id;
    let mut found = app.db.read(move |read: &mut Read| read::lead(read, provider, lead)).await?;
    if found.lead.viewed_at.is_none() && method == Method::GET && !is_prefetch(&headers) {
        found = app.db.run(inbox::open(provider, lead).then(move |tx, ()| read::lead(tx, provider, lead))).await?;
    }
    LeadDetailView::of(found, &app).map(Json)
}
