//! A person's leads, in whatever niche and whatever became of them. Each lead stands in one of two indexes.

use crate::db::{Read, Tx, params, row};
use crate::error::Result;
use crate::id::LeadId;
use crate::intake::status::Status;

row! {
    /// A lead of a person, with the lead that those who bought it know the person by.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct OfPerson {
        pub id: LeadId,
        pub duplicate_of: Option<LeadId>,
        pub known_as: Option<LeadId>,
        pub status: Status,
        pub email_key: Option<String>,
        pub phone_key: Option<String>,
    }
}

macro_rules! by {
    ($key:literal) => {
        concat!(
            "SELECT id, duplicate_of, known_as, status, email_key, phone_key FROM (
             SELECT id, duplicate_of, known_as, status, contact_email_lower AS email_key, contact_phone_digits AS phone_key FROM leads
               WHERE ",
            $key,
            " = $1 AND ",
            $key,
            " IS NOT NULL
                 AND (status IN ('assigned', 'unmatched') OR known_as IS NOT NULL) LIMIT $2) AS offered
             UNION ALL SELECT id, duplicate_of, known_as, status, email_key, phone_key FROM (
             SELECT id, duplicate_of, known_as, status, contact_email_lower AS email_key, contact_phone_digits AS phone_key FROM leads
               WHERE ",
            $key,
            " = $1 AND ",
            $key,
            " IS NOT NULL
                 AND status NOT IN ('assigned', 'unmatched') AND known_as IS NULL LIMIT $2) AS others"
        )
    };
}

pub(super) const BY_EMAIL: &str = by!("contact_email_lower");
pub(super) const BY_PHONE: &str = by!("contact_phone_digits");

/// Leads of this e-mail key, no more than so many that were offered and so many others; none of them erased.
pub fn of_email(read: &mut Read, key: &str, limit: i64) -> Result<Vec<OfPerson>> {
    read.all(BY_EMAIL, params![key, limit])
}

/// The same by the key of a phone.
pub fn of_phone(read: &mut Read, key: &str, limit: i64) -> Result<Vec<OfPerson>> {
    read.all(BY_PHONE, params![key, limit])
}

/// The leads after this one, in the order of their ids; so many rows are looked at.
pub fn listed_after(read: &mut Read, after: LeadId, limit: i64) -> Result<Vec<OfPerson>> {
    read.all(
        "SELECT id, duplicate_of, known_as, status, contact_email_lower AS email_key, contact_phone_digits AS phone_key
           FROM leads WHERE id > $1 ORDER BY id LIMIT $2",
        params![after, limit],
    )
}

/// The lead, where it is not erased.
pub fn of_id(read: &mut Read, lead: LeadId) -> Result<Option<OfPerson>> {
    read.optional(
        "SELECT id, duplicate_of, known_as, status, contact_email_lower AS email_key, contact_phone_digits AS phone_key
           FROM leads WHERE id = $1 AND erased_at IS NULL",
        params![lead],
    )
}

/// Takes a lead out of the market for good: one that waits gets this status. Whether it was there to be taken.
pub fn withdraw(tx: &mut Tx, lead: LeadId, status: Status) -> Result<bool> {
    let now = tx.now();
    let rows = tx.execute(
        "UPDATE leads SET withdrawn_at = $2, status = CASE WHEN status IN ('unmatched', 'held') THEN $3 ELSE status END
          WHERE id = $1 AND withdrawn_at IS NULL AND erased_at IS NULL",
        params![lead, now, status],
    )?;
    Ok(rows == 1)
}
