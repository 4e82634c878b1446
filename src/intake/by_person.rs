//! What the person behind a lead may do and see by their own link: who has the data, and to have it end.

use serde_json::json;

use super::store::OfPerson;
use super::suppression::{self, NewSuppression};
use super::withdrawal::{Cause, withdraw};
use super::{persons, store};
use crate::audit::{self, Action, Actor, Entity};
use crate::clock::Timestamp;
use crate::db::{Lane, Read, Unit};
use crate::error::{Error, Result};
use crate::id::LeadId;

/// So many leads of one person are shown to them, and withdrawn with one of them.
const OF_ONE: usize = 50;

/// The leads of the person behind this one: of the same e-mail and phone, as far as it has them, in whatever niche; and the one
/// that it corrected, since those who hold that were told. Who shares but one of the two may be somebody else.
pub fn of_the_same_person(read: &mut Read, lead: LeadId) -> Result<Vec<LeadId>> {
    let Some(own) = store::of_id(read, lead)? else { return Ok(Vec::new()) };
    let phones: Vec<String> = own.phone_key.iter().cloned().collect();
    // One of the two leads to all that have both.
    let phones = if own.email_key.is_some() { Vec::new() } else { phones };
    let (others, _) = persons::of(read, own.email_key.as_deref(), &phones)?;
    let is_same = |other: &&OfPerson| {
        (own.email_key.is_none() || other.email_key == own.email_key)
            && (own.phone_key.is_none() || other.phone_key == own.phone_key)
    };
    let same = others.iter().filter(is_same).chain([&own]);
    let mut leads: Vec<LeadId> = same.map(|one| one.duplicate_of.unwrap_or(one.id)).collect();
    leads.sort_unstable();
    leads.dedup();
    leads.truncate(OF_ONE);
    Ok(leads)
}

/// The person behind a lead wants no more of it: it is withdrawn, with the others of theirs, and the person is on the list of
/// those who opted out.
///
/// # Errors
/// `NotFound` where there is no such lead, or it is erased.
pub fn withdraw_by_person(lead: LeadId) -> impl Unit<()> {
    Lane::MONEY.unit(move |tx| {
        let own = store::of_id(tx, lead)?.ok_or(Error::NotFound("lead"))?;
        let mut leads = of_the_same_person(tx, lead)?;
        leads.push(lead);
        leads.sort_unstable();
        leads.dedup();
        for lead in leads {
            withdraw(tx, Actor::System, lead, Cause::Withdrawn)?;
        }
        if own.email_key.is_none() && own.phone_key.is_none() {
            return Ok(());
        }
        let new = NewSuppression { email: own.email_key, reason: Some(BY_PERSON.to_owned()), ..Default::default() };
        let phones: Vec<String> = own.phone_key.into_iter().collect();
        suppression::add(tx, Actor::System, &new, &phones).map(drop)
    })
}

/// The reason that stands on the list.
const BY_PERSON: &str = "withdrawn by the person";

/// A link for the lead's person was made.
///
/// # Errors
/// `NotFound`; `Conflict` `lead_erased`.
pub fn note_person_link(actor: Actor, lead: LeadId, until: Timestamp) -> impl Unit<()> {
    Lane::MONEY.unit(move |tx| {
        let (_, erased_at) = store::standing(tx, lead)?.ok_or(Error::NotFound("lead"))?;
        if erased_at.is_some() {
            return Err(Error::conflict("lead_erased", "the person of this lead was erased"));
        }
        let details = json!({ "expires_at": until });
        audit::record(tx, actor, Action::LeadPersonLinkMade, Entity::Lead(lead), Some(details))
    })
}
