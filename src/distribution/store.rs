//! The statements of distribution: the candidates of a niche, their meters, the trace.

use crate::db::{Json, Param, Read, Tx, params};
use crate::error::Result;
use crate::id::{AssignmentId, LeadId, NicheId};

use super::select::{Candidate, Judged};

/// Every subscription of the niche with what the checks ask, in one look.
pub fn candidates(read: &mut Read, niche: NicheId) -> Result<Vec<Candidate>> {
    read.all(
        "SELECT s.id AS subscription_id, s.provider_id, s.competition_level_id, l.name AS level, n.name AS niche, l.max_providers, s.price,
                s.daily_cap, s.monthly_budget, s.postal_prefixes,
                CASE WHEN NOT s.active THEN 'subscription_inactive' WHEN NOT l.active THEN 'level_inactive'
                     WHEN NOT n.active THEN 'niche_inactive' WHEN NOT p.active THEN 'provider_inactive' END AS inactive,
                p.timezone, m.last_served_at, m.last_place, m.day, m.day_count, m.month, m.month_spent, a.balance, a.floor
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

/// Counts one lead more on each meter, all or none. A cap that is reached meanwhile has the unit run again.
///
/// The first SELECT has no rows: it gives the parameters their types.
pub fn meter(tx: &mut Tx, sales: &[(AssignmentId, &Judged)]) -> Result<()> {
    // In the order of the subscriptions, so that two nodes that meter the same ones take the rows in the same order.
    let mut sales: Vec<&Judged> = sales.iter().map(|(_, judged)| *judged).collect();
    sales.sort_by_key(|judged| judged.candidate.subscription_id);
    let now = tx.now();
    let mut params: Vec<&dyn Param> = vec![&now];
    let mut rows = String::new();
    for Judged { candidate: c, place, period: p, .. } in sales.iter().copied() {
        let first = params.len() + 1;
        rows += " UNION ALL SELECT ";
        rows += &(first..first + 9).map(|at| format!("${at}")).collect::<Vec<_>>().join(", ");
        let row: [&dyn Param; 9] = [
            &c.subscription_id,
            place,
            &p.today,
            &p.last_day,
            &p.month,
            &p.last_month,
            &c.daily_cap,
            &c.monthly_budget,
            &c.price,
        ];
        params.extend(row);
    }
    let counted = "CASE WHEN day BETWEEN today AND last_day THEN day_count ELSE 0 END";
    let spent = "CASE WHEN month BETWEEN this_month AND last_month THEN month_spent ELSE 0 END";
    let sql = format!(
        "UPDATE subscription_meters SET
                last_served_at = CASE WHEN last_served_at > $1 THEN last_served_at ELSE $1 END,
                last_place = CASE WHEN last_served_at > $1 THEN last_place ELSE place END,
                day = CASE WHEN day BETWEEN today AND last_day THEN day ELSE today END,
                day_count = {counted} + 1,
                month = CASE WHEN month BETWEEN this_month AND last_month THEN month ELSE this_month END,
                month_spent = {spent} + price
           FROM (SELECT subscription_id AS id, last_place AS place, day AS today, day AS last_day,
                        month AS this_month, month AS last_month, day_count AS cap, month_spent AS budget, month_spent AS price
                   FROM subscription_meters WHERE FALSE{rows}) AS sale
          WHERE subscription_id = id AND (cap IS NULL OR {counted} < cap)
            AND (budget IS NULL OR {spent} + price <= budget)"
    );
    tx.execute_exactly(sales.len(), &sql, &params)
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
