//! Every statement that writes `providers`, `users` and `tokens`.

mod preferences;
mod tokens;

pub use preferences::{Notify, Preferences, hold_preferences, preferences, set_notify, set_quiet};

pub use tokens::{Owner, Session, Token};
pub(super) use tokens::{
    bearer, end_all_sessions, end_session, end_sessions, insert_token, is_alive, is_session_of, is_token_of,
    link_is_good, link_user, live_tokens, revoke_token, revoke_token_of, revoked_tokens, sessions_of, take_link,
    token_exists, tokens_of,
};

use jiff::tz::TimeZone;

use super::role::Role;
use crate::clock::Timestamp;
use crate::db::sql::Conditions;
use crate::db::{Param, Read, Tx, params, row};
use crate::email::Email;
use crate::error::Result;
use crate::id::{ProviderId, UserId};
use crate::zone;

row! {
    /// What a password is compared with.
    #[derive(Clone)]
    pub struct Credentials {
        pub id: UserId,
        pub password_hash: Option<String>,
        pub active: bool,
        pub role: String,
        pub provider_id: Option<ProviderId>,
    }
}

impl Credentials {
    /// Who left, or may do nothing, is not let in.
    pub fn may_sign_in(&self) -> bool {
        self.active && Role::read(&self.role, self.provider_id).is_some()
    }
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

impl Provider {
    /// The zone of the provider's calendar: days of filters, caps and quotas.
    pub fn zone(&self) -> TimeZone {
        zone::of(&self.timezone)
    }
}

/// What makes a provider. `timezone` is a name that [`zone::get`] knows.
#[derive(Debug, Clone)]
pub struct NewProvider {
    pub name: String,
    pub email: Email,
    pub timezone: String,
}

/// What is to change; the rest stays.
#[derive(Debug, Clone, Default)]
pub struct ProviderChange {
    pub name: Option<String>,
    pub email: Option<Email>,
    pub timezone: Option<String>,
    pub active: Option<bool>,
}

row! {
    /// A buyer of leads. `timezone` is an IANA name.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Provider {
        pub id: ProviderId,
        pub name: String,
        pub email: String,
        pub timezone: String,
        pub active: bool,
        pub created_at: Timestamp,
    }
}

pub(super) fn insert_provider(tx: &mut Tx, new: &NewProvider) -> Result<Provider> {
    let now = tx.now();
    tx.one(
        "INSERT INTO providers (id, name, email, timezone, created_at) VALUES ($1, $2, $3, $4, $5)
         RETURNING id, name, email, timezone, active, created_at",
        params![ProviderId::new(now), new.name, new.email.address, new.timezone, now],
    )
}

/// The names of the fields that had another value. One statement a field: what changed is decided where it changes.
pub(super) fn update_provider(tx: &mut Tx, id: ProviderId, change: &ProviderChange) -> Result<Vec<&'static str>> {
    let address = change.email.as_ref().map(|email| &email.address);
    let mut changed = Vec::new();
    let mut set = |field: &'static str, sql: &str, value: Option<&dyn Param>| -> Result<()> {
        if let Some(value) = value
            && tx.execute(sql, &[&id, value])? > 0
        {
            changed.push(field);
        }
        Ok(())
    };
    let name = change.name.as_ref().map(|v| -> &dyn Param { v });
    set("name", "UPDATE providers SET name = $2 WHERE id = $1 AND name <> $2", name)?;
    let email = address.as_ref().map(|v| -> &dyn Param { v });
    set("email", "UPDATE providers SET email = $2 WHERE id = $1 AND email <> $2", email)?;
    let timezone = change.timezone.as_ref().map(|v| -> &dyn Param { v });
    set("timezone", "UPDATE providers SET timezone = $2 WHERE id = $1 AND timezone <> $2", timezone)?;
    let active = change.active.as_ref().map(|v| -> &dyn Param { v });
    set("active", "UPDATE providers SET active = $2 WHERE id = $1 AND active <> $2", active)?;
    Ok(changed)
}

pub(super) fn provider(read: &mut Read, id: ProviderId) -> Result<Option<Provider>> {
    read.optional("SELECT id, name, email, timezone, active, created_at FROM providers WHERE id = $1", params![id])
}

pub(super) fn providers(read: &mut Read, before: Option<ProviderId>, limit: i64) -> Result<Vec<Provider>> {
    let mut only = Conditions::default();
    only.and_some("id <", &before);
    let limit = only.bind(&limit);
    let sql = format!(
        "SELECT id, name, email, timezone, active, created_at FROM providers{} ORDER BY id DESC LIMIT ${limit}",
        only.sql()
    );
    read.all(&sql, only.params())
}

/// `None` where the e-mail key is taken.
pub(super) fn insert_user(tx: &mut Tx, new: &NewUser) -> Result<Option<UserId>> {
    let now = tx.now();
    let (role, provider) = new.role.kept();
    let id: Option<(UserId,)> = tx.optional(
        "INSERT INTO users (id, email, email_key, role, provider_id, password_hash, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (email_key) DO NOTHING RETURNING id",
        params![UserId::new(now), new.email.address, new.email.key, role, provider, new.password_hash, now],
    )?;
    Ok(id.map(|(id,)| id))
}

/// The people whose addresses may have more than one form.
pub(super) fn keyed_users(read: &mut Read) -> Result<Vec<(UserId, String, String)>> {
    read.all("SELECT id, email, email_key FROM users ORDER BY id", &[])
}

/// Where nobody else has it.
pub(super) fn set_user_key(tx: &mut Tx, user: UserId, key: &str) -> Result<()> {
    tx.execute(
        "UPDATE users SET email_key = $2
          WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM users AS other WHERE other.email_key = $2)",
        params![user, key],
    )
    .map(drop)
}

pub(super) fn user_by_key(read: &mut Read, key: &str) -> Result<Option<User>> {
    read.optional("SELECT id, email, role, provider_id, active FROM users WHERE email_key = $1", params![key])
}

/// The person's password as it is kept; `None` where there is none.
pub(super) fn credentials(read: &mut Read, key: &str) -> Result<Option<Credentials>> {
    read.optional("SELECT id, password_hash, active, role, provider_id FROM users WHERE email_key = $1", params![key])
}

pub(super) fn user(read: &mut Read, id: UserId) -> Result<Option<User>> {
    read.optional("SELECT id, email, role, provider_id, active FROM users WHERE id = $1", params![id])
}

/// The same of one person, who stays as found here until the unit ends: on PostgreSQL the row is locked by writing it.
pub(super) fn hold(tx: &mut Tx, user: UserId) -> Result<Option<Credentials>> {
    tx.optional(
        "UPDATE users SET active = active WHERE id = $1 RETURNING id, password_hash, active, role, provider_id",
        params![user],
    )
}

pub(super) fn set_password(tx: &mut Tx, user: UserId, hash: &str) -> Result<()> {
    tx.execute("UPDATE users SET password_hash = $2 WHERE id = $1", params![user, hash]).map(|_| ())
}
