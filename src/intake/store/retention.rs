//! The statements on `lead_retention`, and what finds leads by their age.

use crate::clock::Timestamp;
use crate::db::{Read, Tx, params, row};
use crate::error::Result;
use crate::id::{LeadId, NicheId};

row! {
    /// How far the leads of a niche are erased by age.
    #[derive(Debug, Clone, Copy)]
    pub struct Retention {
        /// Up to this lead.
        pub through: LeadId,
        /// What time it was taken to be then.
        pub as_of: Timestamp,
    }
}

pub fn retention(read: &mut Read, niche: NicheId) -> Result<Option<Retention>> {
    read.optional("SELECT through, as_of FROM lead_retention WHERE niche_id = $1", params![niche])
}

pub fn keep_retention(tx: &mut Tx, niche: NicheId, retention: Retention) -> Result<()> {
    tx.execute(
        "INSERT INTO lead_retention (niche_id, through, as_of) VALUES ($1, $2, $3)
         ON CONFLICT (niche_id) DO UPDATE SET through = excluded.through, as_of = excluded.as_of",
        params![niche, retention.through, retention.as_of],
    )?;
    Ok(())
}

row! {
    /// A lead, as far as its age is looked at.
    #[derive(Debug, Clone, Copy)]
    pub struct Aged {
        pub id: LeadId,
        pub niche_id: NicheId,
        pub received_at: Timestamp,
        pub erased_at: Option<Timestamp>,
    }
}

/// The leads of all niches after this one, in the order of their ids, which is that of their time; so many rows are looked at.
pub fn aged_after(read: &mut Read, after: LeadId, limit: i64) -> Result<Vec<Aged>> {
    read.all(
        "SELECT id, niche_id, received_at, erased_at FROM leads WHERE id > $1 ORDER BY id LIMIT $2",
        params![after, limit],
    )
}
