//! Providers that will soon buy nothing more.

use crate::db::{Read, params, row};
use crate::error::Result;
use crate::id::ProviderId;
use crate::money::Money;

row! {
    /// A provider whose balance does not buy what it would.
    #[derive(Debug, Clone)]
    pub struct Short {
        pub provider_id: ProviderId,
        pub provider_name: String,
        pub balance: Money,
        /// Of its cheapest subscription.
        pub price: Money,
    }
}

// All active subscriptions are looked at; there are a few for each provider.
const SHORT: &str = "
    SELECT p.id AS provider_id, p.name AS provider_name, a.balance, s.price
      FROM (SELECT provider_id, MIN(price) AS price FROM subscriptions WHERE active GROUP BY provider_id) AS s
      JOIN providers p ON p.id = s.provider_id AND p.active
      JOIN provider_accounts a ON a.provider_id = s.provider_id
     WHERE a.balance < $1 * s.price
     ORDER BY a.balance, p.id LIMIT $2";

/// Active providers whose balance buys fewer than `leads` of their cheapest, the poorest first, at most `limit`.
pub fn short(read: &mut Read, leads: i64, limit: i64) -> Result<Vec<Short>> {
    read.all(SHORT, params![leads, limit])
}
