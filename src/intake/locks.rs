//! What is done one at a time.

use sha2::{Digest, Sha256};

use super::store::Source;
use super::submission::Submission;

/// What keeps two units from both taking the same lead for new: a key for each thing by which it would be known again.
pub(super) fn same_lead_keys(source: &Source, submission: &Submission) -> Vec<i64> {
    let niche = source.niche_id.0.as_bytes();
    let external = submission.external_id.as_deref().map(|id| lock_key("external_id", source.id.0.as_bytes(), id));
    let email = submission.telling_email_key().map(|email| lock_key("email", niche, email));
    let phone = submission.phone_key().map(|key| lock_key("phone", niche, key));
    [external, email, phone].into_iter().flatten().collect()
}

/// The lock of one text of one owner, by what it is for.
pub(super) fn lock_key(purpose: &str, owner: &[u8], text: &str) -> i64 {
    let digest = Sha256::new().chain_update(purpose).chain_update(owner).chain_update(text).finalize();
    digest.first_chunk().map_or(0, |bytes| i64::from_be_bytes(*bytes))
}
