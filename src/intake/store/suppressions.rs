//! The statements on `suppressions` and `suppressed_hashes`.

use std::collections::HashSet;

use crate::clock::Timestamp;
use crate::db::sql::{numbered, slices, tuples};
use crate::db::{Param, Read, Tx, params, row};
use crate::error::Result;
use crate::id::SuppressionId;

/// A keyed hash.
pub type Hash = [u8; 32];

row! {
    /// Somebody who opted out, as far as the installation knows: not who.
    #[derive(Debug, Clone)]
    pub struct Suppression {
        pub id: SuppressionId,
        pub created_at: Timestamp,
        /// By which of the two the person is known.
        pub has_email: bool,
        pub has_phone: bool,
        /// The operator's words.
        pub reason: Option<String>,
    }
}

const SUPPRESSION: &str = "id, created_at, has_email, has_phone, reason";

pub fn suppression(read: &mut Read, id: SuppressionId) -> Result<Option<Suppression>> {
    read.optional(&format!("SELECT {SUPPRESSION} FROM suppressions WHERE id = $1"), params![id])
}

pub fn suppression_like(read: &mut Read, fingerprint: &Hash) -> Result<Option<Suppression>> {
    read.optional(&format!("SELECT {SUPPRESSION} FROM suppressions WHERE fingerprint = $1"), params![*fingerprint])
}

/// Older than `before`, newest first.
pub fn suppressions(read: &mut Read, before: Option<SuppressionId>, limit: i64) -> Result<Vec<Suppression>> {
    match before {
        Some(before) => read.all(
            &format!("SELECT {SUPPRESSION} FROM suppressions WHERE id < $1 ORDER BY id DESC LIMIT $2"),
            params![before, limit],
        ),
        None => read.all(&format!("SELECT {SUPPRESSION} FROM suppressions ORDER BY id DESC LIMIT $1"), params![limit]),
    }
}

pub fn insert_suppression(tx: &mut Tx, new: &Suppression, fingerprint: &Hash, hashes: &[Hash]) -> Result<()> {
    tx.execute_later(
        "INSERT INTO suppressions (id, created_at, has_email, has_phone, reason, fingerprint)
         VALUES ($1, $2, $3, $4, $5, $6)",
        params![new.id, new.created_at, new.has_email, new.has_phone, new.reason, *fingerprint],
    )?;
    for hashes in slices(hashes) {
        let params: Vec<&dyn Param> = hashes.iter().flat_map(|hash| -> [&dyn Param; 2] { [hash, &new.id] }).collect();
        let sql = format!("INSERT INTO suppressed_hashes (hash, suppression_id) VALUES {}", tuples(hashes.len(), 2));
        tx.execute_later(&sql, &params)?;
    }
    Ok(())
}

/// Whether it was there.
pub fn delete_suppression(tx: &mut Tx, id: SuppressionId) -> Result<bool> {
    tx.execute_later("DELETE FROM suppressed_hashes WHERE suppression_id = $1", params![id])?;
    Ok(tx.execute("DELETE FROM suppressions WHERE id = $1", params![id])? == 1)
}

/// Whether anybody opted out at all.
pub fn is_anybody_suppressed(read: &mut Read) -> Result<bool> {
    let found: Option<(i64,)> = read.optional("SELECT 1 FROM suppressions LIMIT 1", &[])?;
    Ok(found.is_some())
}

/// Those of these hashes by which somebody opted out.
pub fn suppressed(read: &mut Read, hashes: &[Hash]) -> Result<HashSet<Hash>> {
    let mut found = HashSet::new();
    for hashes in slices(hashes) {
        let sql =
            format!("SELECT hash FROM suppressed_hashes WHERE hash IN ({})", numbered(1, hashes.len()).join(", "));
        let params: Vec<&dyn Param> = hashes.iter().map(|hash| -> &dyn Param { hash }).collect();
        found.extend(read.all::<(Hash,)>(&sql, &params)?.into_iter().map(|(hash,)| hash));
    }
    Ok(found)
}
