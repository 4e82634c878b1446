//! Opt-outs reach what waits, and those who hold a lead.

use serde::Deserialize;
use uuid::Uuid;

use crate::app::App;
use crate::audit::Actor;
use crate::db::{Db, Lane, Tx};
use crate::error::Result;
use crate::id::LeadId;
use crate::intake::suppression;
use crate::intake::withdrawal::{self, Cause};
use crate::queue::{JobKind, Ticket};

/// Leads that one unit looks at.
const AT_ONCE: i64 = 500;

/// Withdraws the leads of somebody who opted out.
#[derive(Debug, Deserialize)]
pub struct WithdrawLeads {
    leads: Vec<Uuid>,
}

impl JobKind<App> for WithdrawLeads {
    const KIND: &'static str = withdrawal::WITHDRAW;

    async fn run(self, app: App, _ticket: Ticket) -> Result<()> {
        withdraw_all(&app.db, self.leads.into_iter().map(LeadId).collect()).await
    }
}

async fn withdraw_all(db: &Db, leads: Vec<LeadId>) -> Result<()> {
    for lead in leads {
        let unit = move |tx: &mut Tx| withdrawal::withdraw(tx, Actor::System, lead, Cause::Suppressed);
        db.write(Lane::MONEY, unit).await?;
    }
    Ok(())
}

/// Looks through leads for those of people who opted out: of a hash nobody can tell whose it is. Begun again it finds the rest.
#[derive(Debug, Deserialize)]
pub struct ReachSuppressed {
    after: Uuid,
}

impl JobKind<App> for ReachSuppressed {
    const KIND: &'static str = withdrawal::REACH;

    async fn run(self, app: App, _ticket: Ticket) -> Result<()> {
        let mut after = LeadId(self.after);
        while let Some((last, found)) =
            app.db.background(move |read| suppression::found_after(read, after, AT_ONCE)).await?
        {
            withdraw_all(&app.db, found).await?;
            after = last;
        }
        Ok(())
    }
}
