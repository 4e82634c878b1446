//! What the subscriptions of a niche have used, as it counts now.

use std::collections::HashMap;

use super::period::{Calendar, Counted, counted};
use super::select::Candidate;
use crate::assignments::{self, Subscribed, Used};
use crate::catalog::{self, Metered};
use crate::clock::Timestamp;
use crate::db::{Read, Tx};
use crate::error::Result;
use crate::id::SubscriptionId;
use crate::money::Money;
use crate::period::Period;

/// Brings each candidate's figures to the day and the month in which a sale of this moment counts. That they go on, or
/// begin anew, is told by the clock alone, but for the hours around a change of zone.
pub fn settle(read: &mut Read, candidates: &mut [Candidate]) -> Result<()> {
    let now = read.now();
    let mut calendars: HashMap<String, Calendar> = HashMap::new();
    for candidate in candidates {
        if !calendars.contains_key(&candidate.timezone) {
            calendars.insert(candidate.timezone.clone(), Calendar::of(now, &candidate.timezone));
        }
        let Some(Calendar { day, month }) = calendars.get(&candidate.timezone) else { continue };
        let served = candidate.last_served_at.is_some();
        let day = counted(period(candidate.day_start, candidate.day_end), *day, served, now);
        let month = counted(period(candidate.month_start, candidate.month_end), *month, served, now);
        (candidate.day_start, candidate.day_end) = (Some(day.period.start), Some(day.period.end));
        (candidate.month_start, candidate.month_end) = (Some(month.period.start), Some(month.period.end));
        count(read, candidate, day, month)?;
    }
    Ok(())
}

/// The candidates' meters that don't say what they count: they were kept before meters did.
pub fn unsettled(candidates: &[Candidate]) -> Vec<SubscriptionId> {
    let unsettled = candidates.iter().filter(|one| one.last_served_at.is_some() && one.day_start.is_none());
    unsettled.map(|one| one.subscription_id).collect()
}

/// Writes down what was found out about these, so that it is looked up once.
pub fn keep(tx: &mut Tx, candidates: &mut [Candidate], unsettled: &[SubscriptionId]) -> Result<()> {
    for one in candidates.iter_mut().filter(|one| unsettled.contains(&one.subscription_id)) {
        catalog::settle(tx, &metered(one, None))?;
        (one.metered_count, one.metered_spent) = (one.day_count, one.month_spent);
    }
    Ok(())
}

/// What a candidate's meter is to say; `place`: that of its last sale of now, where there is one.
pub fn metered(of: &Candidate, place: Option<i64>) -> Metered {
    Metered {
        subscription: of.subscription_id,
        place,
        seen_at: of.metered_at,
        seen_count: of.metered_count,
        seen_spent: of.metered_spent,
        day_start: of.day_start,
        day_end: of.day_end,
        day_count: of.day_count,
        month_start: of.month_start,
        month_end: of.month_end,
        month_spent: of.month_spent,
    }
}

fn used(read: &mut Read, of: &Candidate, period: Period) -> Result<Used> {
    let Candidate { provider_id, niche_id, subscription_id, .. } = of;
    let of = Subscribed { provider: *provider_id, niche: *niche_id, subscription: *subscription_id };
    assignments::used(read, of, period)
}

fn count(read: &mut Read, candidate: &mut Candidate, day: Counted, month: Counted) -> Result<()> {
    if !day.goes_on {
        candidate.day_count = 0;
    }
    if !month.goes_on {
        candidate.month_spent = Money::ZERO;
    }
    if let Some(period) = day.unmetered {
        candidate.day_count += used(read, candidate, period)?.sales;
    }
    if let Some(period) = month.unmetered {
        let spent = used(read, candidate, period)?.spent;
        candidate.month_spent = Money::from_minor(candidate.month_spent.minor().saturating_add(spent.minor()));
    }
    Ok(())
}

fn period(start: Option<Timestamp>, end: Option<Timestamp>) -> Option<Period> {
    start.zip(end).map(|(start, end)| Period { start, end })
}
