//! A denied return, appealed: once, within a week, with a text.

use super::ERASED;
use super::returned::{APPEAL_WINDOW, ReturnState, Returned};
use super::store::{self, lock};
use crate::assignments::{self, LeadRef};
use crate::audit::{self, Action, Actor, Entity};
use crate::db::{Lane, Read, Unit};
use crate::error::{Error, Result};
use crate::id::{AssignmentId, Id, ProviderId};
use crate::text;

/// In Unicode scalar values.
pub const LENGTH: std::ops::RangeInclusive<usize> = 10..=1000;

/// Why a denial should be looked at again: a text that says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appeal(String);

impl Appeal {
    /// `Err` with the number of characters where they are too few or too many.
    pub fn new(text: &str) -> Result<Self, usize> {
        let text = text::said(text);
        let chars = text.chars().count();
        if LENGTH.contains(&chars) { Ok(Self(text)) } else { Err(chars) }
    }

    pub fn text(&self) -> &str {
        &self.0
    }
}

/// Has a denied return decided again, for good.
///
/// # Errors
/// `NotFound`; `Conflict` `not_denied`, `already_appealed`, `appeal_window_closed`.
pub fn appeal(provider: ProviderId, lead: LeadRef, appeal: Appeal) -> impl Unit<(AssignmentId, Returned)> {
    Lane::of(provider.uuid()).unit(move |tx| {
        let standing = assignments::sale_state(tx, provider, lead)?;
        let assignment = standing.assignment_id;
        // The person was erased, the provider's money is still at stake: the appeal counts, its words are not kept.
        let text = if assignments::is_erased(tx, standing.lead_id)? { ERASED } else { appeal.text() };
        lock(tx, assignment)?;
        if !store::appeal(tx, provider, assignment, text, tx.now().minus(APPEAL_WINDOW))? {
            return Err(why_not(tx, provider, assignment)?);
        }
        audit::record(tx, Actor::Provider(provider), Action::LeadReturnAppealed, Entity::Assignment(assignment), None)?;
        Ok((assignment, super::kept(tx, assignment)?.returned()))
    })
}

/// Why an appeal changed nothing.
fn why_not(read: &mut Read, provider: ProviderId, assignment: AssignmentId) -> Result<Error> {
    let (code, detail) = match store::kept(read, assignment)? {
        Some(kept) if kept.appealed_at.is_some() => ("already_appealed", "this return has been appealed before"),
        Some(kept) if kept.state == ReturnState::Denied => {
            ("appeal_window_closed", "the time in which this denial could be appealed is over")
        }
        _ => ("not_denied", "only a return that was denied can be appealed"),
    };
    let status = assignments::sale_state(read, provider, LeadRef(assignment.0))?.status;
    Ok(Error::Conflict { code, detail: detail.into(), state: Some(status.as_str()) })
}
