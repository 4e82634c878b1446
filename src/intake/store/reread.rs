//! Leads whose payload is read again.

use crate::clock::Timestamp;
use crate::db::{Json, Read, Tx, params, row};
use crate::error::Result;
use crate::id::{LeadId, NicheId, SourceId};
use crate::intake::status::Status;
use crate::intake::submission::Submission;

row! {
    /// What was sent for a lead, and what became of it.
    #[derive(Debug, Clone)]
    pub struct Reread {
        pub source_id: SourceId,
        pub niche_id: NicheId,
        pub status: Status,
        pub external_id: Option<String>,
        pub duplicate_of: Option<LeadId>,
        pub known_as: Option<LeadId>,
        pub erased_at: Option<Timestamp>,
        pub withdrawn_at: Option<Timestamp>,
        /// Assignments ever made of it.
        pub sales: i64,
        pub raw_payload: Option<String>,
        /// Where that text is not exactly what came.
        pub raw_bytes: Option<Vec<u8>>,
        pub raw_content_type: Option<String>,
    }
}

pub fn reread(read: &mut Read, lead: LeadId) -> Result<Option<Reread>> {
    read.optional(
        "SELECT source_id, niche_id, status, external_id, duplicate_of, known_as, erased_at, withdrawn_at,
                (SELECT count(*) FROM lead_assignments a WHERE a.lead_id = leads.id) AS sales,
                raw_payload, raw_bytes, raw_content_type
           FROM leads WHERE id = $1",
        params![lead],
    )
}

/// Has the lead say what the submission does, and be what it comes to. Of where it came from what is not said any more stays,
/// since part of that stood in the address that it was sent to.
pub fn say_anew(
    tx: &mut Tx,
    lead: LeadId,
    sent: &Submission,
    (status, external_id, duplicate_of): (Status, Option<String>, Option<LeadId>),
) -> Result<()> {
    let attribution = sent.attribution.clone().filter(|json| json.0 != "{}");
    let email = sent.contact_email.as_ref().map(|email| email.address.as_str());
    let phone = sent.contact_phone.as_ref().map(|phone| phone.shown.as_str());
    let flags: Option<Json> = sent.flags.to_json();
    tx.execute_exactly(
        1,
        "UPDATE leads SET contact_name = $2, contact_email = $3, contact_phone = $4, contact_email_lower = $5,
                contact_phone_digits = $6, postal_code = $7, form_data = $8, utm_source = COALESCE($9, utm_source),
                utm_medium = COALESCE($10, utm_medium), utm_campaign = COALESCE($11, utm_campaign),
                referrer_url = COALESCE($12, referrer_url), attribution = COALESCE($13, attribution),
                consent = COALESCE($14, consent), flags = $15, status = $16, external_id = $17, duplicate_of = $18
          WHERE id = $1 AND erased_at IS NULL",
        params![
            lead,
            sent.contact_name,
            email,
            phone,
            sent.email_key(),
            sent.phone_key(),
            sent.postal_code,
            sent.form_data,
            sent.utm_source,
            sent.utm_medium,
            sent.utm_campaign,
            sent.referrer_url,
            attribution,
            sent.consent,
            flags,
            status,
            external_id,
            duplicate_of
        ],
    )
}
