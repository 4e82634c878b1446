//! The statements on `refused_posts`.

use crate::clock::Timestamp;
use crate::db::{Json, Read, Tx, params, row};
use crate::error::Result;
use crate::id::{LeadId, RefusedPostId, SourceId};

row! {
    /// A post that was refused.
    #[derive(Debug, Clone)]
    pub struct RefusedPost {
        pub id: RefusedPostId,
        pub source_id: SourceId,
        pub received_at: Timestamp,
        /// Of the answer.
        pub status: i64,
        /// A list of `{"pointer", "code", "detail"}`.
        pub errors: Json,
        pub content_type: String,
        /// Behind the source's address.
        pub query: String,
        pub payload: String,
        /// Where that text is not exactly what came.
        pub payload_bytes: Option<Vec<u8>>,
        /// It was longer than what is kept.
        pub is_cut: bool,
        /// What it became when it was read again.
        pub lead_id: Option<LeadId>,
    }
}

const POST: &str =
    "id, source_id, received_at, status, errors, content_type, query, payload, payload_bytes, is_cut, lead_id";
/// Rows in one unit: a few milliseconds of the database's time.
const AT_ONCE: i64 = 500;

pub fn insert_refused(tx: &mut Tx, post: &RefusedPost) -> Result<()> {
    tx.execute(
        "INSERT INTO refused_posts (id, source_id, received_at, status, errors, content_type, query, payload,
                                    payload_bytes, is_cut)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            post.id,
            post.source_id,
            post.received_at,
            post.status,
            post.errors,
            post.content_type,
            post.query,
            post.payload,
            post.payload_bytes,
            post.is_cut
        ],
    )?;
    Ok(())
}

pub fn refused_post(read: &mut Read, source: SourceId, id: RefusedPostId) -> Result<Option<RefusedPost>> {
    read.optional(&format!("SELECT {POST} FROM refused_posts WHERE id = $1 AND source_id = $2"), params![id, source])
}

/// The newest of a source.
pub fn refused_posts(read: &mut Read, source: SourceId, limit: i64) -> Result<Vec<RefusedPost>> {
    read.all(
        &format!("SELECT {POST} FROM refused_posts WHERE source_id = $1 ORDER BY id DESC LIMIT $2"),
        params![source, limit],
    )
}

pub fn refused_since(read: &mut Read, since: Timestamp, limit: i64) -> Result<i64> {
    let counted: (i64,) = read.one(
        "SELECT COUNT(*) FROM (SELECT 1 FROM refused_posts WHERE received_at >= $1 AND lead_id IS NULL LIMIT $2) AS r",
        params![since, limit],
    )?;
    Ok(counted.0)
}

pub fn note_replayed(tx: &mut Tx, id: RefusedPostId, lead: LeadId) -> Result<()> {
    tx.execute("UPDATE refused_posts SET lead_id = $2 WHERE id = $1", params![id, lead])?;
    Ok(())
}

pub fn delete_refused_before(tx: &mut Tx, oldest: Timestamp) -> Result<u64> {
    tx.execute(
        "DELETE FROM refused_posts
          WHERE id IN (SELECT id FROM refused_posts WHERE received_at < $1 ORDER BY received_at LIMIT $2)",
        params![oldest, AT_ONCE],
    )
}

/// The oldest of a source, beyond so many.
pub fn delete_refused_beyond(tx: &mut Tx, source: SourceId, most: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM refused_posts
          WHERE id IN (SELECT id FROM refused_posts WHERE source_id = $1 ORDER BY id DESC LIMIT $3 OFFSET $2)",
        params![source, most, AT_ONCE],
    )
}

/// So many of a source after `after`, oldest first.
pub fn refused_after(read: &mut Read, source: SourceId, after: RefusedPostId, limit: i64) -> Result<Vec<RefusedPost>> {
    read.all(
        &format!("SELECT {POST} FROM refused_posts WHERE source_id = $1 AND id > $2 ORDER BY id LIMIT $3"),
        params![source, after, limit],
    )
}

/// So many after `after`, of whatever source, in the order of their ids.
pub fn refused_of_any(read: &mut Read, after: RefusedPostId, limit: i64) -> Result<Vec<RefusedPost>> {
    read.all(&format!("SELECT {POST} FROM refused_posts WHERE id > $1 ORDER BY id LIMIT $2"), params![after, limit])
}

pub fn delete_refused(tx: &mut Tx, id: RefusedPostId) -> Result<()> {
    tx.execute("DELETE FROM refused_posts WHERE id = $1", params![id])?;
    Ok(())
}
