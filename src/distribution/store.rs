//! The statements of distribution: the candidates of a niche, their meters, the trace.

use crate::db::{Json, Param, Read, Tx, params, row};
use crate::error::Result;
use crate::id::{AssignmentId, LeadId, NicheId};
use crate::money::Money;
use crate::period::Period;

use super::select::{Candidate, Judged};

row! {
    /// How many sales, and what they cost.
    #[derive(Debug, Clone, Copy)]
    pub struct Used {
        pub sales: i64,
        pub spent: Money,
    }
}

/// Every subscription of the niche with what the checks ask, in one look.
pub fn candidates(read: &mut Read, niche: NicheId) -> Result<Vec<Candidate>> {
    read.all(
        "SELECT s.id AS subscription_id, s.provider_id, s.niche_id, s.competition_level_id, l.name AS level, n.name AS niche, l.max_providers, s.price,
                s.daily_cap, s.monthly_budget, s.postal_prefixes,
                CASE WHEN NOT s.active THEN 'subscription_inactive' WHEN NOT l.active THEN 'level_inactive'
                     WHEN NOT n.active THEN 'niche_inactive' WHEN NOT p.active THEN 'provider_inactive' END AS inactive,
                p.timezone, m.last_served_at, m.last_place, m.day_start, m.day_end, m.day_count, m.month_start, m.month_end,
                m.month_spent, m.day_count AS metered_count, m.month_spent AS metered_spent, a.balance, a.floor
           FROM subscriptions s
           JOIN niches n ON n.id = s.niche_id
           JOIN competition_levels l ON l.id = s.competition_level_id
           JOIN providers p ON p.id = s.provider_id
           JOIN provider_accounts a ON a.provider_id = s.provider_id
           JOIN subscription_meters m ON m.subscription_id = s.id
          WHERE s.niche_id = $1 ORDER BY s.id",
        params![niche],
    )
}

/// Counts one lead more on each meter, all or none. One that says something else by now has the unit run again.
///
/// The first SELECT has no rows: it gives the parameters their types.
pub fn meter(tx: &mut Tx, sales: &[(AssignmentId, &Judged)]) -> Result<()> {
    // In the order of the subscriptions, so that two nodes that meter the same ones take the rows in the same order.
    let mut sales: Vec<&Judged> = sales.iter().map(|(_, judged)| *judged).collect();
    sales.sort_by_key(|judged| judged.candidate.subscription_id);
    let now = tx.now();
    let mut params: Vec<&dyn Param> = vec![&now];
    let mut rows = String::new();
    for Judged { candidate: c, place, .. } in sales.iter().copied() {
        let first = params.len() + 1;
        rows += " UNION ALL SELECT ";
        rows += &(first..first + 12).map(|at| format!("${at}")).collect::<Vec<_>>().join(", ");
        let row: [&dyn Param; 12] = [
            &c.subscription_id,
            place,
            &c.last_served_at,
            &c.metered_count,
            &c.metered_spent,
            &c.day_start,
            &c.day_end,
            &c.day_count,
            &c.month_start,
            &c.month_end,
            &c.month_spent,
            &c.price,
        ];
        params.extend(row);
    }
    let sql = format!(
        "UPDATE subscription_meters SET
                last_served_at = CASE WHEN last_served_at > $1 THEN last_served_at ELSE $1 END,
                last_place = CASE WHEN last_served_at > $1 THEN last_place ELSE place END,
                day_start = of_day, day_end = to_day, day_count = sales + 1,
                month_start = of_month, month_end = to_month, month_spent = spent + price
           FROM (SELECT subscription_id AS id, last_place AS place, last_served_at AS seen_at, day_count AS seen_count,
                        month_spent AS seen_spent, day_start AS of_day, day_end AS to_day, day_count AS sales,
                        month_start AS of_month, month_end AS to_month, month_spent AS spent, month_spent AS price
                   FROM subscription_meters WHERE FALSE{rows}) AS sale
          WHERE subscription_id = id AND last_served_at IS NOT DISTINCT FROM seen_at
            AND day_count = seen_count AND month_spent = seen_spent"
    );
    tx.execute_exactly(sales.len(), &sql, &params)
}

/// Has a meter say what it counts that did not.
pub fn settle(tx: &mut Tx, of: &Candidate) -> Result<()> {
    tx.execute(
        "UPDATE subscription_meters SET day_start = $2, day_end = $3, day_count = $4, month_start = $5, month_end = $6,
                month_spent = $7
          WHERE subscription_id = $1 AND day_start IS NULL",
        params![
            of.subscription_id,
            of.day_start,
            of.day_end,
            of.day_count,
            of.month_start,
            of.month_end,
            of.month_spent
        ],
    )?;
    Ok(())
}

const USED: &str = "
    SELECT COUNT(*) AS sales, CAST(COALESCE(SUM(price_charged), 0) AS bigint) AS spent FROM lead_assignments
     WHERE provider_id = $1 AND niche_id = $2 AND assigned_at >= $3 AND assigned_at < $4 AND subscription_id = $5
       AND status <> 'refunded'";

/// What the subscription was assigned in this time and did not get its money back for.
pub fn used(read: &mut Read, of: &Candidate, period: Period) -> Result<Used> {
    let Candidate { provider_id, niche_id, subscription_id, .. } = of;
    read.one(USED, params![provider_id, niche_id, period.start, period.end, subscription_id])
}

/// Keeps the trace of the lead's last distribution.
pub fn keep_trace(tx: &mut Tx, lead: LeadId, trace: &Json) -> Result<()> {
    tx.execute_later(
        "INSERT INTO lead_traces (lead_id, decided_at, trace) VALUES ($1, $2, $3)
         ON CONFLICT (lead_id) DO UPDATE SET decided_at = excluded.decided_at, trace = excluded.trace",
        params![lead, tx.now(), trace],
    )
}

pub fn trace(read: &mut Read, lead: LeadId) -> Result<Option<Json>> {
    let row = read.optional::<(Json,)>("SELECT trace FROM lead_traces WHERE lead_id = $1", params![lead])?;
    Ok(row.map(|(trace,)| trace))
}
