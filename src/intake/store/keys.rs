//! The keys by which a person is known again, as they are kept.

use crate::db::{Read, Tx, params};
use crate::error::Result;
use crate::id::LeadId;
use crate::intake::keys::{Keys, Person};

const PEOPLE: &str =
    "SELECT l.id, l.contact_name, l.contact_email, l.contact_phone, l.postal_code, l.form_data, s.country,
            l.contact_email_lower AS email_key, l.contact_phone_digits AS phone_key
       FROM leads AS l JOIN sources AS s ON s.id = l.source_id
      WHERE l.id > $1 AND l.erased_at IS NULL ORDER BY l.id LIMIT $2";

pub fn people(read: &mut Read, after: LeadId, limit: i64) -> Result<Vec<Person>> {
    read.all(PEOPLE, params![after, limit])
}

/// The same; none of them is erased until this unit ends.
pub fn people_to_change(tx: &mut Tx, after: LeadId, limit: i64) -> Result<Vec<Person>> {
    let held = tx.held("l");
    tx.all(&format!("{PEOPLE}{held}"), params![after, limit])
}

pub fn set_keys(tx: &mut Tx, lead: LeadId, keys: &Keys) -> Result<()> {
    tx.execute_later(
        "UPDATE leads SET contact_email_lower = $2, contact_phone_digits = $3 WHERE id = $1",
        params![lead, keys.email, keys.phone],
    )
}
