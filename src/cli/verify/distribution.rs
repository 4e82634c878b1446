//! Meters: what a subscription has used is what it was given.

use std::collections::HashSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Found, Invariant};
use crate::clock::Timestamp;
use crate::db::{Json, Read, params, row};
use crate::error::Result;
use crate::id::{NicheId, ProviderId, SubscriptionId};
use crate::zone;

pub const INVARIANTS: [Invariant; 2] = [
    Invariant::sql(
        "every subscription has a meter",
        "SELECT s.id, 'has none' FROM subscriptions AS s
           LEFT JOIN subscription_meters AS m ON m.subscription_id = s.id WHERE m.subscription_id IS NULL",
    ),
    Invariant::code("a meter counts the day's and the month's assignments", meters),
];

row! {
    struct Meter {
        id: SubscriptionId,
        provider_id: ProviderId,
        niche_id: NicheId,
        timezone: String,
        last_served_at: Option<Timestamp>,
        day: String,
        day_count: i64,
        month: String,
        month_spent: i64,
    }
}

/// A meter counts in its provider's calendar. Where that has changed its zone, what was counted before can't be told.
fn meters(read: &mut Read) -> Result<Found> {
    let moved = providers_that_moved(read)?;
    let meters: Vec<Meter> = read.all(
        "SELECT s.id, s.provider_id, s.niche_id, p.timezone, m.last_served_at, m.day, m.day_count, m.month, m.month_spent
           FROM subscription_meters AS m
           JOIN subscriptions AS s ON s.id = m.subscription_id JOIN providers AS p ON p.id = s.provider_id",
        &[],
    )?;
    let mut wrong = Vec::new();
    for meter in meters.iter().filter(|meter| !moved.contains(&meter.provider_id)) {
        if let Some(detail) = meter.is_off(read)? {
            wrong.push((meter.id.0, detail));
        }
    }
    Ok(wrong)
}

fn providers_that_moved(read: &mut Read) -> Result<HashSet<ProviderId>> {
    let changes: Vec<(ProviderId, Option<Json>)> =
        read.all("SELECT entity_id, details FROM audit_entries WHERE action = 'provider.updated'", &[])?;
    let moved = changes.into_iter().filter(|(_, details)| details.as_ref().is_none_or(|d| d.0.contains("timezone")));
    Ok(moved.map(|(provider, _)| provider).collect())
}

impl Meter {
    /// What is wrong with it.
    fn is_off(&self, read: &mut Read) -> Result<Option<String>> {
        let last: Option<(Timestamp,)> = read.optional(
            "SELECT assigned_at FROM lead_assignments
              WHERE provider_id = $1 AND niche_id = $2 AND subscription_id = $3
              ORDER BY assigned_at DESC, id DESC LIMIT 1",
            params![self.provider_id, self.niche_id, self.id],
        )?;
        let last = last.map(|(at,)| at);
        if self.last_served_at != last {
            return Ok(Some("was last served at another time than it says".to_owned()));
        }
        let zone = zone::of(&self.timezone);
        let Some(last) = last else {
            let unused = self.day_count == 0 && self.month_spent == 0;
            return Ok((!unused).then(|| "has counted without ever being served".to_owned()));
        };
        let day = last.date_in(&zone);
        let month = day.first_of_month();
        if self.day != day.to_string() || !day.to_string().starts_with(&self.month) || self.month.len() != 7 {
            return Ok(Some(format!("counts {} and {}, and was last served on {day}", self.day, self.month)));
        }
        let (count, _) = self.used(read, day, day.tomorrow().ok(), &zone)?;
        let (_, spent) = self.used(read, month, month.last_of_month().tomorrow().ok(), &zone)?;
        Ok(((count, spent) != (self.day_count, self.month_spent)).then(|| {
            format!(
                "has counted {} on {day} and {} in {}: it was {count} and {spent}",
                self.day_count, self.month_spent, self.month
            )
        }))
    }

    /// Assignments and what they cost, from the day `from` to before the day `to`.
    fn used(&self, read: &mut Read, from: Date, to: Option<Date>, zone: &TimeZone) -> Result<(i64, i64)> {
        let start = Timestamp::start_of(from, zone).unwrap_or(Timestamp::MIN);
        let end = to.and_then(|to| Timestamp::start_of(to, zone)).unwrap_or(Timestamp::MAX);
        read.one(
            "SELECT COUNT(*), CAST(COALESCE(SUM(price_charged), 0) AS bigint) FROM lead_assignments
              WHERE provider_id = $1 AND niche_id = $2 AND assigned_at >= $3 AND assigned_at < $4 AND subscription_id = $5",
            params![self.provider_id, self.niche_id, start, end, self.id],
        )
    }
}
