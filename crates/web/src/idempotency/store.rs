//! The statements on `idempotency_keys`.

use std::collections::HashSet;
use std::time::Duration;

use axum::http::StatusCode;
use uuid::Uuid;

use super::answer::{Answer, Outcome};
use super::key::Key;
use ground::clock::Timestamp;
use ground::error::{Error, Result};
use units::sql::{arms, slices};
use units::{Param, Tx, params};

/// How long an answer is kept.
const LIFE: Duration = Duration::from_hours(24);
/// Rows that one run of [`expire`] takes.
const EXPIRE_AT_ONCE: i64 = 5_000;

/// Takes these keys, each in the list once, for this unit, or says what they were used for. A second unit with the same key
/// waits here for the first.
pub(super) fn claim(tx: &mut Tx, keys: &[(Uuid, &Key)]) -> Result<Vec<Option<Outcome>>> {
    let (now, end) = (tx.now(), tx.now().plus(LIFE));
    let mut taken: HashSet<(Uuid, String)> = HashSet::with_capacity(keys.len());
    for keys in slices(keys) {
        let mut params: Vec<&dyn Param> = vec![&now, &end];
        for (principal, key) in keys {
            let row: [&dyn Param; 4] = [principal, &key.digest, &key.fingerprint, &key.text];
            params.extend(row);
        }
        // The first SELECT has no rows: it gives the parameters their types.
        let sql = format!(
            "INSERT INTO idempotency_keys (principal_id, key, fingerprint, status, body, created_at, expires_at)
             SELECT principal, digest, print, 0, '', $1, $2
               FROM (SELECT principal_id AS principal, key AS digest, fingerprint AS print, body AS as_sent
                       FROM idempotency_keys WHERE FALSE{}) AS sought
              WHERE NOT EXISTS (SELECT 1 FROM idempotency_keys AS old
                                 WHERE old.principal_id = principal AND old.key = as_sent AND old.expires_at > $1)
             ON CONFLICT (principal_id, key) DO UPDATE
               SET fingerprint = excluded.fingerprint, status = 0, body = '',
                   created_at = excluded.created_at, expires_at = excluded.expires_at
             WHERE idempotency_keys.expires_at <= excluded.created_at
             RETURNING principal_id, key",
            arms(keys.len(), 4, 2)
        );
        taken.extend(tx.all::<(Uuid, String)>(&sql, &params)?);
    }
    let mut outcomes = Vec::with_capacity(keys.len());
    for (principal, key) in keys {
        let is_ours = taken.contains(&(*principal, key.digest.clone()));
        outcomes.push(if is_ours { None } else { Some(earlier(tx, *principal, key)?) });
    }
    Ok(outcomes)
}

/// What the key was used for.
fn earlier(tx: &mut Tx, principal: Uuid, key: &Key) -> Result<Outcome> {
    let now = tx.now();
    // Those of a program that kept them as they were sent are good for their day too.
    let row: Option<(Vec<u8>, u16, String)> = tx.optional(
        "SELECT fingerprint, status, body FROM idempotency_keys
          WHERE principal_id = $1 AND key IN ($2, $3) AND expires_at > $4",
        params![principal, key.digest, key.text, now],
    )?;
    // Expired and swept between the two statements: once more.
    let (fingerprint, status, body) = row.ok_or(Error::Raced)?;
    if fingerprint != key.fingerprint {
        return Ok(Outcome::Taken);
    }
    let status = StatusCode::from_u16(status).map_err(Error::internal)?;
    Ok(Outcome::Kept(Answer { status, body }))
}

/// Keeps what is answered to these keys, which were claimed: status and body.
pub(super) fn settle(tx: &mut Tx, answers: &[(Uuid, &Key, u16, &String)]) -> Result<()> {
    for answers in slices(answers) {
        let params: Vec<&dyn Param> = answers
            .iter()
            .flat_map(|(principal, key, status, body)| -> [&dyn Param; 4] { [principal, &key.digest, status, *body] })
            .collect();
        let sql = format!(
            "UPDATE idempotency_keys SET status = answer.code, body = answer.said
               FROM (SELECT principal_id AS principal, key AS digest, status AS code, body AS said
                       FROM idempotency_keys WHERE FALSE{}) AS answer
              WHERE principal_id = answer.principal AND key = answer.digest",
            arms(answers.len(), 4, 0)
        );
        tx.execute_later(&sql, &params)?;
    }
    Ok(())
}

/// Drops answers that were kept long enough, some thousands at a time; says how many. For a schedule.
pub fn expire(tx: &mut Tx) -> Result<u64> {
    // From the first to the last, by the index: what a list of rows is looked up with reads the whole table on PostgreSQL.
    let some = format!(
        "SELECT MIN(expires_at), MAX(expires_at) FROM
           (SELECT expires_at FROM idempotency_keys WHERE expires_at <= $1 ORDER BY expires_at LIMIT {EXPIRE_AT_ONCE}) AS few"
    );
    let (first, last) = tx.one::<(Option<Timestamp>, Option<Timestamp>)>(&some, params![tx.now()])?;
    let (Some(first), Some(last)) = (first, last) else { return Ok(0) };
    tx.execute("DELETE FROM idempotency_keys WHERE expires_at >= $1 AND expires_at <= $2", params![first, last])
}
