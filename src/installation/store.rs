//! The one row of `house`, and `return_windows`.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::db::{Read, Tx};
use crate::error::{Error, Result};
use crate::money::Currency;
use crate::params;
use crate::period::Windows;

/// The currency, and where files are: nothing where the column is not there yet, for then `files` is that of `older`.
pub const LOOK: &str =
    "SELECT currency, (SELECT files FROM house AS itself) FROM house, (SELECT NULL AS files) AS older";

/// Writes the one row where it is missing; in how many decimals money is kept.
///
/// # Errors
/// `Conflict` where it is kept in another currency, or the installation was moved elsewhere.
pub fn furnish(tx: &mut Tx, currency: Currency) -> Result<u8> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|error| Error::internal(error.to_string()))?;
    let (code, digits) = (currency.code(), currency.digits());
    tx.execute(
        "INSERT INTO house (id, currency, minor_digits, secret, created_at) VALUES (1, $1, $2, $3, $4)
         ON CONFLICT (id) DO NOTHING",
        params![code, i64::from(digits), secret, tx.now()],
    )?;
    refuse_moved(tx)?;
    let (found, kept): (String, i64) = tx.one("SELECT currency, minor_digits FROM house WHERE id = 1", &[])?;
    if found != code {
        let detail = format!(
            "this database keeps its money in {found}, and CURRENCY says {code}: it was fixed at the first migration"
        );
        return Err(Error::conflict("other_currency", detail));
    }
    if kept == i64::from(digits) {
        return Ok(digits);
    }
    let money = "SELECT 1 WHERE EXISTS (SELECT 1 FROM ledger_entries) OR EXISTS (SELECT 1 FROM subscriptions)";
    if tx.optional::<(i64,)>(money, &[])?.is_none() {
        tx.execute("UPDATE house SET minor_digits = $1 WHERE id = 1", params![i64::from(digits)])?;
        return Ok(digits);
    }
    // What 100 of them mean is on record in many places, and was agreed with people.
    tracing::warn!(
        "this installation was begun when all money had {kept} decimals, and goes on so; {code} has {digits}"
    );
    u8::try_from(kept).map_err(Error::internal)
}

/// Puts on record where the files are; where they were before, if that is elsewhere.
pub fn keep_files(tx: &mut Tx, place: &str) -> Result<Option<String>> {
    let (before,): (Option<String>,) = tx.one("SELECT files FROM house WHERE id = 1", &[])?;
    if before.as_deref() != Some(place) {
        tx.execute("UPDATE house SET files = $1 WHERE id = 1", params![place])?;
    }
    Ok(before.filter(|before| before != place))
}

/// How long leads may be rejected, as it is on record; `None` where nobody has served yet.
pub fn return_windows(read: &mut Read) -> Result<Option<Windows>> {
    let rows: Vec<(Timestamp, i64)> = read.all("SELECT since, micros FROM return_windows ORDER BY since", params![])?;
    let window = |micros| Duration::from_micros(u64::try_from(micros).unwrap_or(0));
    Ok(Windows::of(rows.into_iter().map(|(since, micros)| (since, window(micros))).collect()))
}

/// Puts on record how long leads may be rejected that are assigned from here on. The first that is put there holds for all
/// leads before it too.
pub fn keep_return_window(tx: &mut Tx, window: Duration) -> Result<Windows> {
    let known = return_windows(tx)?;
    let since = match known {
        Some(known) if known.last() == window => return Ok(known),
        Some(_) => tx.now(),
        None => Timestamp::MIN,
    };
    let micros = i64::try_from(window.as_micros()).map_err(Error::internal)?;
    let sql = "INSERT INTO return_windows (since, micros) VALUES ($1, $2)
               ON CONFLICT (since) DO UPDATE SET micros = excluded.micros";
    tx.execute(sql, params![since, micros])?;
    Ok(return_windows(tx)?.unwrap_or_else(|| Windows::always(window)))
}

/// What this database's cursors, links and demo passwords are made with.
pub fn secret(read: &mut Read) -> Result<[u8; 32]> {
    let (secret,) = read.one("SELECT secret FROM house WHERE id = 1", &[])?;
    Ok(secret)
}

/// By which rules everything that texts are compared by was made, at least.
pub fn key_rules(read: &mut Read) -> Result<i64> {
    let (rules,) = read.one("SELECT keys FROM house WHERE id = 1", &[])?;
    Ok(rules)
}

pub fn note_key_rules(tx: &mut Tx, rules: i64) -> Result<()> {
    tx.execute("UPDATE house SET keys = $1 WHERE id = 1", params![rules]).map(drop)
}

/// Up to when the storage's list of erasures was gone through.
pub fn erased_through(read: &mut Read) -> Result<Option<Timestamp>> {
    let (at,): (Option<Timestamp>,) = read.one("SELECT erased_through FROM house WHERE id = 1", &[])?;
    Ok(at)
}

pub fn note_erased_through(tx: &mut Tx, at: Timestamp) -> Result<()> {
    tx.execute("UPDATE house SET erased_through = $1 WHERE id = 1", params![at]).map(drop)
}

/// Refuses an installation that lives elsewhere by now.
fn refuse_moved(read: &mut Read) -> Result<()> {
    let (to,): (Option<String>,) = read.one("SELECT moved_to FROM house WHERE id = 1", &[])?;
    let Some(to) = to else { return Ok(()) };
    let detail =
        format!("this installation was moved to {to}: name that in DATABASE_URL; here nothing may happen any more");
    Err(Error::conflict("moved", detail))
}
