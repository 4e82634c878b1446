//! The statements on `sources`.

use crate::db::{Read, Tx, params};
use crate::error::Result;
use crate::id::SourceId;

use crate::intake::Source;

const SOURCE: &str = "id, name, niche_id, format, key, secret, country, look_back_days, active, created_at";

pub fn source_by_key(read: &mut Read, key: &str) -> Result<Option<Source>> {
    read.optional(&format!("SELECT {SOURCE} FROM sources WHERE key = $1"), params![key])
}

pub fn source(read: &mut Read, id: SourceId) -> Result<Option<Source>> {
    read.optional(&format!("SELECT {SOURCE} FROM sources WHERE id = $1"), params![id])
}

/// The sources older than `before`, newest first.
pub fn sources(read: &mut Read, before: Option<SourceId>, limit: i64) -> Result<Vec<Source>> {
    match before {
        Some(before) => read.all(
            &format!("SELECT {SOURCE} FROM sources WHERE id < $1 ORDER BY id DESC LIMIT $2"),
            params![before, limit],
        ),
        None => read.all(&format!("SELECT {SOURCE} FROM sources ORDER BY id DESC LIMIT $1"), params![limit]),
    }
}

pub fn insert_source(tx: &mut Tx, source: &Source) -> Result<()> {
    tx.execute(
        "INSERT INTO sources (id, name, niche_id, format, key, secret, country, look_back_days, active, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            source.id,
            source.name,
            source.niche_id,
            source.format,
            source.key,
            source.secret,
            source.country,
            source.look_back_days,
            source.active,
            source.created_at
        ],
    )?;
    Ok(())
}

/// The countries that leads come from.
pub fn countries(read: &mut Read) -> Result<Vec<String>> {
    let found: Vec<(String,)> = read.all("SELECT DISTINCT country FROM sources", &[])?;
    Ok(found.into_iter().map(|(country,)| country).collect())
}

/// Writes what can change of a source.
pub fn update_source(tx: &mut Tx, source: &Source) -> Result<()> {
    tx.execute(
        "UPDATE sources SET name = $2, niche_id = $3, secret = $4, country = $5, look_back_days = $6, active = $7
          WHERE id = $1",
        params![
            source.id,
            source.name,
            source.niche_id,
            source.secret,
            source.country,
            source.look_back_days,
            source.active
        ],
    )?;
    Ok(())
}
