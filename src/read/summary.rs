//! How a provider stands, as every page shows it: in one statement, since each page asks for it.

use crate::db::{Asked, Read, params, row};
use crate::error::{Error, Result};
use crate::id::ProviderId;
use crate::money::Money;

row! {
    /// Its money, what it buys for it, and its leads.
    #[derive(Debug, Clone)]
    pub struct ProviderSummary {
        pub balance: Money,
        /// What the cheapest lead costs that it buys, and the dearest; `None`: it buys none.
        pub cheapest: Option<Money>,
        pub dearest: Option<Money>,
        pub active: i64,
        pub accepted: i64,
        pub rejected: i64,
        pub refunded: i64,
        pub unviewed: i64,
    }
}

impl ProviderSummary {
    /// All its leads.
    pub fn leads(&self) -> i64 {
        self.active + self.accepted + self.rejected + self.refunded
    }

    /// Whether no lead can come, for want of money.
    pub fn is_out_of_credit(&self) -> bool {
        self.cheapest.is_some_and(|price| self.balance < price)
    }
}

pub(super) const SUMMARY: &str = "
    SELECT a.balance, s.cheapest, s.dearest, CAST(t.active AS bigint) AS active, CAST(t.accepted AS bigint) AS accepted,
           CAST(t.rejected AS bigint) AS rejected, CAST(t.refunded AS bigint) AS refunded,
           CAST(t.unviewed AS bigint) AS unviewed
      FROM provider_accounts AS a,
           (SELECT MIN(price) AS cheapest, MAX(price) AS dearest FROM subscriptions WHERE provider_id = $1 AND active) AS s,
           (SELECT COALESCE(SUM(CASE tally WHEN 'assigned' THEN n WHEN 'viewed' THEN 0 ELSE -n END), 0) AS active,
                   COALESCE(SUM(CASE tally WHEN 'accepted' THEN n END), 0) AS accepted,
                   COALESCE(SUM(CASE tally WHEN 'rejected' THEN n END), 0) AS rejected,
                   COALESCE(SUM(CASE tally WHEN 'refunded' THEN n END), 0) AS refunded,
                   COALESCE(SUM(CASE tally WHEN 'assigned' THEN n WHEN 'viewed' THEN -n ELSE 0 END), 0) AS unviewed
              FROM assignment_counts WHERE provider_id = $1) AS t
     WHERE a.provider_id = $1";

/// # Errors
/// `NotFound` where there is no such provider.
pub fn summary(read: &mut Read, provider: ProviderId) -> Result<ProviderSummary> {
    let asked = ask_summary(read, provider)?;
    the_summary(read, asked)
}

/// Asks for it along with what is asked next.
pub fn ask_summary(read: &mut Read, provider: ProviderId) -> Result<Asked<ProviderSummary>> {
    read.ask(SUMMARY, params![provider])
}

/// What [`ask_summary`] asked for, with the errors of [`summary`].
pub fn the_summary(read: &mut Read, asked: Asked<ProviderSummary>) -> Result<ProviderSummary> {
    read.answer(asked)?.pop().ok_or(Error::NotFound("provider"))
}
