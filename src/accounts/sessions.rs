//! Sessions: what the portal knows a person by between signing in and signing out.
//!
//! Nothing that was begun with an old password outlives it: every unit that lets somebody in, or changes what lets them in,
//! first holds the person's row, and looks again whether what was shown outside the unit is still so.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::providers::forget_after;
use super::role::{Role, not_permitted};
use super::secret::{self, Secret};
use super::store::{self, Credentials, Owner, Session, User};
use crate::audit::{self, Action, Actor, Entity};
use crate::db::{Lane, Read, Tx, Unit};
use crate::email;
use crate::error::{Error, Result};
use crate::http::identities::IdentityCache;
use crate::id::{Id, TokenId, UserId};

/// From signing in.
pub const SESSION_LIFE: Duration = Duration::from_hours(30 * 24);

/// The credentials that go with an e-mail address, however it is spelled.
pub fn credentials(read: &mut Read, email: &str) -> Result<Option<Credentials>> {
    store::credentials(read, &email::key(email))
}

/// One person.
///
/// # Errors
/// `NotFound`.
pub fn user(read: &mut Read, id: UserId) -> Result<User> {
    store::user(read, id)?.ok_or(Error::NotFound("user"))
}

/// Begins a session of the person whose password was compared with these credentials. `None` where they are others by
/// now. `device`: where, in a few words.
pub fn sign_in_by_password(shown: Credentials, device: String) -> impl Unit<Option<Secret>> {
    Lane::of(shown.id.uuid()).unit(move |tx| {
        let held = store::hold(tx, shown.id)?;
        let same = held.is_some_and(|held| held.may_sign_in() && held.password_hash == shown.password_hash);
        if same && shown.password_hash.is_some() { sign_in(tx, shown.id, &device).map(Some) } else { Ok(None) }
    })
}

/// Begins a session of a person who has proven who it is.
pub fn sign_in(tx: &mut Tx, user: UserId, device: &str) -> Result<Secret> {
    let secret = Secret::generate()?;
    let expires_at = tx.now().plus(SESSION_LIFE);
    let id = store::insert_token(tx, "session", &secret.hash(), Owner::User(user), device, Some(expires_at))?;
    let actor = actor(tx, user)?;
    audit::record(tx, actor, Action::SessionSignedIn, Entity::Token(id), Some(json!({ "user_id": user })))?;
    Ok(secret)
}

/// Whether a mailed or printed link would sign somebody in. Changes nothing: mail scanners follow links.
pub fn link_is_good(read: &mut Read, link: &str) -> Result<bool> {
    secret::hash_of(link).map_or(Ok(false), |hash| store::link_is_good(read, &hash))
}

/// Uses a sign-in link up. `None`, whatever is wrong with it.
pub fn sign_in_by_link(link: String, device: String) -> impl Unit<Option<(UserId, Secret)>> {
    Lane::MONEY.unit(move |tx| {
        let Some(hash) = secret::hash_of(&link) else { return Ok(None) };
        // The person before the link, as a change of the password has it; else two units could wait for each other.
        let Some(user) = store::link_user(tx, &hash)? else { return Ok(None) };
        if !store::hold(tx, user)?.is_some_and(|held| held.may_sign_in()) || store::take_link(tx, &hash)?.is_none() {
            return Ok(None);
        }
        Ok(Some((user, sign_in(tx, user, &device)?)))
    })
}

/// Holds a person for what only one who is signed in may do, until the unit ends.
///
/// # Errors
/// `Unauthenticated` where the session has ended meanwhile; `Forbidden` where the role may do nothing by now.
pub fn hold_session(tx: &mut Tx, user: UserId, session: TokenId) -> Result<Credentials> {
    let held = store::hold(tx, user)?.filter(|held| held.active).ok_or(Error::Unauthenticated)?;
    if !store::is_alive(tx, user, session)? {
        return Err(Error::Unauthenticated);
    }
    if held.may_sign_in() { Ok(held) } else { Err(not_permitted()) }
}

/// A person's sessions that are alive, newest first.
pub fn sessions_of(read: &mut Read, user: UserId) -> Result<Vec<Session>> {
    store::sessions_of(read, user)
}

/// Ends one session of this person. It has ended already, or is none: nothing happens.
pub fn end_session(identities: Arc<IdentityCache>, user: UserId, id: TokenId) -> impl Unit<()> {
    Lane::of(user.uuid()).unit(move |tx| {
        if store::end_session(tx, user, id)? {
            record_end(tx, user, id)?;
            forget_after(tx, &identities);
        }
        Ok(())
    })
}

/// Ends one session of this person, whichever it is. Again: the same, and nothing is recorded.
///
/// # Errors
/// `NotFound` for an id that never was a session of this person.
pub fn revoke_session(identities: Arc<IdentityCache>, user: UserId, id: TokenId) -> impl Unit<()> {
    let end = end_session(identities, user, id);
    Lane::of(user.uuid()).unit(move |tx| {
        end.run(tx)?;
        if store::is_session_of(tx, user, id)? { Ok(()) } else { Err(Error::NotFound("session")) }
    })
}

/// Ends a person's sessions and sign-in links under way, but for the session `kept`; how many sessions.
pub fn end_other_sessions(identities: Arc<IdentityCache>, user: UserId, kept: Option<TokenId>) -> impl Unit<usize> {
    Lane::of(user.uuid()).unit(move |tx| {
        let ended = store::end_sessions(tx, user, kept)?;
        for id in &ended {
            record_end(tx, user, *id)?;
        }
        forget_after(tx, &identities);
        Ok(ended.len())
    })
}

/// Gives a person a new password (hashed outside the unit) and ends all sessions but the one it was changed in. `old`: the
/// hash that the password till now was compared with, outside the unit, if there was one.
///
/// # Errors
/// `Unauthenticated` where the session has ended meanwhile; `Conflict` `password_changed` where the password is another.
pub fn change_password(
    identities: Arc<IdentityCache>,
    user: UserId,
    (old, hash): (Option<String>, String),
    kept: TokenId,
) -> impl Unit<()> {
    let end_others = end_other_sessions(identities, user, Some(kept));
    Lane::of(user.uuid()).unit(move |tx| {
        if hold_session(tx, user, kept)?.password_hash != old {
            return Err(Error::conflict("password_changed", "the password was changed meanwhile"));
        }
        store::set_password(tx, user, &hash)?;
        let actor = actor(tx, user)?;
        audit::record(tx, actor, Action::UserPasswordChanged, Entity::User(user), None)?;
        end_others.run(tx).map(drop)
    })
}

fn record_end(tx: &mut Tx, user: UserId, session: TokenId) -> Result<()> {
    let actor = actor(tx, user)?;
    audit::record(tx, actor, Action::SessionEnded, Entity::Token(session), Some(json!({ "user_id": user })))
}

/// As whom this person acts. Of a role that is not known only sessions end, as the installation itself would end them.
fn actor(read: &mut Read, user: UserId) -> Result<Actor> {
    Ok(match self::user(read, user)?.role() {
        Some(Role::Admin) => Actor::Admin(user),
        Some(Role::Provider(provider)) => Actor::Provider(provider),
        None => Actor::System,
    })
}
