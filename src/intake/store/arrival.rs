//! A lead arrives: whose duplicate it is, and how it is kept.

use crate::clock::Timestamp;
use crate::db::{Read, Tx, params};
use crate::error::Result;
use crate::id::LeadId;
use crate::intake::{Source, Status, Submission};

/// By what a lead is known again; what is `None` is not looked for.
#[derive(Debug, Clone)]
pub struct Sought<'a> {
    /// The platform's id, as it stands on a lead, and as it stands on one that was erased.
    pub external_id: Option<&'a str>,
    pub erased_id: Option<String>,
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
    /// E-mail and phone count on leads received since.
    pub since: Timestamp,
}

/// The lead this one is a duplicate of: by the platform's id, else the newest of the same e-mail, else of the same phone.
///
/// One statement, an index each, and at most one row of each; what is not sought is NULL, which nothing equals.
pub fn original(read: &mut Read, source: &Source, sought: &Sought<'_>) -> Result<Option<LeadId>> {
    let found = read.all::<(LeadId, i64)>(
        "SELECT id, place FROM (SELECT id, 1 AS place FROM leads
           WHERE source_id = $1 AND external_id IN ($2, $3) AND external_id IS NOT NULL
             AND status IN ('assigned', 'unmatched') LIMIT 1) AS by_id
         UNION ALL SELECT id, place FROM (SELECT id, 2 AS place FROM leads
           WHERE niche_id = $4 AND contact_email_lower = $5 AND contact_email_lower IS NOT NULL AND received_at >= $6
             AND status IN ('assigned', 'unmatched') ORDER BY received_at DESC LIMIT 1) AS by_email
         UNION ALL SELECT id, place FROM (SELECT id, 3 AS place FROM leads
           WHERE niche_id = $4 AND contact_phone_digits = $7 AND contact_phone_digits IS NOT NULL AND received_at >= $6
             AND status IN ('assigned', 'unmatched') ORDER BY received_at DESC LIMIT 1) AS by_phone",
        params![
            source.id,
            sought.external_id,
            sought.erased_id,
            source.niche_id,
            sought.email,
            sought.since,
            sought.phone
        ],
    )?;
    Ok(found.into_iter().min_by_key(|(_, place)| *place).map(|(lead, _)| lead))
}

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
            sent.phone_digits(),
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
