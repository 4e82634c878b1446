//! Opt-outs reach what waits, and those who hold a lead; persons are erased wherever they are.

use std::sync::Arc;

use serde::Deserialize;
use uuid::Uuid;

use crate::app::App;
use crate::audit::Actor;
use crate::catalog;
use crate::db::{Db, Lane, Tx};
use crate::error::Result;
use crate::id::{ErasureId, LeadId, RefusedPostId};
use crate::intake::withdrawal::{self, Cause};
use crate::intake::{erasures, retention, suppression};
use crate::queue::{self, JobKind, Ticket};

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

/// Erases a person. Begun again it finds the rest.
#[derive(Debug, Deserialize)]
pub struct ErasePerson {
    erasure: Uuid,
}

impl JobKind<App> for ErasePerson {
    const KIND: &'static str = erasures::ERASE_PERSON;

    async fn run(self, app: App, _ticket: Ticket) -> Result<()> {
        let (id, seals) = (ErasureId(self.erasure), app.seals.clone());
        let Some(sought) = app.db.read(move |read| erasures::sought(read, &seals, id)).await? else { return Ok(()) };
        let sought = Arc::new(sought);
        loop {
            let whom = sought.clone();
            let left = app.db.read(move |read| erasures::left(read, &whom)).await?;
            if left.is_empty() {
                break;
            }
            for lead in left {
                app.db.write(Lane::MONEY, move |tx| erasures::erase_one(tx, lead)).await?;
            }
        }
        let mut after = Some(RefusedPostId(Uuid::nil()));
        while let Some(last) = after {
            let whom = sought.clone();
            after = app.db.write(queue::lane(), move |tx| erasures::forget_posts(tx, last, &whom)).await?;
        }
        app.db.write(Lane::MONEY, move |tx| erasures::finish(tx, id)).await
    }
}

/// Erases leads that are older than their niches keep them. Begun again it goes on where it was.
#[derive(Debug, Deserialize)]
pub struct ExpireLeads {}

impl JobKind<App> for ExpireLeads {
    const KIND: &'static str = "intake.expire_leads";

    async fn run(self, app: App, _ticket: Ticket) -> Result<()> {
        for (niche, keep_days) in app.db.read(catalog::niches_that_forget).await? {
            while app.db.write(Lane::MONEY, move |tx| retention::expire_some(tx, niche, keep_days)).await? {}
        }
        Ok(())
    }
}
