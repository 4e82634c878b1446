//! Leads that wait at their platform: a notice names them, and a job fetches each. What is promised to the sender is the job.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::formats::Notice;
use super::store::Source;
use crate::db::Unit;
use crate::error::{Error, Result};
use crate::id::{Id, SourceId};
use crate::queue::{self, NewJob};

/// Fetches one lead and receives it.
#[derive(Debug, Serialize, Deserialize)]
pub struct FetchLead {
    source_id: Uuid,
    pub(super) notice: Notice,
}

impl FetchLead {
    pub(super) const NAME: &'static str = "intake.fetch_lead";

    pub(super) fn source(&self) -> SourceId {
        SourceId(self.source_id)
    }
}

/// Has the leads fetched. While one of them waits, the same notice again is the same job; later it is a lead that is known.
pub fn fetch_later(source: &Source, notices: Vec<Notice>) -> impl Unit<()> + use<> {
    let source_id = source.id.uuid();
    queue::lane().unit(move |tx| {
        let jobs = notices.iter().map(|notice| {
            let key = format!("{source_id}:{}", notice.leadgen_id);
            let payload =
                serde_json::to_value(FetchLead { source_id, notice: notice.clone() }).map_err(Error::internal)?;
            Ok(NewJob::now(FetchLead::NAME, &payload, tx).keyed(key))
        });
        let jobs = jobs.collect::<Result<Vec<_>>>()?;
        queue::enqueue_all(tx, &jobs)
    })
}
