//! Erasing a person: what they sent goes, the money and the record of what was done stay.

use serde_json::json;

use super::locks::lock_key;
use super::{mails, refused, store};
use crate::audit::{self, Action, Actor, Entity};
use crate::db::{Lane, Tx, Unit};
use crate::error::{Error, Result};
use crate::id::{AssignmentId, LeadId};
use crate::queue::{self, NewJob};
use crate::{assignments, billing, exports, outbox, returns};

/// The job that finishes erasures in the database's files. Its payload is `{}`.
pub(super) const ERASE_TRACES: &str = "intake.erase_traces";

/// The job that lists erasures where a backup of the database does not reach.
pub(super) const LIST_ERASED: &str = "intake.list_erased";

/// Why a lead is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    Asked,
    /// It is as old as leads of its niche may get.
    Age,
}

/// Erases a lead, and the duplicates of it, which hold the same person. What no provider has decided on is refunded.
///
/// A second time changes nothing.
pub fn erase(actor: Actor, lead: LeadId) -> impl Unit<()> {
    Lane::MONEY.unit(move |tx| erase_family(tx, actor, lead, Why::Asked).map(drop))
}

/// The same in the caller's unit; how many leads it was.
pub(super) fn erase_family(tx: &mut Tx, actor: Actor, lead: LeadId, why: Why) -> Result<usize> {
    tx.lock(&[lock_key("lead", lead.0.as_bytes(), "")])?;
    let family = store::family(tx, lead)?;
    if !family.iter().any(|member| member.id == lead) {
        return Err(Error::NotFound("lead"));
    }
    let still_there: Vec<_> = family.into_iter().filter(|member| member.erased_at.is_none()).collect();
    for member in &still_there {
        erase_one(tx, actor, lead, member, why)?;
    }
    if still_there.is_empty() {
        return Ok(0);
    }
    // In a database that comes back from a backup it is too old again.
    if why == Why::Asked {
        let members: Vec<_> = still_there.iter().map(|member| member.id).collect();
        let listed = NewJob::now(LIST_ERASED, &json!({ "leads": members, "at": tx.now() }), tx);
        queue::enqueue(tx, &listed)?;
    }
    // What the rows held stands in the files until they are written over: a job sees to that.
    let job = NewJob::now(ERASE_TRACES, &json!({}), tx).keyed("files");
    queue::enqueue(tx, &job)?;
    Ok(still_there.len())
}

fn erase_one(tx: &mut Tx, actor: Actor, asked: LeadId, member: &store::Member, why: Why) -> Result<()> {
    assignments::hold(tx, member.id)?;
    refused::forget(tx, member)?;
    let external_id = member.external_id.as_deref().map(|id| erased_external_id(member.source_id, id));
    if !store::erase(tx, member.id, external_id.as_deref())? {
        return Ok(());
    }
    let sold = assignments::of_lead(tx, member.id)?;
    let about: Vec<AssignmentId> = sold.iter().map(|one| one.assignment_id).collect();
    returns::erase(tx, &about)?;
    let countries = store::countries(tx)?;
    exports::forget(tx, &sold, &countries)?;
    let undecided = assignments::erase(tx, member.id)?;
    outbox::forget(tx, &about)?;
    mails::erased(tx, member.id, &undecided)?;
    for undecided in undecided {
        let (provider, assignment) = (undecided.provider_id, undecided.assignment_id);
        billing::refund(tx, provider, assignment, undecided.subscription_id, undecided.assigned_at)?;
        let details = json!({ "lead_id": member.id, "amount": undecided.price_charged, "reason": "lead_erased" });
        audit::record(tx, actor, Action::LeadRefunded, Entity::Assignment(assignment), Some(details))?;
    }
    let details = match why {
        Why::Age => Some(json!({ "with": asked, "reason": "age" })),
        Why::Asked => (member.id != asked).then(|| json!({ "with": asked })),
    };
    audit::record(tx, actor, Action::LeadErased, Entity::Lead(member.id), details)
}

/// What stands in place of a platform's id once its lead is erased: enough to know the same lead when it is sent again,
/// which would otherwise be sold and charged a second time.
pub fn erased_external_id(source: crate::id::SourceId, id: &str) -> String {
    use sha2::{Digest, Sha256};
    let digest = Sha256::new().chain_update(source.0.as_bytes()).chain_update(id).finalize();
    format!("erased:{}", crate::text::hex(&digest))
}
