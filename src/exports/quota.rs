//! How many exports a provider's day has. One counts as long as the day lasts in which it was asked for, by the zone of then,
//! and in whatever day it belongs to by the zone of now: who moves to another zone has no second day.

use jiff::tz::TimeZone;

use super::store::{self, Day};
use crate::accounts::Provider;
use crate::clock::Timestamp;
use crate::db::{Read, Tx};
use crate::error::{Error, Result};
use crate::period::{Bound, Period};

/// Takes one of the day's exports for the row that is written next; the caller holds the provider's requests apart.
///
/// # Errors
/// `TooMany` `export_quota_exceeded`, until enough of those that count do so no longer.
pub(super) fn take(tx: &mut Tx, provider: &Provider, per_day: i64) -> Result<Day> {
    let (zone, now) = (provider.zone(), tx.now());
    let today = day_of(now, &zone);
    let mut ends: Vec<Timestamp> = store::counting(tx, provider.id, today.start)?
        .into_iter()
        .map(|(asked_at, end)| end.unwrap_or(Timestamp::MIN).max(day_of(asked_at, &zone).end))
        .collect();
    ends.sort_unstable();
    let per_day = usize::try_from(per_day).unwrap_or(0);
    let Some(over) = ends.len().checked_sub(per_day) else {
        return Ok(Day { name: now.date_in(&zone).to_string(), end: today.end });
    };
    let free = ends.get(over).copied().unwrap_or(today.end);
    let detail = format!("{per_day} exports a day are possible; the next one from midnight on, in your time zone.");
    let retry_after = free.since(now).as_secs() + 1;
    Err(Error::TooMany { code: "export_quota_exceeded", detail: detail.into(), retry_after })
}

/// How many of its exports count today.
pub fn taken_today(read: &mut Read, provider: &Provider) -> Result<i64> {
    let start = day_of(read.now(), &provider.zone()).start;
    let counting = store::counting(read, provider.id, start)?;
    Ok(i64::try_from(counting.len()).unwrap_or(i64::MAX))
}

fn day_of(at: Timestamp, zone: &TimeZone) -> Period {
    let day = Some(Bound::Day(at.date_in(zone)));
    Period::new(day, day, zone).unwrap_or(Period { start: Timestamp::MIN, end: Timestamp::MAX })
}
