//! A lead and what is the same person's is emptied.

use crate::clock::Timestamp;
use crate::db::{Read, Tx, params, row};
use crate::error::Result;
use crate::id::{LeadId, SourceId};

row! {
    /// A lead as far as its erasure has to know it.
    #[derive(Debug, Clone)]
    pub struct Member {
        pub id: LeadId,
        pub source_id: SourceId,
        pub external_id: Option<String>,
        pub contact_email: Option<String>,
        pub contact_phone: Option<String>,
        pub erased_at: Option<Timestamp>,
    }
}

/// Each by its own index: with `OR` between them PostgreSQL, which has no bitmaps here, reads all leads.
pub(super) const FAMILY: &str = "
    SELECT id, source_id, external_id, contact_email, contact_phone, erased_at FROM leads WHERE id = $1
    UNION ALL SELECT id, source_id, external_id, contact_email, contact_phone, erased_at FROM leads WHERE duplicate_of = $1
    UNION ALL SELECT id, source_id, external_id, contact_email, contact_phone, erased_at FROM leads WHERE known_as = $1";

/// The lead, the duplicates of it, and what it replaced, each once and the oldest first.
pub fn family(read: &mut Read, lead: LeadId) -> Result<Vec<Member>> {
    let mut family: Vec<Member> = read.all(FAMILY, params![lead])?;
    family.sort_by_key(|member| member.id);
    family.dedup_by_key(|member| member.id);
    Ok(family)
}

/// Empties the lead of everything personal, and ends its waiting for the operator; whether it wasn't empty before.
pub fn erase(tx: &mut Tx, lead: LeadId, external_id: Option<&str>) -> Result<bool> {
    let now = tx.now();
    let rows = tx.execute(
        "UPDATE leads SET erased_at = $2, external_id = $3, contact_name = NULL, contact_email = NULL,
           contact_phone = NULL, contact_email_lower = NULL, contact_phone_digits = NULL, postal_code = NULL,
           form_data = NULL, utm_source = NULL, utm_medium = NULL, utm_campaign = NULL, referrer_url = NULL,
           consent = NULL, attribution = NULL, flags = NULL, raw_payload = NULL, raw_bytes = NULL,
           status = CASE status WHEN 'held' THEN 'invalid' ELSE status END
          WHERE id = $1 AND erased_at IS NULL",
        params![lead, now, external_id],
    )?;
    Ok(rows == 1)
}

/// All leads that are erased.
pub fn erased(read: &mut Read) -> Result<Vec<LeadId>> {
    let rows: Vec<(LeadId,)> = read.all("SELECT id FROM leads WHERE erased_at IS NOT NULL ORDER BY id", &[])?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Those of these leads that are there and are not erased; few.
pub fn still_held(read: &mut Read, leads: &[LeadId]) -> Result<Vec<LeadId>> {
    let mut held = Vec::new();
    for lead in leads {
        let found: Option<(LeadId,)> =
            read.optional("SELECT id FROM leads WHERE id = $1 AND erased_at IS NULL", params![lead])?;
        held.extend(found.map(|(id,)| id));
    }
    Ok(held)
}
