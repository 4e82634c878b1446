//! What the worker does for this room: unmatched leads are offered again, and erasures are listed, and made again where a
//! restored backup knows nothing of them.

mod fetch;
mod import;
mod persons;
mod traces;

use std::time::Duration;

use serde::Deserialize;
use uuid::Uuid;

use super::{keys, store, unmatched};
use crate::app::App;
use crate::audit::Actor;
use crate::catalog::demand::{self, RetryUnmatched};
use crate::catalog::reworded::Reword;
use crate::clock::Timestamp;
use crate::db::{Db, Lane, Unit};
use crate::error::{Error, Result};
use crate::files::Files;
use crate::id::{LeadId, parse_uuid};
use crate::installation;
use crate::queue::{self, JobKind, Ticket};

pub use import::{Became, Import};
pub use persons::{ErasePerson, ExpireLeads, ReachSuppressed, WithdrawLeads};
pub use traces::{EraseTraces, WITHOUT_PERSONS};

/// The folder of the storage where a file's name says who was erased when: it outlives the database, and tells a restored
/// backup of what was erased after it.
const ERASED: &str = "erased";
/// Nodes' clocks differ, and a list may be late: so much of it is read again.
const OVERLAP: Duration = Duration::from_hours(24);
/// Erasures in one unit.
const ERASE_AT_ONCE: usize = 20;

impl JobKind<App> for RetryUnmatched {
    const KIND: &'static str = Self::NAME;

    /// The oldest first. What changes while this goes on asks for it again, and may be of use to one that was passed by:
    /// then it begins anew, by the job that was asked for.
    async fn run(self, app: App, ticket: Ticket) -> Result<()> {
        let niche = self.niche();
        for lead in app.db.read(move |read| unmatched::to_offer_again(read, niche)).await? {
            let offer = move |tx: &mut crate::db::Tx| {
                let overtaken = queue::is_overtaken(tx, ticket, Self::KIND, &Self::key(niche))?;
                if !overtaken {
                    unmatched::offer_again(tx, lead)?;
                }
                Ok(overtaken)
            };
            if app.db.write(Lane::MONEY, offer).await? {
                break;
            }
        }
        Ok(())
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
                demand::grew(tx, *niche)?;
            }
            ticket.finish(tx)
        };
        app.db.write(Lane::MONEY, promised).await
    }
}

/// Makes the keys anew of leads that an older program took beside this one.
#[derive(Debug, Deserialize)]
pub struct RenewKeys {
    after: Uuid,
}

impl JobKind<App> for RenewKeys {
    const KIND: &'static str = keys::RENEW;

    async fn run(self, app: App, _ticket: Ticket) -> Result<()> {
        let mut after = Some(LeadId(self.after));
        while let Some(last) = after {
            after = app.db.write(Lane::MONEY, move |tx| keys::renew(tx, last)).await?;
        }
        Ok(())
    }
}

impl JobKind<App> for Reword {
    const KIND: &'static str = Self::NAME;

    async fn run(self, app: App, _ticket: Ticket) -> Result<()> {
        let niche = self.niche();
        let mut after = LeadId(Uuid::nil());
        while let Some((last, is_any)) = app.db.read(move |read| keys::next_of_niche(read, niche, after)).await? {
            if is_any {
                app.db.write(Lane::MONEY, move |tx| keys::reword(tx, niche, after)).await?;
            }
            after = last;
        }
        Ok(())
    }
}

/// Forgets refused posts that nobody may look at any more.
#[derive(Debug, Deserialize)]
pub struct ExpireRefused {}

impl JobKind<App> for ExpireRefused {
    const KIND: &'static str = "intake.expire_refused";

    async fn run(self, app: App, _ticket: Ticket) -> Result<()> {
        while app.db.write(queue::lane(), super::expire_refused).await? > 0 {}
        Ok(())
    }
}

/// Lists erased leads where a backup of the database does not reach.
#[derive(Debug, Deserialize)]
pub struct ListErased {
    leads: Vec<Uuid>,
    at: String,
}

impl JobKind<App> for ListErased {
    const KIND: &'static str = super::erasure::LIST_ERASED;

    async fn run(self, app: App, _ticket: Ticket) -> Result<()> {
        let at = Timestamp::parse(&self.at).ok_or_else(|| Error::internal("an erasure at no time"))?;
        for lead in self.leads {
            app.files.mark(&format!("{ERASED}/{}-{lead}", sortable(at))).await?;
        }
        Ok(())
    }
}

/// Erases again what was erased after this database's state: it came back from a backup.
#[derive(Debug, Deserialize)]
pub struct EraseAgain {}

impl JobKind<App> for EraseAgain {
    const KIND: &'static str = "intake.erase_again";

    async fn run(self, app: App, _ticket: Ticket) -> Result<()> {
        erase_listed(&app.db, &app.files).await.map(drop)
    }
}

/// Erases whom the storage lists as erased and this database still holds; how many leads. What was gone through before
/// is not read again.
pub async fn erase_listed(db: &Db, files: &Files) -> Result<u64> {
    let through = db.read(installation::erased_through).await?;
    let after = through.map_or_else(String::new, |at| sortable(at.minus(OVERLAP)));
    let names = files.names_after(ERASED, &after).await?;
    let listed: Vec<(Timestamp, LeadId)> = names.iter().filter_map(|name| read_name(name)).collect();
    let leads: Vec<LeadId> = listed.iter().map(|(_, lead)| *lead).collect();
    let erased = erase_all(db, &leads).await?;
    if let Some(newest) = listed.iter().map(|(at, _)| *at).max().filter(|at| Some(*at) > through) {
        db.write(Lane::MONEY, move |tx| installation::note_erased_through(tx, newest)).await?;
    }
    Ok(erased)
}

/// Erases those of these leads that are there and are not erased; how many.
pub async fn erase_all(db: &Db, leads: &[LeadId]) -> Result<u64> {
    let mut erased = 0;
    for some in leads.chunks(ERASE_AT_ONCE) {
        let some = some.to_vec();
        let held = db.read(move |read| store::still_held(read, &some)).await?;
        if held.is_empty() {
            continue;
        }
        erased += u64::try_from(held.len()).unwrap_or(0);
        db.write(Lane::MONEY, move |tx| held.iter().try_for_each(|lead| super::erase(Actor::System, *lead).run(tx)))
            .await?;
    }
    Ok(erased)
}

/// Microseconds, in as many digits as the last time of all needs.
fn sortable(at: Timestamp) -> String {
    format!("{:018}", at.as_micros())
}

fn read_name(name: &str) -> Option<(Timestamp, LeadId)> {
    let (at, lead) = name.split_once('-')?;
    Some((Timestamp::from_micros(at.parse().ok()?)?, LeadId(parse_uuid(lead)?)))
}
