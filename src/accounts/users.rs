//! People who sign in.

use serde_json::json;

use super::store;
use crate::audit::{self, Action, Actor, Entity};
use crate::db::{Lane, Read, Tx, Unit, row};
use crate::email::{self, Email};
use crate::error::{Error, Result};
use crate::id::{ProviderId, UserId};

/// What a person may: work in the back office, or act as one provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Admin,
    Provider(ProviderId),
}

impl Role {
    /// What the columns of a person say. `None` for a role that this program does not know, say of a newer one that runs
    /// beside it: who has that may do nothing here.
    pub(super) fn read(role: &str, provider: Option<ProviderId>) -> Option<Self> {
        match (role, provider) {
            ("admin", None) => Some(Self::Admin),
            ("provider", Some(provider)) => Some(Self::Provider(provider)),
            _ => None,
        }
    }

    /// As it is kept: the role, and whom it acts for.
    pub(super) fn kept(self) -> (&'static str, Option<ProviderId>) {
        match self {
            Self::Admin => ("admin", None),
            Self::Provider(provider) => ("provider", Some(provider)),
        }
    }
}

/// The refusal for a role that is not known.
pub(super) fn not_permitted() -> Error {
    Error::forbidden("not_permitted", "Your role may do nothing here; ask the operator.")
}

/// Who is to be added. The password's hash is made outside the unit: [`super::password::hash`].
#[derive(Debug, Clone)]
pub struct NewUser {
    pub email: Email,
    pub role: Role,
    pub password_hash: Option<String>,
}

row! {
    /// A person. `provider_id` is there for the role `provider`.
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
    /// What this person may; `None`: nothing.
    pub fn role(&self) -> Option<Role> {
        Role::read(&self.role, self.provider_id)
    }

    /// Who left, or may do nothing, is not let in.
    pub fn may_sign_in(&self) -> bool {
        self.active && self.role().is_some()
    }
}

/// Adds a person.
///
/// # Errors
/// `Conflict` `email_taken` where the e-mail has an account, however it is spelled; `NotFound` for an unknown provider.
pub fn add_user(by: Actor, new: NewUser) -> impl Unit<UserId> {
    Lane::MONEY.unit(move |tx| {
        if let Role::Provider(provider) = new.role {
            super::provider(tx, provider)?;
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
