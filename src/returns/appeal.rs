//! A denied return, appealed: once, within a week, with a text.

use super::{ERASED, lock, store};
use crate::audit::{self, Action, Actor, Entity};
use crate::db::{Read, Tx};
use crate::error::{Error, Result};
use crate::id::{AssignmentId, ProviderId};
use crate::inbox::{self, APPEAL_WINDOW, LeadRef, ReturnState, Returned};
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
pub fn appeal(tx: &mut Tx, provider: ProviderId, lead: LeadRef, appeal: &Appeal) -> Result<(AssignmentId, Returned)> {
    let standing = inbox::standing(tx, provider, lead)?;
    let assignment = standing.assignment_id;
    // The person was erased, the provider's money is still at stake: the appeal counts, its words are not kept.
    let text = if inbox::is_erased(tx, standing.lead_id)? { ERASED } else { appeal.text() };
    lock(tx, assignment)?;
    if !store::appeal(tx, provider, assignment, text, tx.now().minus(APPEAL_WINDOW))? {
        return Err(why_not(tx, assignment, &standing)?);
    }
    audit::record(tx, Actor::Provider(provider), Action::LeadReturnAppealed, Entity::Assignment(assignment), None)?;
    Ok((assignment, super::case(tx, assignment)?.returned()))
}

/// Why an appeal changed nothing.
fn why_not(read: &mut Read, assignment: AssignmentId, standing: &inbox::Standing) -> Result<Error> {
    let case = store::case(read, assignment)?;
    let (code, detail) = match &case {
        Some(case) if case.appealed_at.is_some() => ("already_appealed", "this return has been appealed before"),
        Some(case) if case.state == ReturnState::Denied => {
            ("appeal_window_closed", "the time in which this denial could be appealed is over")
        }
        _ => ("not_denied", "only a return that was denied can be appealed"),
    };
    let status = case.map_or(standing.status, |case| case.status);
    Ok(Error::Conflict { code, detail: detail.into(), lead_status: Some(status.as_str()) })
}
