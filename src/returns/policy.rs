//! The operator's policy: what is approved at once because a machine can prove it, and how many returns there may be.

use super::returned::ReturnRule;
use super::store::{self, Policy, lock};
use crate::audit::{self, Action, Actor, Changes, Entity};
use crate::catalog::postal::Code;
use crate::db::{Lane, Read, Unit};
use crate::error::Result;
use crate::id::AssignmentId;
use crate::phone::Phone;
use crate::{catalog, email};

/// What to change; the outer `None` leaves a field as it is, the inner one lifts the limit.
#[derive(Debug, Clone, Copy, Default)]
pub struct PolicyChange {
    pub known_person: Option<bool>,
    pub look_back_days: Option<u32>,
    pub outside_area: Option<bool>,
    pub unreachable: Option<bool>,
    pub max_returns: Option<Option<i64>>,
    pub max_percent: Option<Option<i64>>,
}

pub fn policy(read: &mut Read) -> Result<Policy> {
    store::policy(read)
}

/// Changes the policy for rejects to come; nothing differs: nothing is recorded.
pub fn change_policy(actor: Actor, change: PolicyChange) -> impl Unit<Policy> {
    Lane::MONEY.unit(move |tx| {
        // One change at a time, so that two that touch different fields are both kept.
        lock(tx, uuid::Uuid::nil())?;
        let mut policy = store::policy(tx)?;
        let mut changes = Changes::default();
        changes.set("known_person", &mut policy.known_person, change.known_person)?;
        changes.set("look_back_days", &mut policy.look_back_days, change.look_back_days)?;
        changes.set("outside_area", &mut policy.outside_area, change.outside_area)?;
        changes.set("unreachable", &mut policy.unreachable, change.unreachable)?;
        changes.set("max_returns", &mut policy.max_returns, change.max_returns)?;
        changes.set("max_percent", &mut policy.max_percent, change.max_percent)?;
        let Some(details) = changes.details() else { return Ok(policy) };
        store::update_policy(tx, &policy)?;
        audit::record(tx, actor, Action::ReturnPolicyUpdated, Entity::ReturnPolicy, Some(details))?;
        Ok(policy)
    })
}

/// The first rule in force that proves the return right.
pub(super) fn proof(read: &mut Read, policy: &Policy, assignment: AssignmentId) -> Result<Option<ReturnRule>> {
    if !policy.decides() {
        return Ok(None);
    }
    let subject = store::subject(read, assignment)?;
    if policy.known_person && is_known(read, policy, &subject)? {
        return Ok(Some(ReturnRule::KnownPerson));
    }
    if policy.outside_area && is_outside(read, &subject)? {
        return Ok(Some(ReturnRule::OutsideArea));
    }
    Ok((policy.unreachable && is_unreachable(&subject)).then_some(ReturnRule::Unreachable))
}

fn is_known(read: &mut Read, policy: &Policy, subject: &store::Subject) -> Result<bool> {
    let day = std::time::Duration::from_hours(24);
    let since = subject.received_at.minus(day.saturating_mul(policy.look_back_days));
    store::had_before(read, subject, since)
}

fn is_outside(read: &mut Read, subject: &store::Subject) -> Result<bool> {
    let code = subject.postal_code.as_deref().and_then(|code| Code::read(code, &subject.country));
    let Some(code) = code else { return Ok(false) };
    let prefixes = catalog::area_at(read, subject.subscription_id, subject.assigned_at)?;
    Ok(prefixes.is_some_and(|prefixes| !prefixes.cover(&code)))
}

/// Something was given, and nothing of it can reach anybody.
fn is_unreachable(subject: &store::Subject) -> bool {
    let mail = subject.contact_email.as_deref().map(email::is_nowhere);
    let phone = subject.contact_phone.as_deref().map(|number| !Phone::is_real(number, &subject.country));
    (mail.is_some() || phone.is_some()) && mail.unwrap_or(true) && phone.unwrap_or(true)
}
