//! What a search looks through, and by whose habits it is read.

use crate::db::{Read, Tx, params};
use crate::error::Result;
use crate::id::LeadId;

/// Where nothing was corrected: then it is made of more than the lead.
pub(in crate::inbox) fn renew_search_text(tx: &mut Tx, lead: LeadId, text: &str) -> Result<()> {
    tx.execute_later(
        "UPDATE lead_assignments SET search_text = $2 WHERE lead_id = $1 AND search_text <> $2
            AND NOT EXISTS (SELECT 1 FROM leads AS d WHERE d.duplicate_of = $1 AND d.correction IS NOT NULL)",
        params![lead, text],
    )
}

/// The countries that leads come from.
pub(in crate::inbox) fn countries(read: &mut Read) -> Result<Vec<String>> {
    let found: Vec<(String,)> = read.all("SELECT DISTINCT country FROM sources", &[])?;
    Ok(found.into_iter().map(|(country,)| country).collect())
}
