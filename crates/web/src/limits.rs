//! Which call counts against which quota, and how the client is told. What quotas there are is the program's to say.

use std::sync::Arc;

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
use uuid::Uuid;

use super::context::Context;
use ::limits::{Decision, Limiter, Quota, WINDOW, Who};
use ground::clock::Clock;
use ground::error::{Error, Invalid, Result};

/// Method, route and quota: the first line that fits. `*` stands for any method and for one segment of a path, `**` for
/// the rest.
pub type Quotas = &'static [(&'static str, &'static str, &'static Quota)];

/// Whoever shows credentials that are none, by address.
static STRANGER: Quota = Quota { name: "stranger", most: 600 };

/// The quota of a route.
pub fn quota_of(quotas: Quotas, method: &Method, route: &str) -> Option<&'static Quota> {
    let fits = |(m, pattern, _): &&(&str, &str, &'static Quota)| (*m == "*" || method == *m) && matches(pattern, route);
    quotas.iter().find(fits).map(|(_, _, quota)| *quota)
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

/// Counts requests, and tells each client how it stands.
#[derive(Debug, Clone)]
pub struct Limits {
    limiter: Arc<Limiter>,
    clock: Clock,
}

impl Limits {
    /// Counts with this limiter, by this clock.
    pub fn new(limiter: Limiter, clock: Clock) -> Self {
        Self { limiter: Arc::new(limiter), clock }
    }

    /// Where requests are counted.
    pub fn limiter(&self) -> &Limiter {
        &self.limiter
    }

    /// What every request passes once it is known who asks (`who`: the provider, the user, the source): the quota of
    /// this call, and then, for calls that take no query, that there is none. So malformed input counts, and 401 and
    /// 403 do not.
    pub async fn call(&self, parts: &Parts, who: Uuid) -> Result<()> {
        self.sender(parts, who).await?;
        let context = Context::of(parts)?;
        match parts.uri.query() {
            Some(query) if !query.is_empty() && !context.operation.takes_query => Err(no_query(query)),
            _ => Ok(()),
        }
    }

    /// The quota alone, for senders whose URLs may carry what they like.
    pub async fn sender(&self, parts: &Parts, who: Uuid) -> Result<()> {
        match Context::of(parts)?.operation.quota {
            Some(quota) => self.count(parts, quota, Who::Id(who)).await,
            None => Ok(()),
        }
    }

    /// Counts one failure to show who is asking, by address: `Err` when there were too many. For credentials, tokens
    /// and source keys that are none.
    pub async fn stranger(&self, parts: &Parts) -> Result<()> {
        self.count(parts, &STRANGER, Self::address(parts)?).await
    }

    /// Whose request this is as far as the network tells, as it is counted.
    pub fn address(parts: &Parts) -> Result<Who> {
        Ok(Who::address(Context::of(parts)?.client))
    }

    /// Counts one request against this quota: `Err` when there were too many.
    pub async fn count(&self, parts: &Parts, quota: &'static Quota, who: Who) -> Result<()> {
        let context = Context::of(parts)?;
        let Some(decision) = self.limiter.take(quota, who, self.clock.now()).await else { return Ok(()) };
        context.decided(decision);
        if decision.admitted {
            return Ok(());
        }
        let detail = format!("At most {} of these calls in {WINDOW} seconds.", quota.most);
        Err(Error::TooMany { code: "rate_limited", detail: detail.into(), retry_after: decision.resets_in })
    }

    /// Counts something that no client is told of; whether there may be one more.
    pub async fn admits(&self, quota: &'static Quota, who: Who) -> bool {
        let decision = self.limiter.take(quota, who, self.clock.now()).await;
        decision.is_none_or(|decision| decision.admitted)
    }

    /// Whether a request would be refused now. Counts nothing.
    pub async fn is_used_up(&self, quota: &'static Quota, who: Who) -> bool {
        self.limiter.is_used_up(quota, who, self.clock.now()).await
    }
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
