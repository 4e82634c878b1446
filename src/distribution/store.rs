//! The statements of distribution: the candidates of a niche, the trace.

use crate::db::{Json, Read, Tx, params};
use crate::error::Result;
use crate::id::{LeadId, NicheId};

use super::select::Candidate;

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
