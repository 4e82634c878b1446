//! The statements of distribution: the candidates of a niche, the trace.

use crate::db::sql::{slices, tuples};
use crate::db::{Asked, Json, Param, Read, Tx, params};
use crate::error::Result;
use crate::id::{LeadId, NicheId};

use super::select::Candidate;

/// Every subscription of these niches with what the checks ask, in one look.
pub fn candidates(read: &mut Read, niches: &[NicheId]) -> Result<Vec<Candidate>> {
    ask_candidates(read, niches)?.into_iter().try_fold(Vec::new(), |mut all, some| {
        all.extend(read.answer(some)?);
        Ok(all)
    })
}

/// As [`candidates`], on their way.
pub fn ask_candidates(read: &mut Read, niches: &[NicheId]) -> Result<Vec<Asked<Candidate>>> {
    let mut all = Vec::new();
    for niches in slices(niches) {
        let params: Vec<&dyn Param> = niches.iter().map(|niche| -> &dyn Param { niche }).collect();
        let sql = format!(
            "SELECT s.id AS subscription_id, s.provider_id, s.niche_id, s.competition_level_id, l.name AS level, n.name AS niche, l.max_providers, s.price,
                    s.daily_cap, s.monthly_budget, s.postal_prefixes,
                    CASE WHEN NOT s.active THEN 'subscription_inactive' WHEN NOT l.active THEN 'level_inactive'
                         WHEN NOT n.active THEN 'niche_inactive' WHEN NOT p.active THEN 'provider_inactive' END AS inactive,
                    p.timezone, m.last_served_at, m.last_place, m.day_start, m.day_end, m.day_count, m.month_start, m.month_end,
                    m.month_spent, m.last_served_at AS metered_at, m.day_count AS metered_count,
                    m.month_spent AS metered_spent, a.balance, a.floor
               FROM subscriptions s
               JOIN niches n ON n.id = s.niche_id
               JOIN competition_levels l ON l.id = s.competition_level_id
               JOIN providers p ON p.id = s.provider_id
               JOIN provider_accounts a ON a.provider_id = s.provider_id
               JOIN subscription_meters m ON m.subscription_id = s.id
              WHERE s.niche_id IN {} ORDER BY s.id",
            tuples(1, niches.len())
        );
        all.push(read.ask(&sql, &params)?);
    }
    Ok(all)
}

/// Keeps the traces of these leads' last distributions; a lead is in the list once.
pub fn keep_traces(tx: &mut Tx, traces: &[(LeadId, &Json)]) -> Result<()> {
    let now = tx.now();
    for traces in slices(traces) {
        let params: Vec<&dyn Param> =
            traces.iter().flat_map(|(lead, trace)| -> [&dyn Param; 3] { [lead, &now, trace] }).collect();
        let sql = format!(
            "INSERT INTO lead_traces (lead_id, decided_at, trace) VALUES {}
             ON CONFLICT (lead_id) DO UPDATE SET decided_at = excluded.decided_at, trace = excluded.trace",
            tuples(traces.len(), 3)
        );
        tx.execute_later(&sql, &params)?;
    }
    Ok(())
}

pub fn trace(read: &mut Read, lead: LeadId) -> Result<Option<Json>> {
    let row = read.optional::<(Json,)>("SELECT trace FROM lead_traces WHERE lead_id = $1", params![lead])?;
    Ok(row.map(|(trace,)| trace))
}
