//! Corrections: duplicates of a sold lead that brought something new, numbered.

use crate::clock::Timestamp;
use crate::db::{Json, Read, Tx, params, row};
use crate::error::Result;
use crate::id::LeadId;

/// So many are shown and searched, the newest; and of so many a mail is sent, the first.
pub const MAX_CORRECTIONS_PER_LEAD: i64 = 10;

row! {
    /// What one lead says of its person, with what e-mail and phone are compared by.
    #[derive(Debug, Clone)]
    pub struct Said {
        pub received_at: Timestamp,
        pub contact_name: Option<String>,
        pub contact_email: Option<String>,
        pub contact_phone: Option<String>,
        pub contact_email_lower: Option<String>,
        pub contact_phone_digits: Option<String>,
        pub postal_code: Option<String>,
        pub form_data: Option<Json>,
    }
}

const SAID: &str = "
    SELECT received_at, contact_name, contact_email, contact_phone, contact_email_lower, contact_phone_digits,
           postal_code, form_data
      FROM leads WHERE id = $1 AND erased_at IS NULL";

const NEWEST: &str = "SELECT correction FROM leads WHERE duplicate_of = $1 AND correction IS NOT NULL
                       ORDER BY correction DESC LIMIT 1";

const CORRECTED: &str = "
    SELECT received_at, contact_name, contact_email, contact_phone, contact_email_lower, contact_phone_digits,
           postal_code, form_data
      FROM leads WHERE duplicate_of = $1 AND correction IS NOT NULL AND erased_at IS NULL
     ORDER BY correction DESC LIMIT $2";

/// In no order: those that are known as this lead, and are no corrections of any, are few.
const REPLACED: &str = "
    SELECT received_at, contact_name, contact_email, contact_phone, contact_email_lower, contact_phone_digits,
           postal_code, form_data
      FROM leads WHERE known_as = $1 AND correction IS NULL AND erased_at IS NULL LIMIT $2";

pub(super) const STATEMENTS: [(&str, &str); 4] =
    [("said", SAID), ("replaced", REPLACED), ("newest correction", NEWEST), ("corrected", CORRECTED)];

/// `None` where it is erased.
pub fn said(read: &mut Read, lead: LeadId) -> Result<Option<Said>> {
    read.optional(SAID, params![lead])
}

/// How many corrections of the lead there ever were, and the newest of them.
pub fn corrected(read: &mut Read, lead: LeadId) -> Result<(i64, Vec<Said>)> {
    let newest: Option<(i64,)> = read.optional(NEWEST, params![lead])?;
    let Some((number,)) = newest else { return Ok((0, Vec::new())) };
    Ok((number, read.all(CORRECTED, params![lead, MAX_CORRECTIONS_PER_LEAD])?))
}

/// What was said by leads of the person that this one replaced.
pub fn replaced(read: &mut Read, lead: LeadId) -> Result<Vec<Said>> {
    read.all(REPLACED, params![lead, MAX_CORRECTIONS_PER_LEAD])
}

/// Numbers the duplicate among the lead's corrections, and has the person known by what it says.
pub fn keep_correction(tx: &mut Tx, duplicate: LeadId, lead: LeadId, number: i64) -> Result<()> {
    tx.execute_exactly(
        1,
        "UPDATE leads SET correction = $3, known_as = $2 WHERE id = $1 AND duplicate_of = $2",
        params![duplicate, lead, number],
    )
}
