//! How a lead that arrives is kept.

use super::sources::Source;
use crate::db::sql::{slices, tuples};
use crate::db::{Json, Param, Tx};
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

pub fn insert_leads(tx: &mut Tx, leads: &[NewLead<'_>]) -> Result<()> {
    let now = tx.now();
    for leads in slices(leads) {
        let made: Vec<Made<'_>> = leads.iter().map(Made::of).collect();
        let mut params: Vec<&dyn Param> = Vec::with_capacity(leads.len() * 24);
        for (lead, made) in leads.iter().zip(&made) {
            let sent = lead.submission;
            let row: [&dyn Param; 24] = [
                &lead.id,
                &lead.source.id,
                &lead.source.niche_id,
                &lead.status,
                &now,
                &sent.contact_name,
                &made.email,
                &made.phone,
                &made.email_key,
                &made.phone_key,
                &sent.postal_code,
                &sent.form_data,
                &sent.external_id,
                &lead.duplicate_of,
                &sent.utm_source,
                &sent.utm_medium,
                &sent.utm_campaign,
                &sent.referrer_url,
                &sent.consent,
                &sent.raw_payload,
                &sent.raw_content_type,
                &sent.attribution,
                &sent.raw_bytes,
                &made.flags,
            ];
            params.extend(row);
        }
        let sql = format!(
            "INSERT INTO leads (id, source_id, niche_id, status, received_at, contact_name, contact_email, contact_phone,
               contact_email_lower, contact_phone_digits, postal_code, form_data, external_id, duplicate_of, utm_source,
               utm_medium, utm_campaign, referrer_url, consent, raw_payload, raw_content_type, attribution, raw_bytes,
               flags)
             VALUES {}",
            tuples(leads.len(), 24)
        );
        tx.execute_later(&sql, &params)?;
    }
    Ok(())
}

/// What of a lead's row is not kept as it stands in the submission.
struct Made<'a> {
    email: Option<&'a str>,
    phone: Option<&'a str>,
    email_key: Option<&'a str>,
    phone_key: Option<&'a str>,
    flags: Option<Json>,
}

impl<'a> Made<'a> {
    fn of(lead: &NewLead<'a>) -> Self {
        let sent = lead.submission;
        Self {
            email: sent.contact_email.as_ref().map(|email| email.address.as_str()),
            phone: sent.contact_phone.as_ref().map(|phone| phone.shown.as_str()),
            email_key: sent.email_key(),
            phone_key: sent.phone_key(),
            flags: sent.flags.to_json(),
        }
    }
}
