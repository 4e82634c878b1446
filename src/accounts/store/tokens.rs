//! The statements on `tokens`: API tokens, sessions and sign-in links.

use crate::accounts::secret::SecretHash;
use crate::clock::Timestamp;
use crate::db::sql::Conditions;
use crate::db::{Read, Tx, params, row};
use crate::error::Result;
use crate::id::{ProviderId, TokenId, UserId};

row! {
    /// What a token's hash leads to.
    #[derive(Debug, Clone)]
    pub struct Bearer {
        pub id: TokenId,
        pub is_session: bool,
        pub expires_at: Option<Timestamp>,
        pub user_id: Option<UserId>,
        pub user_active: Option<bool>,
        pub user_role: Option<String>,
        /// The token's own, or that of its person.
        pub provider_id: Option<ProviderId>,
    }
}

pub(in crate::accounts) fn insert_token(
    tx: &mut Tx,
    kind: &str,
    hash: &SecretHash,
    owner: Owner,
    name: &str,
    expires_at: Option<Timestamp>,
) -> Result<TokenId> {
    let now = tx.now();
    let id = TokenId::new(now);
    let (user, provider) = match owner {
        Owner::User(id) => (Some(id), None),
        Owner::Provider(id) => (None, Some(id)),
    };
    tx.execute(
        "INSERT INTO tokens (id, kind, secret_hash, user_id, provider_id, name, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![id, kind, hash, user, provider, name, now, expires_at],
    )?;
    Ok(id)
}

/// Whether it was alive till now.
pub(in crate::accounts) fn revoke_token(tx: &mut Tx, id: TokenId) -> Result<bool> {
    let now = tx.now();
    let rows = tx.execute(
        "UPDATE tokens SET revoked_at = $2 WHERE id = $1 AND kind = 'api' AND revoked_at IS NULL",
        params![id, now],
    )?;
    Ok(rows > 0)
}

pub(in crate::accounts) fn token_exists(read: &mut Read, id: TokenId) -> Result<bool> {
    let row: Option<(TokenId,)> = read.optional("SELECT id FROM tokens WHERE id = $1 AND kind = 'api'", params![id])?;
    Ok(row.is_some())
}

/// A token that acts as the provider `$1`: its own, or one of its people's.
const OF_PROVIDER: &str = "id = $2 AND kind = 'api' AND (provider_id = $1 OR EXISTS (
    SELECT 1 FROM users u WHERE u.id = tokens.user_id AND u.provider_id = $1))";

/// Whether it was alive till now.
pub(in crate::accounts) fn revoke_token_of(tx: &mut Tx, provider: ProviderId, id: TokenId) -> Result<bool> {
    let now = tx.now();
    let sql = format!("UPDATE tokens SET revoked_at = $3 WHERE {OF_PROVIDER} AND revoked_at IS NULL");
    Ok(tx.execute(&sql, params![provider, id, now])? > 0)
}

pub(in crate::accounts) fn is_token_of(read: &mut Read, provider: ProviderId, id: TokenId) -> Result<bool> {
    let row: Option<(TokenId,)> =
        read.optional(&format!("SELECT id FROM tokens WHERE {OF_PROVIDER}"), params![provider, id])?;
    Ok(row.is_some())
}

pub(in crate::accounts) fn tokens_of(
    read: &mut Read,
    provider: ProviderId,
    before: Option<TokenId>,
    limit: i64,
) -> Result<Vec<Token>> {
    let mut only = Conditions::default();
    let n = only.bind(&provider);
    only.and_text("kind = 'api'");
    // Each kind by its own index: an OR would read all tokens there are.
    only.and_text(&format!(
        "id IN (SELECT t.id FROM tokens t WHERE t.provider_id = ${n} UNION ALL
                SELECT t.id FROM users u JOIN tokens t ON t.user_id = u.id WHERE u.provider_id = ${n})"
    ));
    only.and_some("id <", &before);
    let limit = only.bind(&limit);
    let sql = format!(
        "SELECT id, name, user_id, created_at, expires_at, revoked_at FROM tokens{} ORDER BY id DESC LIMIT ${limit}",
        only.sql()
    );
    read.all(&sql, only.params())
}

/// Whom a live API token or session stands for.
pub(in crate::accounts) fn bearer(read: &mut Read, hash: &SecretHash) -> Result<Option<Bearer>> {
    read.optional(
        "SELECT t.id, t.kind = 'session' AS is_session, t.expires_at, t.user_id, u.active AS user_active, u.role AS user_role,
                COALESCE(t.provider_id, u.provider_id) AS provider_id
           FROM tokens t LEFT JOIN users u ON u.id = t.user_id
          WHERE t.secret_hash = $1 AND t.kind IN ('api', 'session') AND t.revoked_at IS NULL",
        params![hash],
    )
}

/// Takes a sign-in link: whose it is, if it was good till now. It is not any more.
pub(in crate::accounts) fn take_link(tx: &mut Tx, hash: &SecretHash) -> Result<Option<UserId>> {
    let now = tx.now();
    let row: Option<(Option<UserId>,)> = tx.optional(
        "UPDATE tokens SET revoked_at = $2
          WHERE secret_hash = $1 AND kind = 'sign_in_link' AND revoked_at IS NULL AND expires_at > $2
      RETURNING user_id",
        params![hash, now],
    )?;
    Ok(row.and_then(|(user,)| user))
}

/// Whether a sign-in link would be good now.
pub(in crate::accounts) fn link_is_good(read: &mut Read, hash: &SecretHash) -> Result<bool> {
    let now = read.now();
    let row: Option<(TokenId,)> = read.optional(
        "SELECT id FROM tokens
          WHERE secret_hash = $1 AND kind = 'sign_in_link' AND revoked_at IS NULL AND expires_at > $2",
        params![hash, now],
    )?;
    Ok(row.is_some())
}

/// The sessions of a person that are alive, newest first.
pub(in crate::accounts) fn sessions_of(read: &mut Read, user: UserId) -> Result<Vec<Session>> {
    let now = read.now();
    read.all(
        "SELECT id, name, created_at, expires_at FROM tokens
          WHERE user_id = $1 AND kind = 'session' AND revoked_at IS NULL AND expires_at > $2 ORDER BY id DESC",
        params![user, now],
    )
}

/// Ends one session of a person; whether it was alive till now.
pub(in crate::accounts) fn end_session(tx: &mut Tx, user: UserId, id: TokenId) -> Result<bool> {
    let now = tx.now();
    let rows = tx.execute(
        "UPDATE tokens SET revoked_at = $3 WHERE id = $2 AND user_id = $1 AND kind = 'session' AND revoked_at IS NULL",
        params![user, id, now],
    )?;
    Ok(rows > 0)
}

pub(in crate::accounts) fn is_session_of(read: &mut Read, user: UserId, id: TokenId) -> Result<bool> {
    let row: Option<(TokenId,)> =
        read.optional("SELECT id FROM tokens WHERE id = $2 AND user_id = $1 AND kind = 'session'", params![user, id])?;
    Ok(row.is_some())
}

/// Ends a person's sessions and the sign-in links that are under way, but for the session `kept`; the ids of the sessions.
pub(in crate::accounts) fn end_sessions(tx: &mut Tx, user: UserId, kept: Option<TokenId>) -> Result<Vec<TokenId>> {
    let now = tx.now();
    tx.execute(
        "UPDATE tokens SET revoked_at = $2 WHERE user_id = $1 AND kind = 'sign_in_link' AND revoked_at IS NULL",
        params![user, now],
    )?;
    let mut only = Conditions::default();
    let ended = only.bind(&now);
    only.and("user_id =", &user);
    only.and_text("kind = 'session' AND revoked_at IS NULL");
    only.and_some("id <>", &kept);
    let sql = format!("UPDATE tokens SET revoked_at = ${ended}{} RETURNING id", only.sql());
    let rows: Vec<(TokenId,)> = tx.all(&sql, only.params())?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Ends everybody's sessions and the sign-in links that are under way; the sessions, and whose they were.
pub(in crate::accounts) fn end_all_sessions(tx: &mut Tx) -> Result<Vec<(TokenId, Option<UserId>)>> {
    let now = tx.now();
    tx.execute("UPDATE tokens SET revoked_at = $1 WHERE kind = 'sign_in_link' AND revoked_at IS NULL", params![now])?;
    tx.all(
        "UPDATE tokens SET revoked_at = $1 WHERE kind = 'session' AND revoked_at IS NULL AND expires_at > $1
         RETURNING id, user_id",
        params![now],
    )
}

pub(in crate::accounts) fn live_tokens(read: &mut Read) -> Result<Vec<TokenId>> {
    let rows: Vec<(TokenId,)> =
        read.all("SELECT id FROM tokens WHERE kind = 'api' AND revoked_at IS NULL ORDER BY id", &[])?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub(in crate::accounts) fn revoked_tokens(read: &mut Read) -> Result<Vec<TokenId>> {
    let rows: Vec<(TokenId,)> =
        read.all("SELECT id FROM tokens WHERE kind = 'api' AND revoked_at IS NOT NULL ORDER BY id", &[])?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Whether this session of a person is alive.
pub(in crate::accounts) fn is_alive(read: &mut Read, user: UserId, session: TokenId) -> Result<bool> {
    let now = read.now();
    let row: Option<(TokenId,)> = read.optional(
        "SELECT id FROM tokens
          WHERE id = $2 AND user_id = $1 AND kind = 'session' AND revoked_at IS NULL AND expires_at > $3",
        params![user, session, now],
    )?;
    Ok(row.is_some())
}

/// Whose sign-in link this is, whether or not it is good.
pub(in crate::accounts) fn link_user(read: &mut Read, hash: &SecretHash) -> Result<Option<UserId>> {
    let row: Option<(Option<UserId>,)> =
        read.optional("SELECT user_id FROM tokens WHERE secret_hash = $1 AND kind = 'sign_in_link'", params![hash])?;
    Ok(row.and_then(|(user,)| user))
}

row! {
    /// A session that is alive. `name`: the browser it was begun with, in a few words.
    #[derive(Debug, Clone)]
    pub struct Session {
        pub id: TokenId,
        pub name: String,
        pub created_at: Timestamp,
        pub expires_at: Option<Timestamp>,
    }
}

/// Whom a token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    Provider(ProviderId),
    User(UserId),
}

row! {
    /// A token as it may be shown: without its secret, which nobody has.
    #[derive(Debug, Clone)]
    pub struct Token {
        pub id: TokenId,
        pub name: String,
        pub user_id: Option<UserId>,
        pub created_at: Timestamp,
        pub expires_at: Option<Timestamp>,
        pub revoked_at: Option<Timestamp>,
    }
}
