//! How a provider's returns stand, in sums.

use crate::clock::Timestamp;
use crate::db::{Read, params, row};
use crate::error::Result;
use crate::id::ProviderId;
use crate::money::Money;
use crate::period::Period;

row! {
    /// The returns of a provider that are under review, and what they would give back.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct UnderReview {
        pub returns: i64,
        pub amount: Money,
    }
}

row! {
    /// How many returns of a provider were decided within a period, and how.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Decisions {
        pub approved: i64,
        pub denied: i64,
    }
}

const UNDER_REVIEW: &str = "
    SELECT count(*) AS returns, CAST(COALESCE(SUM(a.price_charged), 0) AS bigint) AS amount
      FROM returns r JOIN lead_assignments a ON a.id = r.assignment_id
     WHERE r.provider_id = $1 AND r.state = 'pending'";

const DECISIONS: &str = "
    SELECT (SELECT count(*) FROM returns WHERE provider_id = $1 AND state = 'approved'
                                           AND decided_at >= $2 AND decided_at < $3) AS approved,
           (SELECT count(*) FROM returns WHERE provider_id = $1 AND state = 'denied'
                                           AND decided_at >= $2 AND decided_at < $3) AS denied";

row! {
    /// Returns that wait for a decision, of anybody: a bounded number of them, those opened first.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Waiting {
        pub returns: i64,
        pub amount: Money,
        pub oldest: Option<Timestamp>,
    }
}

// The price is asked for one by one: PostgreSQL would else read all assignments to join a thousand.
const WAITING: &str = "
    SELECT count(*) AS returns, CAST(COALESCE(SUM(price), 0) AS bigint) AS amount, MIN(opened_at) AS oldest
      FROM (SELECT r.opened_at, (SELECT a.price_charged FROM lead_assignments a WHERE a.id = r.assignment_id) AS price
              FROM returns r WHERE r.state = 'pending' ORDER BY r.opened_at, r.assignment_id LIMIT $1) AS waiting";

pub(super) fn statements() -> Vec<(String, String)> {
    [("under review", UNDER_REVIEW), ("decisions", DECISIONS), ("waiting in all", WAITING)]
        .map(|(name, sql)| (name.to_owned(), sql.to_owned()))
        .into()
}

pub fn under_review(read: &mut Read, provider: ProviderId) -> Result<UnderReview> {
    read.one(UNDER_REVIEW, params![provider])
}

pub fn decisions(read: &mut Read, provider: ProviderId, period: &Period) -> Result<Decisions> {
    read.one(DECISIONS, params![provider, period.start, period.end])
}

pub fn waiting_in_all(read: &mut Read, most: i64) -> Result<Waiting> {
    read.one(WAITING, params![most])
}
