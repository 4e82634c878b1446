//! What the worker does for this room: unmatched leads are offered again, and erasures are finished.

use serde::Deserialize;

use super::unmatched;
use crate::app::App;
use crate::db::{self, Lane};
use crate::distribution;
use crate::error::{Error, Result};
use crate::id::NicheId;
use crate::queue::{JobKind, Ticket};

/// Offers the unmatched leads of one niche again: something was paid in, subscribed, or switched on.
#[derive(Debug, Deserialize)]
pub struct RetryUnmatched {
    niche_id: uuid::Uuid,
}

impl JobKind<App> for RetryUnmatched {
    const KIND: &'static str = distribution::RETRY_UNMATCHED;

    async fn run(self, app: App, _ticket: Ticket) -> Result<()> {
        let niche = NicheId(self.niche_id);
        for lead in app.db.read(move |read| unmatched::unmatched(read, niche)).await? {
            app.db.write(Lane::MONEY, move |tx| unmatched::offer_again(tx, lead)).await?;
        }
        Ok(())
    }
}

/// Takes what erasures overwrote out of the database's files.
#[derive(Debug, Deserialize)]
pub struct EraseTraces {}

impl JobKind<App> for EraseTraces {
    const KIND: &'static str = super::ERASE_TRACES;

    async fn run(self, app: App, _ticket: Ticket) -> Result<()> {
        let url = app.config.database().map_err(Error::internal)?;
        db::scrub(&url, &["leads", "lead_assignments", "returns", "contact_attempts", "mails"]).await
    }
}

/// Has every niche with unmatched leads tried again: a new day or month frees caps and budgets.
#[derive(Debug, Deserialize)]
pub struct RetryAllUnmatched {}

impl JobKind<App> for RetryAllUnmatched {
    const KIND: &'static str = "intake.retry_all_unmatched";

    async fn run(self, app: App, ticket: Ticket) -> Result<()> {
        let niches = app.db.read(unmatched::niches_with_unmatched).await?;
        let promised = move |tx: &mut crate::db::Tx| {
            for niche in &niches {
                distribution::retry_unmatched_later(tx, *niche)?;
            }
            ticket.finish(tx)
        };
        app.db.write(Lane::MONEY, promised).await
    }
}
