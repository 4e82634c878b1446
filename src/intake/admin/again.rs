//! What is kept of a post is read once more, as its source reads now.

use bytes::Bytes;

use crate::error::Error;
use crate::http::Problem;
use crate::http::input::ContentType;
use crate::intake::formats::{Incoming, Posted};
use crate::intake::{Source, Submission};

/// A post as it is kept.
pub struct Kept {
    pub content_type: String,
    pub payload: String,
    /// Where that text is not exactly what came.
    pub bytes: Option<Vec<u8>>,
    /// Behind the source's address.
    pub query: String,
}

/// The lead of the post. Who sent it is not asked again: the operator vouches for it.
///
/// # Errors
/// As the post is refused: 400, 415, 422; `Conflict` `no_lead` where it only says where one waits.
pub async fn read_again(source: &Source, kept: Kept) -> Result<Submission, Problem> {
    let bytes = kept.bytes.map_or_else(|| Bytes::from(kept.payload), Bytes::from);
    let takes = source.format.platform().takes();
    let posted = Posted::of(takes, &ContentType::parse(&kept.content_type), &bytes).await?;
    let Some(Incoming::Lead(reading)) = posted.read(source, &kept.query)?.into_iter().next() else {
        return Err(Error::conflict("no_lead", "the payload holds no lead").into());
    };
    Ok(reading.whole()?)
}
