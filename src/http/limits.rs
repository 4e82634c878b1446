//! Which call counts against which quota, and how the client is told.

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::guard::Context;
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
/// Tries to sign in: by address, and by account, passwords apart from links, so that whoever has somebody else's account
/// locked by guessing leaves its owner a way in.
static SIGN_IN: Quota = Quota { name: "sign_in", most: 30 };
static PASSWORD: Quota = Quota { name: "password", most: 10 };
static LINK: Quota = Quota { name: "sign_in_link", most: 3 };

/// contract.md, Rate limits: the first line that fits. `*` stands for one segment of a path, `**` for the rest.
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
        let context = Context::of(parts)?;
        if let Some(quota) = context.operation.quota {
            self.count(&context, quota, Who::Id(who)).await?;
        }
        match parts.uri.query() {
            Some(query) if !query.is_empty() && !context.operation.takes_query => Err(no_query(query)),
            _ => Ok(()),
        }
    }

    /// Counts one failure to show who is asking, by address: `Err` when there were too many. For credentials, tokens and
    /// source keys that are none.
    pub async fn limit_stranger(&self, parts: &Parts) -> Result<()> {
        let context = Context::of(parts)?;
        self.count(&context, &STRANGER, Who::address(context.client)).await
    }

    /// Counts a try to sign in to the account with this e-mail key, whether or not there is one.
    pub async fn limit_sign_in(&self, parts: &Parts, key: &str, by_password: bool) -> Result<()> {
        let context = Context::of(parts)?;
        self.count(&context, &SIGN_IN, Who::address(context.client)).await?;
        self.count(&context, if by_password { &PASSWORD } else { &LINK }, Who::Id(account(key))).await
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

/// An account as the limiter counts it: an address that is nobody's counts like any other.
fn account(key: &str) -> Uuid {
    let hash = Sha256::digest(key.as_bytes());
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
