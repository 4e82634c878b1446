//! People who sign in.

use serde_json::json;

use super::store;
use crate::audit::{self, Action, Actor, Entity};
use crate::db::{Read, Tx, row};
use crate::email::{self, Email};
use crate::error::{Error, Result};
use crate::id::{ProviderId, UserId};

/// What a person may: work in the back office, or act as one provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Admin,
    Provider(ProviderId),
}

/// Who is to be added. The password's hash is made outside the unit: [`super::password::hash`].
#[derive(Debug, Clone)]
pub struct NewUser {
    pub email: Email,
    pub role: Role,
    pub password_hash: Option<String>,
}

row! {
    /// A person who can sign in. `provider_id` is there for the role `provider`.
    #[derive(Debug, Clone)]
    pub struct User {
        pub id: UserId,
        pub email: String,
        pub role: String,
        pub provider_id: Option<ProviderId>,
        pub active: bool,
    }
}

impl User {
    /// What this person may.
    pub fn role(&self) -> Role {
        self.provider_id.map_or(Role::Admin, Role::Provider)
    }
}

/// Adds a person.
///
/// # Errors
/// `Conflict` `email_taken` where the e-mail has an account, however it is spelled; `NotFound` for an unknown provider.
pub fn add_user(tx: &mut Tx, by: Actor, new: &NewUser) -> Result<UserId> {
    if let Role::Provider(provider) = new.role {
        super::provider(tx, provider)?;
    }
    let Some(id) = store::insert_user(tx, new)? else {
        return Err(Error::conflict("email_taken", "there is an account with this e-mail address"));
    };
    let role = if new.role == Role::Admin { "admin" } else { "provider" };
    audit::record(tx, by, Action::UserCreated, Entity::User(id), Some(json!({ "role": role })))?;
    Ok(id)
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
