//! What a search looks through.

use crate::assignments::SearchBits;
use crate::db::{Tx, params};
use crate::error::Result;
use crate::id::LeadId;

/// Where nothing was corrected: then it is made of more than the lead.
pub(in crate::assignments) fn renew_search_text(tx: &mut Tx, lead: LeadId, text: &str) -> Result<()> {
    let bits = SearchBits::of(text);
    tx.execute_later(
        "UPDATE lead_assignments SET search_text = $2, search_bits_1 = $3, search_bits_2 = $4
          WHERE lead_id = $1 AND (search_text <> $2 OR search_bits_1 <> $3 OR search_bits_2 <> $4)
            AND NOT EXISTS (SELECT 1 FROM leads AS d WHERE d.duplicate_of = $1 AND d.correction IS NOT NULL)",
        params![lead, text, bits.first, bits.second],
    )
}

/// What those who hold the lead find it by.
pub(in crate::assignments) fn set_search_text(tx: &mut Tx, lead: LeadId, text: &str) -> Result<()> {
    let bits = SearchBits::of(text);
    tx.execute(
        "UPDATE lead_assignments SET search_text = $2, search_bits_1 = $3, search_bits_2 = $4
          WHERE lead_id = $1 AND status <> 'refunded'",
        params![lead, text, bits.first, bits.second],
    )?;
    Ok(())
}
