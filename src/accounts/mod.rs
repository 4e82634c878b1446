//! Who there is: providers, the people who sign in, and the tokens that stand for either. Owns `providers`, `users` and `tokens`.
//!
//! Invariants: a secret is kept as its SHA-256 only; a provider that is not active gets no entry; a user's e-mail key is
//! unique whatever the spelling; what this process revokes is dead in it before the caller is answered.

mod admin;
mod extract;
pub mod jobs;
mod mails;
pub mod password;
mod providers;
mod restored;
mod role;
mod secret;
mod sessions;
mod store;
mod tokens;
mod users;

pub use admin::routes;
pub use extract::{CurrentAdmin, CurrentProvider, ProviderUser, SESSION, SignedIn};
pub use jobs::request_sign_in_link;
pub use providers::{
    DEFAULT_TIMEZONE, balance, create_provider, hold_preferences, preferences, provider, providers, set_notify,
    set_quiet, update_provider,
};
pub use restored::{Distrusted, distrust, revoked_tokens};
pub use role::Role;
pub use secret::Secret;
pub use sessions::{
    SESSION_LIFE, change_password, credentials, end_other_sessions, end_session, hold_session, link_is_good,
    revoke_session, sessions_of, sign_in, sign_in_by_link, sign_in_by_password, user,
};
pub use store::{
    Credentials, NewProvider, NewUser, Notify, Owner, Preferences, Provider, ProviderChange, Session, Token, User,
};
pub use tokens::{
    create_token, create_token_in_session, mailed_link, revoke_token, revoke_token_of, sign_in_link, token_owner,
    tokens_of,
};
pub use users::{add_user, renew_keys, user_by_email};

use crate::audit::Actor;
use crate::id::UserId;

/// A person of the back office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admin {
    pub user: UserId,
}

impl Admin {
    pub fn actor(self) -> Actor {
        Actor::Admin(self.user)
    }
}
