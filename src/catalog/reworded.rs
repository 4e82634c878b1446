//! A niche asks something else than before, or shows other answers: what its leads are found by is made anew, by a job of the
//! room that keeps them (`intake/jobs`).

use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::db::Tx;
use crate::error::{Error, Result};
use crate::id::{Id, NicheId};
use crate::queue::{self, NewJob};

/// For so long another process may take leads by what the niche asked before.
const BESIDE: Duration = Duration::from_secs(3);

/// Makes anew what the leads of a niche are found by.
#[derive(Debug, Serialize, Deserialize)]
pub struct Reword {
    niche_id: Uuid,
}

impl Reword {
    /// Jobs that are queued have it.
    pub const NAME: &'static str = "intake.reword_niche";

    pub fn niche(&self) -> NicheId {
        NicheId(self.niche_id)
    }

    /// While one of a niche is queued, another is the same.
    pub fn key(niche: NicheId) -> String {
        niche.to_string()
    }
}

/// Soon.
pub(super) fn promise(tx: &mut Tx, niche: NicheId) -> Result<()> {
    let payload = serde_json::to_value(Reword { niche_id: niche.uuid() }).map_err(Error::internal)?;
    let run_at = tx.now().plus(BESIDE);
    let job = NewJob { run_at, ..NewJob::now(Reword::NAME, &payload, tx).keyed(Reword::key(niche)) };
    queue::enqueue(tx, &job)
}
