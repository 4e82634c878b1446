//! The statements of subscriptions' meters.

use crate::clock::Timestamp;
use crate::db::sql::{arms, slices};
use crate::db::{Param, Tx, params};
use crate::error::Result;
use crate::id::SubscriptionId;
use crate::money::Money;

/// What a meter is to say, of the day and the month that it counts.
#[derive(Debug, Clone, Copy)]
pub struct Metered {
    pub subscription: SubscriptionId,
    /// The place in which it is served now.
    pub place: Option<i64>,
    /// What the meter said when it was read: whoever writes it asks whether it still does.
    pub seen_at: Option<Timestamp>,
    pub seen_count: i64,
    pub seen_spent: Money,
    /// The day and the month, and what is used of them from now on.
    pub day_start: Option<Timestamp>,
    pub day_end: Option<Timestamp>,
    pub day_count: i64,
    pub month_start: Option<Timestamp>,
    pub month_end: Option<Timestamp>,
    pub month_spent: Money,
}

pub(super) fn open(tx: &mut Tx, subscription: SubscriptionId) -> Result<()> {
    tx.execute("INSERT INTO subscription_meters (subscription_id) VALUES ($1)", params![subscription]).map(drop)
}

/// Has each meter, which is in the list once, say what is used by sales of this moment, all or none. One that says something
/// else by now than when it was read has the unit run again.
///
/// The first SELECT has no rows: it gives the parameters their types.
pub fn count_sales(tx: &mut Tx, sales: &[Metered]) -> Result<()> {
    let now = tx.now();
    for sales in slices(sales) {
        let mut params: Vec<&dyn Param> = vec![&now];
        for sale in sales {
            let row: [&dyn Param; 11] = [
                &sale.subscription,
                &sale.place,
                &sale.seen_at,
                &sale.seen_count,
                &sale.seen_spent,
                &sale.day_start,
                &sale.day_end,
                &sale.day_count,
                &sale.month_start,
                &sale.month_end,
                &sale.month_spent,
            ];
            params.extend(row);
        }
        let sql = format!(
            "UPDATE subscription_meters SET
                    last_served_at = CASE WHEN last_served_at > $1 THEN last_served_at ELSE $1 END,
                    last_place = CASE WHEN last_served_at > $1 THEN last_place ELSE place END,
                    day_start = of_day, day_end = to_day, day_count = sales,
                    month_start = of_month, month_end = to_month, month_spent = spent
               FROM (SELECT subscription_id AS id, last_place AS place, last_served_at AS seen_at, day_count AS seen_count,
                            month_spent AS seen_spent, day_start AS of_day, day_end AS to_day, day_count AS sales,
                            month_start AS of_month, month_end AS to_month, month_spent AS spent
                       FROM subscription_meters WHERE FALSE{}) AS sale
              WHERE subscription_id = id AND last_served_at IS NOT DISTINCT FROM seen_at
                AND day_count = seen_count AND month_spent = seen_spent",
            arms(sales.len(), 11, 1)
        );
        tx.execute_exactly(sales.len(), &sql, &params)?;
    }
    Ok(())
}

/// Has a meter say what it counts that did not.
pub fn settle(tx: &mut Tx, of: &Metered) -> Result<()> {
    tx.execute(
        "UPDATE subscription_meters SET day_start = $2, day_end = $3, day_count = $4, month_start = $5, month_end = $6,
                month_spent = $7
          WHERE subscription_id = $1 AND day_start IS NULL",
        params![of.subscription, of.day_start, of.day_end, of.day_count, of.month_start, of.month_end, of.month_spent],
    )?;
    Ok(())
}

/// A meter counts what was assigned in its day and its month; what it never counted stays out of it.
pub fn give_back(tx: &mut Tx, id: SubscriptionId, sold_at: Timestamp, price: Money) -> Result<()> {
    tx.execute(
        "UPDATE subscription_meters SET
                day_count = CASE WHEN $2 >= day_start AND $2 < day_end AND day_count > 0
                                 THEN day_count - 1 ELSE day_count END,
                month_spent = CASE WHEN $2 >= month_start AND $2 < month_end AND month_spent >= $3
                                   THEN month_spent - $3 ELSE month_spent END
          WHERE subscription_id = $1",
        params![id, sold_at, price],
    )?;
    Ok(())
}
