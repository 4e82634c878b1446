//! Traces: who was taken is who has the lead.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::invariant::{Invariant, Violating};
use crate::db::{Json, Read, params, row};
use crate::error::Result;
use crate::id::{LeadId, ProviderId, SubscriptionId};
use crate::money::Money;

/// Leads looked at in one go.
const AT_ONCE: i64 = 2_000;

pub const INVARIANTS: [Invariant; 1] = [Invariant::code("a lead's trace names who got it, and at what price", traces)];

row! {
    struct Offered {
        id: LeadId,
        status: String,
        trace: Option<Json>,
    }
}

row! {
    struct Sold {
        lead_id: LeadId,
        provider_id: ProviderId,
        subscription_id: SubscriptionId,
        price_charged: Money,
    }
}

/// A line of a trace, as far as it is compared.
#[derive(Deserialize)]
struct Line {
    provider_id: Uuid,
    subscription_id: Uuid,
    price: Box<RawValue>,
    taken: bool,
}

/// Provider, subscription, price.
type Sale = (Uuid, Uuid, Option<Money>);

fn traces(read: &mut Read) -> Result<Violating> {
    let mut wrong = Vec::new();
    let mut after = LeadId(Uuid::nil());
    loop {
        let offered: Vec<Offered> = read.all(
            "SELECT l.id, l.status, t.trace FROM leads AS l LEFT JOIN lead_traces AS t ON t.lead_id = l.id
              WHERE l.id > $1 ORDER BY l.id LIMIT $2",
            params![after, AT_ONCE],
        )?;
        let Some(last) = offered.last() else { return Ok(wrong) };
        let sold: Vec<Sold> = read.all(
            "SELECT lead_id, provider_id, subscription_id, price_charged FROM lead_assignments
              WHERE lead_id > $1 AND lead_id <= $2",
            params![after, last.id],
        )?;
        after = last.id;
        let mut sales: BTreeMap<LeadId, BTreeSet<Sale>> = BTreeMap::new();
        for one in sold {
            let sale = (one.provider_id.0, one.subscription_id.0, Some(one.price_charged));
            sales.entry(one.lead_id).or_default().insert(sale);
        }
        for lead in &offered {
            let sold = sales.remove(&lead.id).unwrap_or_default();
            wrong.extend(is_off(lead, &sold).map(|detail| (lead.id.0, detail.to_owned())));
        }
    }
}

fn is_off(lead: &Offered, sold: &BTreeSet<Sale>) -> Option<&'static str> {
    let offered = matches!(lead.status.as_str(), "assigned" | "unmatched");
    let Some(Json(trace)) = &lead.trace else { return offered.then_some("was offered and has no trace") };
    // One that nobody took may have been replaced, or its person wants no more of it.
    if !offered && !matches!(lead.status.as_str(), "duplicate" | "suppressed" | "withdrawn") {
        return Some("was never offered and has a trace");
    }
    let Ok(lines) = serde_json::from_str::<Vec<Line>>(trace) else { return Some("has a trace that cannot be read") };
    let taken: BTreeSet<Sale> = lines
        .iter()
        .filter(|line| line.taken)
        .map(|line| (line.provider_id, line.subscription_id, Money::parse(line.price.get())))
        .collect();
    (taken != *sold).then_some("is assigned to others than its trace says")
}
