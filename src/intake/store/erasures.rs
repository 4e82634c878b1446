//! The statements on `erasures`.

use crate::clock::Timestamp;
use crate::db::{Read, Tx, params, row};
use crate::error::Result;
use crate::id::ErasureId;

row! {
    /// An erasure of a person that was asked for.
    #[derive(Debug, Clone)]
    pub struct Erasure {
        pub id: ErasureId,
        pub asked_at: Timestamp,
        /// How many leads of the person there were.
        pub leads: i64,
        pub finished_at: Option<Timestamp>,
    }
}

const ERASURE: &str = "id, asked_at, leads, finished_at";

pub fn erasure(read: &mut Read, id: ErasureId) -> Result<Option<Erasure>> {
    read.optional(&format!("SELECT {ERASURE} FROM erasures WHERE id = $1"), params![id])
}

/// Older than `before`, newest first.
pub fn erasures(read: &mut Read, before: Option<ErasureId>, limit: i64) -> Result<Vec<Erasure>> {
    match before {
        Some(before) => read.all(
            &format!("SELECT {ERASURE} FROM erasures WHERE id < $1 ORDER BY id DESC LIMIT $2"),
            params![before, limit],
        ),
        None => read.all(&format!("SELECT {ERASURE} FROM erasures ORDER BY id DESC LIMIT $1"), params![limit]),
    }
}

pub fn insert_erasure(tx: &mut Tx, erasure: &Erasure, sought: &str) -> Result<()> {
    tx.execute_exactly(
        1,
        "INSERT INTO erasures (id, asked_at, leads, sought) VALUES ($1, $2, $3, $4)",
        params![erasure.id, erasure.asked_at, erasure.leads, sought],
    )
}

/// Who is to be erased, locked; `None` once it is done.
pub fn sought(read: &mut Read, id: ErasureId) -> Result<Option<String>> {
    let found: Option<(Option<String>,)> = read.optional("SELECT sought FROM erasures WHERE id = $1", params![id])?;
    Ok(found.and_then(|(sought,)| sought))
}

/// Forgets who it was; false where that was done before.
pub fn finish_erasure(tx: &mut Tx, id: ErasureId) -> Result<bool> {
    let sql = "UPDATE erasures SET sought = NULL, finished_at = $2 WHERE id = $1 AND finished_at IS NULL";
    Ok(tx.execute(sql, params![id, tx.now()])? == 1)
}
