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
        pub erased_at: Option<Timestamp>,
    }
}

/// The lead and the duplicates of it.
pub fn family(read: &mut Read, lead: LeadId) -> Result<Vec<Member>> {
    read.all(
        "SELECT id, source_id, external_id, erased_at FROM leads WHERE id = $1 OR duplicate_of = $1 ORDER BY id",
        params![lead],
    )
}

/// Empties the lead of everything personal; whether it wasn't empty before.
pub fn erase(tx: &mut Tx, lead: LeadId, external_id: Option<&str>) -> Result<bool> {
    let now = tx.now();
    let rows = tx.execute(
        "UPDATE leads SET erased_at = $2, external_id = $3, contact_name = NULL, contact_email = NULL,
           contact_phone = NULL, contact_email_lower = NULL, contact_phone_digits = NULL, postal_code = NULL,
           form_data = NULL, utm_source = NULL, utm_medium = NULL, utm_campaign = NULL, referrer_url = NULL,
           consent = NULL, raw_payload = NULL
          WHERE id = $1 AND erased_at IS NULL",
        params![lead, now, external_id],
    )?;
    Ok(rows == 1)
}
