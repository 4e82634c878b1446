//! A niche may take more leads than before: something was paid in or given back, subscribed, switched on, changed.
//!
//! Who changes that promises a job. Leads that nobody took are kept by a room above this one, which runs it
//! (`intake/jobs`): so the promise, its name and its payload are here, below all that make it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::store;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::id::{Id, NicheId, ProviderId};
use crate::queue::{self, NewJob};

/// Has the niche's unmatched leads of the last 24 h tried again, and those it held where it sells them by now.
#[derive(Debug, Serialize, Deserialize)]
pub struct RetryUnmatched {
    niche_id: Uuid,
}

impl RetryUnmatched {
    /// Jobs that are queued have it, those of older programs too.
    pub const NAME: &'static str = "distribution.retry_unmatched";

    pub fn niche(&self) -> NicheId {
        NicheId(self.niche_id)
    }

    /// While one of a niche is queued, another is the same.
    pub fn key(niche: NicheId) -> String {
        niche.to_string()
    }
}

/// Something changed that may let a lead of this niche be placed.
pub fn grew(tx: &mut Tx, niche: NicheId) -> Result<()> {
    let payload = serde_json::to_value(RetryUnmatched { niche_id: niche.uuid() }).map_err(Error::internal)?;
    let job = NewJob::now(RetryUnmatched::NAME, &payload, tx).keyed(RetryUnmatched::key(niche));
    queue::enqueue(tx, &job)
}

/// The same for every niche in which the provider has an active subscription: it can pay, or serve, again.
pub fn grew_by(tx: &mut Tx, provider: ProviderId) -> Result<()> {
    for niche in store::niches_of(tx, provider)? {
        grew(tx, niche)?;
    }
    Ok(())
}
