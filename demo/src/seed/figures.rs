//! The figures that stand beside the rows: balances, tallies, meters, as they are after a stretch.

use leadhouse::db::{Param, Tx};
use leadhouse::error::Result;
use leadhouse::id::ProviderId;
use leadhouse::period::Period;

use super::world::{Provider, Subscription};

/// Rows in one statement. SQLite looks each parameter up by its name, which takes longer the more there are.
const AT_ONCE: usize = 64;

/// Writes the figures of these providers.
pub fn write(tx: &mut Tx, providers: &[Provider]) -> Result<()> {
    for some in providers.chunks(AT_ONCE) {
        balances(tx, some)?;
    }
    let tallies: Vec<(ProviderId, &'static str, i64)> = providers.iter().flat_map(tallies_of).collect();
    for some in tallies.chunks(AT_ONCE) {
        tallies_are(tx, some)?;
    }
    let subscriptions: Vec<(&Subscription, (Period, Period))> =
        providers.iter().flat_map(|p| &p.subscriptions).filter_map(|s| Some((s, s.meter.periods()?))).collect();
    for some in subscriptions.chunks(AT_ONCE) {
        meters(tx, some)?;
    }
    Ok(())
}

fn balances(tx: &mut Tx, providers: &[Provider]) -> Result<()> {
    let params: Vec<&dyn Param> =
        providers.iter().flat_map(|p| -> [&dyn Param; 3] { [&p.id, &p.balance, &p.entries] }).collect();
    tx.execute(
        &format!(
            "INSERT INTO provider_accounts (provider_id, balance, entries) VALUES {}
             ON CONFLICT (provider_id) DO UPDATE SET balance = excluded.balance, entries = excluded.entries",
            places(providers.len(), 3)
        ),
        &params,
    )?;
    Ok(())
}

fn tallies_of(provider: &Provider) -> [(ProviderId, &'static str, i64); 5] {
    let (id, t) = (provider.id, &provider.tallies);
    [
        (id, "assigned", t.assigned),
        (id, "viewed", t.viewed),
        (id, "accepted", t.accepted),
        (id, "rejected", t.rejected),
        (id, "refunded", t.refunded),
    ]
}

/// Where triggers counted already (PostgreSQL), they came to the same.
fn tallies_are(tx: &mut Tx, tallies: &[(ProviderId, &'static str, i64)]) -> Result<()> {
    let params: Vec<&dyn Param> =
        tallies.iter().flat_map(|(id, tally, n)| -> [&dyn Param; 3] { [id, tally, n] }).collect();
    tx.execute(
        &format!(
            "INSERT INTO assignment_counts (provider_id, tally, n) VALUES {}
             ON CONFLICT (provider_id, tally) DO UPDATE SET n = excluded.n",
            places(tallies.len(), 3)
        ),
        &params,
    )?;
    Ok(())
}

fn meters(tx: &mut Tx, subscriptions: &[(&Subscription, (Period, Period))]) -> Result<()> {
    let params: Vec<&dyn Param> = subscriptions
        .iter()
        .flat_map(|(Subscription { id, meter, .. }, (day, month))| -> [&dyn Param; 8] {
            let (at, count, spent) = (&meter.last_served_at, &meter.day_count, &meter.month_spent);
            [id, at, &day.start, &day.end, count, &month.start, &month.end, spent]
        })
        .collect();
    tx.execute(
        &format!(
            "INSERT INTO subscription_meters
               (subscription_id, last_served_at, day_start, day_end, day_count, month_start, month_end, month_spent) VALUES {}
             ON CONFLICT (subscription_id) DO UPDATE
               SET last_served_at = excluded.last_served_at, day_start = excluded.day_start, day_end = excluded.day_end,
                   day_count = excluded.day_count, month_start = excluded.month_start, month_end = excluded.month_end,
                   month_spent = excluded.month_spent",
            places(subscriptions.len(), 8)
        ),
        &params,
    )?;
    Ok(())
}

/// `($1, $2), ($3, $4)`: places for `rows` rows of `columns` parameters.
fn places(rows: usize, columns: usize) -> String {
    let row = |at: usize| {
        let numbers: Vec<String> = (1..=columns).map(|column| format!("${}", at * columns + column)).collect();
        format!("({})", numbers.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}
