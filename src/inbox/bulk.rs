//! Many leads decided at once, each as if alone.

use std::sync::Arc;

use super::{RejectRules, accept, reject_one};
use crate::accounts::Provider;
use crate::assignments::{LeadRef, Rejection, Status};
use crate::clock::Timestamp;
use crate::db::{Lane, Tx, Unit};
use crate::error::{Error, Result};
use crate::id::{AssignmentId, Id};
use crate::returns::Returned;

/// How many leads there may be.
pub const MAX_LEADS_PER_CALL: usize = 100;

/// What is to become of them.
#[derive(Debug, Clone)]
pub enum Bulk {
    Accept { tells_operator: bool },
    Reject { rejection: Rejection, rules: RejectRules },
}

/// What came of one.
#[derive(Debug)]
pub struct Outcome {
    pub lead: LeadRef,
    /// `Err`: refused with `NotFound` or `Conflict`, as it would be alone.
    pub done: Result<Done>,
}

/// A decision that was taken.
#[derive(Debug, Clone)]
pub struct Done {
    pub assignment_id: AssignmentId,
    /// `Refunded` where the return was approved at once.
    pub status: Status,
    pub decided_at: Timestamp,
    /// Of a reject; see [`super::Rejected`].
    pub returned: Option<Returned>,
    pub returns_left: Option<i64>,
}

/// Decides on each of the leads, in their order. One that is refused has changed nothing and is in nobody's way; so all of
/// them are one unit, and what is kept for the request's key is exactly what was done.
pub fn bulk(provider: Arc<Provider>, bulk: Bulk, leads: Vec<LeadRef>) -> impl Unit<Vec<Outcome>> {
    let lane = match &bulk {
        Bulk::Accept { .. } => Lane::of(provider.id.uuid()),
        Bulk::Reject { rules, .. } => rules.lane(provider.id),
    };
    lane.unit(move |tx| {
        leads
            .iter()
            .map(|lead| match one(tx, &provider, &bulk, *lead) {
                done @ (Ok(_) | Err(Error::NotFound(_) | Error::Conflict { .. })) => Ok(Outcome { lead: *lead, done }),
                Err(error) => Err(error),
            })
            .collect()
    })
}

fn one(tx: &mut Tx, provider: &Arc<Provider>, bulk: &Bulk, lead: LeadRef) -> Result<Done> {
    match bulk {
        Bulk::Accept { tells_operator } => {
            let accepted = accept(Arc::clone(provider), lead, *tells_operator).run(tx)?;
            let (assignment_id, decided_at) = (accepted.assignment_id, accepted.decided_at);
            Ok(Done { assignment_id, status: Status::Accepted, decided_at, returned: None, returns_left: None })
        }
        Bulk::Reject { rejection, rules } => {
            let done = reject_one(tx, provider, lead, rejection, rules)?;
            Ok(Done {
                assignment_id: done.assignment_id,
                status: done.status,
                decided_at: done.rejected_at,
                returned: done.returned,
                returns_left: done.returns_left,
            })
        }
    }
}
