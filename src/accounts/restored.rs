//! After a restored backup: what was revoked since is alive again in it, and must not be.

use serde_json::json;

use super::store;
use crate::audit::{self, Action, Actor, Entity};
use crate::db::{Read, Tx};
use crate::error::Result;
use crate::id::TokenId;

/// Which API tokens are not trusted any more.
#[derive(Debug, Clone)]
pub enum Distrusted {
    All,
    /// These, where they are alive.
    These(Vec<TokenId>),
}

/// API tokens that are revoked.
pub fn revoked_tokens(read: &mut Read) -> Result<Vec<TokenId>> {
    store::revoked_tokens(read)
}

/// Ends all sessions and sign-in links, and revokes API tokens; how many sessions and tokens.
pub fn distrust(tx: &mut Tx, tokens: &Distrusted) -> Result<(usize, usize)> {
    let sessions = store::end_all_sessions(tx)?;
    for (session, user) in &sessions {
        let details = json!({ "user_id": user, "reason": "restored" });
        audit::record(tx, Actor::System, Action::SessionEnded, Entity::Token(*session), Some(details))?;
    }
    let candidates = match tokens {
        Distrusted::All => store::live_tokens(tx)?,
        Distrusted::These(ids) => ids.clone(),
    };
    let mut revoked = 0;
    for id in candidates {
        if store::revoke_token(tx, id)? {
            let details = json!({ "reason": "restored" });
            audit::record(tx, Actor::System, Action::TokenRevoked, Entity::Token(id), Some(details))?;
            revoked += 1;
        }
    }
    Ok((sessions.len(), revoked))
}
