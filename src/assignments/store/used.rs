//! What subscriptions were assigned within a period.

use crate::db::{Read, params, row};
use crate::error::Result;
use crate::id::{NicheId, ProviderId, SubscriptionId};
use crate::money::Money;
use crate::period::Period;

/// A subscription with the provider and the niche that it never changes: an index has the three.
#[derive(Debug, Clone, Copy)]
pub struct Subscribed {
    pub provider: ProviderId,
    pub niche: NicheId,
    pub subscription: SubscriptionId,
}

row! {
    /// How many sales, and what they cost.
    #[derive(Debug, Clone, Copy)]
    pub struct Used {
        pub sales: i64,
        pub spent: Money,
    }
}

const USED: &str = "
    SELECT COUNT(*) AS sales, CAST(COALESCE(SUM(price_charged), 0) AS bigint) AS spent FROM lead_assignments
     WHERE provider_id = $1 AND niche_id = $2 AND assigned_at >= $3 AND assigned_at < $4 AND subscription_id = $5
       AND status <> 'refunded'";

pub(in crate::assignments) fn used(read: &mut Read, of: Subscribed, period: Period) -> Result<Used> {
    read.one(USED, params![of.provider, of.niche, period.start, period.end, of.subscription])
}
