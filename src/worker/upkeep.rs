//! What keeps the tables from growing for ever.

use std::time::Duration;

use serde::Deserialize;

use crate::app::App;
use crate::assignments;
use crate::error::Result;
use crate::http::idempotency;
use crate::queue::{self, JobKind, Ticket};

/// Done jobs are of interest to somebody who looks into something that just happened, and to nobody after this.
const KEEP_DONE: Duration = Duration::from_hours(7 * 24);
/// Rows in one unit: a few milliseconds of the database's time.
const AT_ONCE: i64 = 5_000;

/// Deletes jobs that were done long ago.
#[derive(Debug, Deserialize)]
pub struct PruneJobs {}

impl JobKind<App> for PruneJobs {
    const KIND: &'static str = "queue.prune";

    async fn run(self, app: App, _ticket: Ticket) -> Result<()> {
        while app.db.write(queue::lane(), |tx| queue::prune(tx, KEEP_DONE, AT_ONCE)).await? > 0 {}
        Ok(())
    }
}

/// Forgets the answers to idempotency keys that nobody may repeat any more.
#[derive(Debug, Deserialize)]
pub struct ExpireKeys {}

impl JobKind<App> for ExpireKeys {
    const KIND: &'static str = "http.expire_keys";

    async fn run(self, app: App, _ticket: Ticket) -> Result<()> {
        while app.db.write(queue::lane(), idempotency::expire).await? > 0 {}
        Ok(())
    }
}

/// Forgets what happened to leads long ago.
#[derive(Debug, Deserialize)]
pub struct PruneEvents {}

impl JobKind<App> for PruneEvents {
    const KIND: &'static str = "inbox.prune_events";

    async fn run(self, app: App, _ticket: Ticket) -> Result<()> {
        while app.db.write(queue::lane(), assignments::events::prune).await? > 0 {}
        Ok(())
    }
}
