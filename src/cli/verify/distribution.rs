//! Meters: what a subscription has used is what it was given.

use super::invariant::{Invariant, Violating};
use crate::clock::Timestamp;
use crate::db::{Read, params, row};
use crate::error::Result;
use crate::id::{NicheId, ProviderId, SubscriptionId};
use crate::zone;

pub const INVARIANTS: [Invariant; 5] = [
    Invariant::sql(
        "every subscription has a meter",
        "SELECT s.id, 'has none' FROM subscriptions AS s
           LEFT JOIN subscription_meters AS m ON m.subscription_id = s.id WHERE m.subscription_id IS NULL",
    ),
    Invariant::sql(
        "where a subscription buys is on record",
        "SELECT s.id, 'the last on record is another' FROM subscriptions AS s
          WHERE NOT EXISTS (SELECT 1 FROM subscription_areas AS a
            WHERE a.subscription_id = s.id
              AND a.since = (SELECT MAX(since) FROM subscription_areas AS b WHERE b.subscription_id = s.id)
              AND CAST(a.postal_prefixes AS text) IS NOT DISTINCT FROM CAST(s.postal_prefixes AS text))",
    ),
    Invariant::sql(
        "whose codes a source's leads are read by is on record",
        "SELECT s.id, 'the last on record is another' FROM sources AS s
          WHERE NOT EXISTS (SELECT 1 FROM source_countries AS c
            WHERE c.source_id = s.id AND c.country = s.country
              AND c.since = (SELECT MAX(since) FROM source_countries AS b WHERE b.source_id = s.id))",
    ),
    Invariant::code("a provider's time zone is one that the database knows", zones),
    Invariant::code("a meter counts the day's and the month's assignments", meters),
];

row! {
    struct Meter {
        id: SubscriptionId,
        provider_id: ProviderId,
        niche_id: NicheId,
        last_served_at: Option<Timestamp>,
        day_start: Option<Timestamp>,
        day_end: Option<Timestamp>,
        day_count: i64,
        month_start: Option<Timestamp>,
        month_end: Option<Timestamp>,
        month_spent: i64,
    }
}

fn zones(read: &mut Read) -> Result<Violating> {
    let zones: Vec<(ProviderId, String)> = read.all("SELECT id, timezone FROM providers", &[])?;
    let unknown = zones.into_iter().filter(|(_, zone)| zone::get(zone).is_none());
    Ok(unknown.map(|(provider, zone)| (provider.0, format!("has '{zone}'"))).collect())
}

/// A meter says from when to when it counts, so that neither a provider that changed its zone nor new rules of zones make a
/// difference to what was counted.
fn meters(read: &mut Read) -> Result<Violating> {
    let meters: Vec<Meter> = read.all(
        "SELECT s.id, s.provider_id, s.niche_id, m.last_served_at, m.day_start, m.day_end, m.day_count, m.month_start,
                m.month_end, m.month_spent
           FROM subscription_meters AS m JOIN subscriptions AS s ON s.id = m.subscription_id",
        &[],
    )?;
    let mut wrong = Vec::new();
    for meter in meters {
        if let Some(detail) = meter.is_off(read)? {
            wrong.push((meter.id.0, detail));
        }
    }
    Ok(wrong)
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
        let Some(last) = last else {
            let unused = self.day_count == 0 && self.month_spent == 0;
            return Ok((!unused).then(|| "has counted without ever being served".to_owned()));
        };
        let day = self.day_start.zip(self.day_end);
        let month = self.month_start.zip(self.month_end);
        // One that was kept before meters said so says it with its next sale.
        let Some((day, month)) = day.zip(month) else { return Ok(None) };
        if !(day.0..day.1).contains(&last) || !(month.0..month.1).contains(&last) {
            return Ok(Some(format!("was last served at {last}, which is not in the day and the month it counts")));
        }
        let (count, _) = self.used(read, day)?;
        let (_, spent) = self.used(read, month)?;
        Ok(((count, spent) != (self.day_count, self.month_spent)).then(|| {
            format!(
                "has counted {} from {} to {}, and {} from {} to {}: it was {count} and {spent}",
                self.day_count, day.0, day.1, self.month_spent, month.0, month.1
            )
        }))
    }

    /// Assignments that were not paid back, and what they cost, from the first moment to before the second.
    fn used(&self, read: &mut Read, (from, to): (Timestamp, Timestamp)) -> Result<(i64, i64)> {
        read.one(
            "SELECT COUNT(*), CAST(COALESCE(SUM(price_charged), 0) AS bigint) FROM lead_assignments
              WHERE provider_id = $1 AND niche_id = $2 AND assigned_at >= $3 AND assigned_at < $4 AND subscription_id = $5
                AND status <> 'refunded'",
            params![self.provider_id, self.niche_id, from, to, self.id],
        )
    }
}
