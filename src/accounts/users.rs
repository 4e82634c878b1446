//! People who sign in.

use serde_json::json;

use super::providers::provider;
use super::role::Role;
use super::store::{self, NewUser, User};
use crate::audit::{self, Action, Actor, Entity};
use crate::db::{Lane, Read, Tx, Unit};
use crate::email;
use crate::error::{Error, Result};
use crate::id::UserId;

/// Adds a person.
///
/// # Errors
/// `Conflict` `email_taken` where the e-mail has an account, however it is spelled; `NotFound` for an unknown provider.
pub fn add_user(by: Actor, new: NewUser) -> impl Unit<UserId> {
    Lane::MONEY.unit(move |tx| {
        if let Role::Provider(provider) = new.role {
            self::provider(tx, provider)?;
        }
        let Some(id) = store::insert_user(tx, &new)? else {
            return Err(Error::conflict("email_taken", "there is an account with this e-mail address"));
        };
        let (role, _) = new.role.kept();
        audit::record(tx, by, Action::UserCreated, Entity::User(id), Some(json!({ "role": role })))?;
        Ok(id)
    })
}

/// Makes the keys by which people's addresses are known anew. Who shares an address with somebody else keeps the old key.
pub fn renew_keys(tx: &mut Tx) -> Result<()> {
    for (user, address, kept) in store::keyed_users(tx)? {
        let key = email::key(&address);
        if key != kept {
            store::set_user_key(tx, user, &key)?;
        }
    }
    Ok(())
}

/// Finds a person by e-mail, however it is spelled.
pub fn user_by_email(read: &mut Read, email: &str) -> Result<Option<User>> {
    store::user_by_key(read, &email::key(email))
}
