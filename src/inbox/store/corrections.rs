//! Corrections: duplicates of a sold lead that brought something new, numbered.

use super::super::corrections::{Holder, MOST, Said};
use crate::db::{Read, Tx, params};
use crate::error::Result;
use crate::id::{AssignmentId, LeadId, ProviderId};

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

/// Whoever gave the lead back gets no more of it.
const CORRECTIONS: &str = "
    SELECT d.received_at, d.contact_name, d.contact_email, d.contact_phone, d.contact_email_lower,
           d.contact_phone_digits, d.postal_code, d.form_data
      FROM leads d
     WHERE d.duplicate_of = (SELECT a.lead_id FROM lead_assignments a WHERE a.id = $1 AND a.provider_id = $2)
       AND d.correction IS NOT NULL AND d.erased_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM lead_assignments a WHERE a.id = $1 AND a.refunded_at <= d.received_at)
     ORDER BY d.correction DESC LIMIT $3";

/// Whether an assignment `a` has a lead with corrections.
pub(super) const IS_CORRECTED: &str =
    "EXISTS (SELECT 1 FROM leads d WHERE d.duplicate_of = a.lead_id AND d.correction IS NOT NULL) AS corrected";

pub(super) const STATEMENTS: [(&str, &str); 5] = [
    ("said", SAID),
    ("replaced", REPLACED),
    ("newest correction", NEWEST),
    ("corrected", CORRECTED),
    ("corrections", CORRECTIONS),
];

/// `None` where it is erased.
pub(in crate::inbox) fn said(read: &mut Read, lead: LeadId) -> Result<Option<Said>> {
    read.optional(SAID, params![lead])
}

/// How many corrections of the lead there ever were, and the newest of them.
pub(in crate::inbox) fn corrected(read: &mut Read, lead: LeadId) -> Result<(i64, Vec<Said>)> {
    let newest: Option<(i64,)> = read.optional(NEWEST, params![lead])?;
    let Some((number,)) = newest else { return Ok((0, Vec::new())) };
    Ok((number, read.all(CORRECTED, params![lead, MOST])?))
}

/// What was said by leads of the person that this one replaced.
pub(in crate::inbox) fn replaced(read: &mut Read, lead: LeadId) -> Result<Vec<Said>> {
    read.all(REPLACED, params![lead, MOST])
}

/// What the provider was told, newest first.
pub(in crate::inbox) fn corrections(
    read: &mut Read,
    provider: ProviderId,
    assignment: AssignmentId,
) -> Result<Vec<Said>> {
    read.all(CORRECTIONS, params![assignment, provider, MOST])
}

pub(in crate::inbox) fn holders(read: &mut Read, lead: LeadId) -> Result<Vec<Holder>> {
    read.all(
        "SELECT a.id AS assignment_id, a.provider_id, n.name AS niche_name, a.status, a.price_charged
           FROM lead_assignments a JOIN niches n ON n.id = a.niche_id
          WHERE a.lead_id = $1 AND a.status <> 'refunded' ORDER BY a.id",
        params![lead],
    )
}

/// Numbers the duplicate among the lead's corrections, and has the person known by what it says.
pub(in crate::inbox) fn keep_correction(tx: &mut Tx, duplicate: LeadId, lead: LeadId, number: i64) -> Result<()> {
    tx.execute_exactly(
        1,
        "UPDATE leads SET correction = $3, known_as = $2 WHERE id = $1 AND duplicate_of = $2",
        params![duplicate, lead, number],
    )
}

/// What those who hold the lead find it by.
pub(in crate::inbox) fn set_search_text(tx: &mut Tx, lead: LeadId, text: &str) -> Result<()> {
    tx.execute(
        "UPDATE lead_assignments SET search_text = $2 WHERE lead_id = $1 AND status <> 'refunded'",
        params![lead, text],
    )?;
    Ok(())
}
