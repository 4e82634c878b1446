//! The job that ends an erasure: it is done when nothing of the person is left in the database's files.

use std::time::Duration;

use serde::Deserialize;

use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{self, Scrub, Scrubbed};
use crate::error::{Error, Result};
use crate::queue::{self, JobKind, Ticket};

/// Tables in which nothing of a lead's person stands, each with the reason. Any other one is taken care of, and so is one that
/// a later migration brings.
pub const WITHOUT_PERSONS: &[(&str, &str)] = &[
    ("assignment_counts", "tallies of providers"),
    ("audit_entries", "what was done to which id: no entry holds a word of a person, for entries stay"),
    ("competition_levels", "the operator's names of levels"),
    ("house", "the house's own settings"),
    ("jobs", "payloads are ids, and errors are our own words or a server's"),
    ("lead_events", "ids and a kind"),
    ("lead_retention", "how far a niche's leads are erased by age"),
    ("lead_traces", "providers, and why each was taken or not"),
    ("ledger_entries", "money stays; a note is the operator's about a payment"),
    ("niches", "the operator's names of niches"),
    ("providers", "the installation's customers"),
    ("refinery_schema_history", "names of migrations"),
    ("return_policy", "the operator's rules"),
    ("return_windows", "how long leads may be rejected"),
    ("source_countries", "whose codes a source's leads are read by"),
    ("sources", "who sends leads, not whom they are about"),
    ("subscription_areas", "where providers bought"),
    ("subscription_meters", "counts of a provider's days"),
    ("subscriptions", "what providers buy"),
    ("suppressed_hashes", "hashes of who opted out: they stay after an erasure, or the person would be sold again"),
    ("suppressions", "that somebody opted out, not who"),
    ("tokens", "secrets of the installation's users"),
    ("users", "people who sign in"),
];

/// How long one attempt waits for those who still read what was before.
const PATIENCE: Duration = Duration::from_mins(1);
/// The pause before the next one.
const PAUSE: Duration = Duration::from_secs(5);
/// In microseconds.
const HOUR: i64 = 3_600_000_000;
/// Whose hour went by like this, since no worker ran in it, has waited for one long enough.
const MISSED: Duration = Duration::from_hours(25);

/// Takes what erasures overwrote out of the database's files.
#[derive(Debug, Deserialize)]
pub struct EraseTraces {}

impl JobKind<App> for EraseTraces {
    const KIND: &'static str = super::super::erasure::ERASE_TRACES;

    async fn run(self, app: App, ticket: Ticket) -> Result<()> {
        let url = app.config.database().map_err(Error::internal)?;
        let hour = app.config.erasure_rewrite_hour;
        let promised = app.db.read(move |read| queue::get(read, ticket.job)).await?.created_at;
        let scrubbed = if let Some(who) = db::unseen(&app.db, PATIENCE).await? {
            Scrubbed::Busy(who)
        } else {
            let except = WITHOUT_PERSONS.iter().map(|(table, _)| *table).collect();
            let now = app.clock.now();
            let at_any_size = hour_of(now) == hour || promised.plus(MISSED) <= now;
            let most = if at_any_size { None } else { u64::try_from(app.config.erasure_rewrite_size).ok() };
            db::scrub(&url, Scrub { except, most }).await?
        };
        let (why, large) = match scrubbed {
            Scrubbed::Done => return Ok(()),
            Scrubbed::Busy(who) => (format!("not done yet: what was erased can still be read by {who}"), false),
            Scrubbed::Large(tables) => {
                let tables = tables.join(", ");
                (format!("not done yet: rewritten at {hour}:00 UTC, for they are large: {tables}"), true)
            }
        };
        tracing::info!("an erasure in the database's files is {why}");
        let unit = move |tx: &mut db::Tx| {
            let until = if large { next_hour(tx.now(), hour) } else { tx.now().plus(PAUSE) };
            ticket.wait(tx, until, &why)
        };
        app.db.write(queue::lane(), unit).await
    }
}

/// The hour of the day, in UTC.
fn hour_of(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(HOUR).rem_euclid(24)
}

/// When that hour begins the next time.
fn next_hour(now: Timestamp, hour: i64) -> Timestamp {
    let hours = (hour - hour_of(now) - 1).rem_euclid(24) + 1;
    let begins = (now.as_micros().div_euclid(HOUR) + hours) * HOUR;
    Timestamp::from_micros(begins).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::{hour_of, next_hour};
    use crate::clock::Timestamp;

    #[test]
    fn the_hour_comes_once_a_day() {
        for (now, hour, next) in [
            ("2026-11-30T02:59:59Z", 3, "2026-11-30T03:00:00Z"),
            ("2026-11-30T03:00:00Z", 3, "2026-12-01T03:00:00Z"),
            ("2026-11-30T04:00:00Z", 3, "2026-12-01T03:00:00Z"),
            ("2026-11-30T23:10:00Z", 0, "2026-12-01T00:00:00Z"),
        ] {
            let [now, next] = [now, next].map(|text| Timestamp::parse(text).unwrap());
            assert_eq!(next_hour(now, hour), next, "after {now}");
            assert_eq!(hour_of(next), hour);
        }
    }
}
