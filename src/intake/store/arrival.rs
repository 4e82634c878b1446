//! How a lead that arrives is kept.

use super::sources::Source;
use crate::db::{Tx, params};
use crate::error::Result;
use crate::id::LeadId;
use crate::intake::status::Status;
use crate::intake::submission::Submission;

/// A lead about to be stored, with what was decided about it.
pub struct NewLead<'a> {
    pub id: LeadId,
    pub source: &'a Source,
    pub submission: &'a Submission,
    pub status: Status,
    pub duplicate_of: Option<LeadId>,
}

pub fn insert_lead(tx: &mut Tx, lead: &NewLead<'_>) -> Result<()> {
    let sent = lead.submission;
    let now = tx.now();
    tx.execute_later(
        "INSERT INTO leads (id, source_id, niche_id, status, received_at, contact_name, contact_email, contact_phone,
           contact_email_lower, contact_phone_digits, postal_code, form_data, external_id, duplicate_of, utm_source,
           utm_medium, utm_campaign, referrer_url, consent, raw_payload, raw_content_type, attribution, raw_bytes, flags)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
           $24)",
        params![
            lead.id,
            lead.source.id,
            lead.source.niche_id,
            lead.status,
            now,
            sent.contact_name,
            sent.contact_email.as_ref().map(|email| email.address.as_str()),
            sent.contact_phone.as_ref().map(|phone| phone.shown.as_str()),
            sent.email_key(),
            sent.phone_key(),
            sent.postal_code,
            sent.form_data,
            sent.external_id,
            lead.duplicate_of,
            sent.utm_source,
            sent.utm_medium,
            sent.utm_campaign,
            sent.referrer_url,
            sent.consent,
            sent.raw_payload,
            sent.raw_content_type,
            sent.attribution,
            sent.raw_bytes,
            sent.flags.to_json()
        ],
    )
}
