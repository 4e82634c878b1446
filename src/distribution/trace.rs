//! The trace as it is kept and shown: every candidate, those taken first, then by how many checks they passed.

use std::cmp::Reverse;

use serde::Serialize;

use crate::db::Json;
use crate::error::{Error, Result};
use crate::id::{ProviderId, SubscriptionId};
use crate::money::Money;

use super::select::{Judged, Reason};

/// No line holds anything of the person: the trace outlives an erasure.
#[derive(Serialize)]
struct Line<'a> {
    provider_id: ProviderId,
    subscription_id: SubscriptionId,
    level: &'a str,
    price: Money,
    taken: bool,
    reason: &'static str,
    detail: Detail,
}

/// What the checks saw, as far as they were asked: the figures before this lead. A limit that is not set is left out.
#[derive(Serialize)]
struct Detail {
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    day_count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    daily_cap: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    month_spent: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    monthly_budget: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    balance: Option<Money>,
}

pub fn of(judged: &[Judged<'_>]) -> Result<Json> {
    let mut ordered: Vec<&Judged<'_>> = judged.iter().collect();
    ordered.sort_by_key(|one| (Reverse(asked(one.reason)), one.place, one.candidate.subscription_id));
    let lines: Vec<Line> = ordered.into_iter().map(line).collect();
    serde_json::to_string(&lines).map(Json).map_err(Error::internal)
}

fn line<'a>(one: &Judged<'a>) -> Line<'a> {
    let c = one.candidate;
    Line {
        provider_id: c.provider_id,
        subscription_id: c.subscription_id,
        level: &c.level,
        price: c.price,
        taken: one.reason == Reason::Taken,
        reason: one.reason.as_str(),
        detail: detail(one),
    }
}

/// How far the questions went: 1 active, 2 postal code, 3 daily cap, 4 monthly budget, 5 balance, then the choice.
fn asked(reason: Reason) -> u8 {
    match reason {
        Reason::Inactive(_) => 1,
        Reason::PostalCode => 2,
        Reason::DailyCap => 3,
        Reason::MonthlyBudget => 4,
        Reason::Balance => 5,
        Reason::Level => 6,
        Reason::SameProvider => 7,
        Reason::Rotation => 8,
        Reason::Taken => 9,
    }
}

fn detail(one: &Judged<'_>) -> Detail {
    let (c, asked) = (one.candidate, asked(one.reason));
    Detail {
        place: one.place,
        day_count: (asked >= 3).then_some(c.day_count),
        daily_cap: c.daily_cap.filter(|_| asked >= 3),
        month_spent: (asked >= 4).then_some(c.month_spent),
        monthly_budget: c.monthly_budget.filter(|_| asked >= 4),
        balance: (asked >= 5).then_some(c.balance),
    }
}
