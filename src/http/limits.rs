//! Which call counts against which quota, and how the client is told.

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::guard::Context;
use super::known;
use crate::app::App;
use crate::error::{Error, Invalid, Result};
use crate::limit::{Decision, Quota, WINDOW, Who};

static INBOX: Quota = Quota { name: "inbox", most: 100 };
static DETAIL: Quota = Quota { name: "detail", most: 200 };
static ACCEPT: Quota = Quota { name: "accept", most: 50 };
static REJECT: Quota = Quota { name: "reject", most: 50 };
/// Of up to 100 leads each.
static BULK: Quota = Quota { name: "bulk", most: 20 };
static PROVIDER: Quota = Quota { name: "provider", most: 100 };
static ADMIN: Quota = Quota { name: "admin", most: 600 };
static INTAKE: Quota = Quota { name: "intake", most: 6000 };
/// Whoever shows credentials that are none, by address.
static STRANGER: Quota = Quota { name: "stranger", most: 600 };
/// Tries to sign in from one address, whatever the account; links apart, so that who guesses passwords takes none away.
static SIGN_IN: Quota = Quota { name: "sign_in", most: 30 };
static SIGN_IN_LINKS: Quota = Quota { name: "sign_in_links", most: 30 };
/// Tries from one address at one account, passwords apart from links. An account has no limit of its own that a stranger
/// could use up for its owner.
static PASSWORD: Quota = Quota { name: "password", most: 10 };
static LINK: Quota = Quota { name: "sign_in_link", most: 3 };
/// The same of a browser in which the person signed in before, wherever it is.
static KNOWN_PASSWORD: Quota = Quota { name: "known_password", most: 10 };
static KNOWN_LINK: Quota = Quota { name: "known_link", most: 3 };
/// Wrong passwords of one account, wherever they come from. After that a wrong one is not even called so, and ...
static WRONG: Quota = Quota { name: "wrong_password", most: 30 };
/// ... each address has this many tries at the account, instead of [`PASSWORD`]: its owner has one to spare.
static GUESSED: Quota = Quota { name: "guessed_password", most: 2 };
/// Mails with a link to one person. Those that were sent are good for longer than this lasts, so a further one would
/// give its owner nothing.
static MAILED_LINK: Quota = Quota { name: "mailed_link", most: 3 };

/// The first line that fits. `*` stands for one segment of a path, `**` for the rest.
static TABLE: &[(&str, &str, &Quota)] = &[
    ("GET", "/api/v1/provider/leads", &INBOX),
    ("GET", "/api/v1/provider/leads/*", &DETAIL),
    ("POST", "/api/v1/provider/leads/*/accept", &ACCEPT),
    ("POST", "/api/v1/provider/leads/*/reject", &REJECT),
    ("POST", "/api/v1/provider/leads/bulk", &BULK),
    ("*", "/api/v1/provider/**", &PROVIDER),
    ("*", "/api/v1/admin/**", &ADMIN),
    ("*", "/api/v1/intake/**", &INTAKE),
    // The pages, which do the same.
    ("GET", "/leads", &INBOX),
    ("GET", "/leads/**", &DETAIL),
    ("POST", "/leads/*/accept", &ACCEPT),
    ("POST", "/leads/*/reject", &REJECT),
    ("*", "/leads/**", &PROVIDER),
    ("*", "/money", &PROVIDER),
    ("*", "/money/**", &PROVIDER),
    ("*", "/exports", &PROVIDER),
    ("POST", "/exports/*/again", &PROVIDER),
    ("POST", "/exports/*/cancel", &PROVIDER),
    ("GET", "/exports/*/download", &PROVIDER),
    ("*", "/preferences", &PROVIDER),
    ("*", "/account", &PROVIDER),
    ("*", "/account/**", &PROVIDER),
    ("*", "/admin", &ADMIN),
    ("*", "/admin/**", &ADMIN),
];

/// The quota of a route.
pub(super) fn quota_of(method: &Method, route: &str) -> Option<&'static Quota> {
    let fits = |(m, pattern, _): &&(&str, &str, &'static Quota)| (*m == "*" || method == *m) && matches(pattern, route);
    TABLE.iter().find(fits).map(|(_, _, quota)| *quota)
}

fn matches(pattern: &str, route: &str) -> bool {
    let mut segments = route.split('/');
    for part in pattern.split('/') {
        match (part, segments.next()) {
            ("**", Some(_)) => return true,
            ("*", Some(_)) => {}
            (part, Some(segment)) if part == segment => {}
            _ => return false,
        }
    }
    segments.next().is_none()
}

impl App {
    /// What every request passes once it is known who asks (`who`: the provider, the user, the source): the quota of this
    /// call, and then, for calls that take no query, that there is none. So malformed input counts, and 401 and 403 do not.
    pub async fn limit(&self, parts: &Parts, who: Uuid) -> Result<()> {
        self.limit_sender(parts, who).await?;
        let context = Context::of(parts)?;
        match parts.uri.query() {
            Some(query) if !query.is_empty() && !context.operation.takes_query => Err(no_query(query)),
            _ => Ok(()),
        }
    }

    /// The quota alone, for senders whose URLs may carry what they like.
    pub async fn limit_sender(&self, parts: &Parts, who: Uuid) -> Result<()> {
        let context = Context::of(parts)?;
        match context.operation.quota {
            Some(quota) => self.count(&context, quota, Who::Id(who)).await,
            None => Ok(()),
        }
    }

    /// Counts one failure to show who is asking, by address: `Err` when there were too many. For credentials, tokens and
    /// source keys that are none.
    pub async fn limit_stranger(&self, parts: &Parts) -> Result<()> {
        let context = Context::of(parts)?;
        self.count(&context, &STRANGER, Who::address(context.client)).await
    }

    /// Counts a password that is about to be tried at the account with this e-mail key, whether or not there is one.
    pub async fn limit_password(&self, parts: &Parts, key: &str) -> Result<()> {
        let context = Context::of(parts)?;
        if let Some(browser) = self.knows(parts, key) {
            return self.count(&context, &KNOWN_PASSWORD, browser).await;
        }
        let here = Who::address(context.client);
        self.count(&context, &SIGN_IN, here).await?;
        let guessed = self.limiter.is_used_up(&WRONG, Who::Id(account(key, None)), self.clock.now()).await;
        let quota = if guessed { &GUESSED } else { &PASSWORD };
        self.count(&context, quota, Who::Id(account(key, Some(here)))).await
    }

    /// Counts a password that was wrong: `Err` where there were so many that it is not told. One that is right is let in,
    /// however many others were wrong. In a browser that is known it is told.
    pub async fn limit_wrong_password(&self, parts: &Parts, key: &str) -> Result<()> {
        if self.knows(parts, key).is_some() {
            return Ok(());
        }
        self.count(&*Context::of(parts)?, &WRONG, Who::Id(account(key, None))).await
    }

    /// Counts a link that is asked for, for the account with this e-mail key, whether or not there is one.
    pub async fn limit_link(&self, parts: &Parts, key: &str) -> Result<()> {
        let context = Context::of(parts)?;
        if let Some(browser) = self.knows(parts, key) {
            return self.count(&context, &KNOWN_LINK, browser).await;
        }
        let here = Who::address(context.client);
        self.count(&context, &SIGN_IN_LINKS, here).await?;
        self.count(&context, &LINK, Who::Id(account(key, Some(here)))).await
    }

    /// Whether this person may be sent one more link now.
    pub async fn may_mail_link(&self, user: Uuid) -> bool {
        let decision = self.limiter.take(&MAILED_LINK, Who::Id(user), self.clock.now()).await;
        decision.is_none_or(|decision| decision.admitted)
    }

    /// The browser, where the person with this e-mail key signed in in it before.
    fn knows(&self, parts: &Parts, key: &str) -> Option<Who> {
        known::browser(&self.seals, &parts.headers, key).map(Who::Id)
    }

    async fn count(&self, context: &Context, quota: &'static Quota, who: Who) -> Result<()> {
        let Some(decision) = self.limiter.take(quota, who, self.clock.now()).await else { return Ok(()) };
        context.decided(decision);
        if decision.admitted {
            return Ok(());
        }
        let detail = format!("At most {} of these calls in {WINDOW} seconds.", quota.most);
        Err(Error::TooMany { code: "rate_limited", detail: detail.into(), retry_after: decision.resets_in })
    }
}

/// An account as the limiter counts it, from everywhere or `from` one address: an e-mail that is nobody's counts like any
/// other.
fn account(key: &str, from: Option<Who>) -> Uuid {
    let from = match from {
        Some(Who::Address(ip)) => ip.to_string(),
        Some(Who::Id(id)) => id.to_string(),
        None => String::new(),
    };
    let hash = Sha256::new().chain_update(from).chain_update("\n").chain_update(key).finalize();
    Uuid::from_slice(hash.get(..16).unwrap_or_default()).unwrap_or_default()
}

fn no_query(query: &str) -> Error {
    let name = query.split(['&', '=']).next().unwrap_or_default();
    let shown: String = name.chars().take(100).collect();
    Error::Invalid(vec![Invalid::parameter(&shown, "unknown_parameter", "This call takes no parameters.")])
}

/// Says in the answer what was decided (IETF draft ratelimit-headers).
pub(super) fn write(decision: &Decision, headers: &mut HeaderMap) {
    let Quota { name, most } = decision.quota;
    let policy = format!("\"{name}\";q={most};w={WINDOW}");
    let state = format!("\"{name}\";r={};t={}", decision.remaining, decision.resets_in);
    for (header, text) in [("ratelimit-policy", policy), ("ratelimit", state)] {
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.insert(header, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::quota_of;
    use axum::http::Method;

    #[test]
    fn every_call_has_its_quota() {
        for (method, route, quota) in [
            (Method::GET, "/api/v1/provider/leads", Some("inbox")),
            (Method::GET, "/api/v1/provider/leads/{lead_id}", Some("detail")),
            (Method::POST, "/api/v1/provider/leads/{lead_id}/accept", Some("accept")),
            (Method::POST, "/api/v1/provider/leads/{lead_id}/reject", Some("reject")),
            (Method::POST, "/api/v1/provider/leads/{lead_id}/undo", Some("provider")),
            (Method::POST, "/api/v1/provider/leads/bulk", Some("bulk")),
            (Method::GET, "/api/v1/provider/me", Some("provider")),
            (Method::PATCH, "/api/v1/provider/notification-preferences", Some("provider")),
            (Method::POST, "/api/v1/provider/leads/export", Some("provider")),
            (Method::GET, "/api/v1/admin/leads/{id}", Some("admin")),
            (Method::POST, "/api/v1/admin/providers/{id}/credits", Some("admin")),
            (Method::POST, "/api/v1/intake/{source_key}", Some("intake")),
            (Method::POST, "/api/v1/intake/{source_key}/preview", Some("intake")),
            (Method::GET, "/healthz", None),
            (Method::GET, "/openapi.json", None),
        ] {
            assert_eq!(quota_of(&method, route).map(|q| q.name), quota, "{method} {route}");
        }
    }
}
