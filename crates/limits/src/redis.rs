//! Windows in Redis, shared by all nodes. One script a request counts and decides, so that of requests at once on many nodes
//! exactly the quota gets through.
//!
//! Nothing waits for Redis for long and nothing depends on it: where it is away, slow or answers errors, this process counts
//! for itself. A request that is not answered in time is the last that asks, until the keeper, a task beside, has found a
//! connection on which the script runs again. No request waits for a connect.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use ::redis::aio::MultiplexedConnection;
use ::redis::{AsyncConnectionConfig, Client, ConnectionInfo, ErrorKind, RedisError, Script};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ground::clock::Timestamp;
use ground::tls;
use hmac::{Hmac, KeyInit, Mac};
use metrics::{Counter, Gauge, Histogram};
use sha2::Sha256;
use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout};

use super::{Decision, Memory, Quota, WINDOW, Who};

/// The count of the window goes up by one, unless it is at its most. A key without an end gets one in the same step, whatever
/// made it. Answers: whether it went up, the count, and how long the window lasts, in milliseconds.
const SCRIPT: &str = "
local count = redis.call('INCRBY', KEYS[1], 1)
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  left = tonumber(ARGV[2])
  redis.call('PEXPIRE', KEYS[1], left)
end
local most = tonumber(ARGV[1])
if count > most then
  redis.call('DECRBY', KEYS[1], count - most)
  return {0, most, left}
end
return {1, count, left}";

/// Under this name its lines stand in the log.
const LOG: &str = "leadhouse::limit::redis";

/// What the keeper asks for to see whether the script runs.
static PROBE: Quota = Quota { name: "probe", most: 1 };

/// How long is waited for what.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// For one answer; after that Redis counts as away.
    pub answer: Duration,
    /// For a connection.
    pub connect: Duration,
    /// From one try to get it back to the next.
    pub rest: Duration,
    /// From one look at a connection that seems well to the next.
    pub look: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            answer: Duration::from_millis(250),
            connect: Duration::from_secs(2),
            rest: Duration::from_secs(2),
            look: Duration::from_secs(5),
        }
    }
}

/// Windows that all nodes share while they reach the same Redis, and windows of this process's own for when they don't.
pub struct Redis {
    shared: Arc<Shared>,
    memory: Memory,
    keeper: AbortHandle,
}

struct Shared {
    client: Client,
    script: Script,
    keys: Keys,
    pace: Pace,
    link: RwLock<Option<Link>>,
    links: AtomicU64,
    broken: Notify,
    meters: Meters,
}

/// A connection on which the script has run.
#[derive(Clone)]
struct Link {
    number: u64,
    connection: MultiplexedConnection,
}

/// What Redis calls a window: nobody's address or account can be read from it, and two installations that share a Redis
/// share no windows.
struct Keys {
    installation: String,
    secret: Hmac<Sha256>,
}

struct Meters {
    /// 1 while windows are shared.
    shared: Gauge,
    /// Requests that were counted here instead.
    alone: Counter,
    seconds: Histogram,
}

impl Redis {
    /// Asks a Redis once whether it takes us, before anything depends on it. Where it is away, that passes by itself.
    ///
    /// # Errors
    /// Its own words, fit to be shown, where it says no: it wants another password, or does not have this database.
    pub async fn ask(server: ConnectionInfo, pace: Pace) -> Result<(), String> {
        match Shared::new(server, &[0; 32], pace)?.open().await {
            Err(No { words, is_refusal: true }) => Err(format!("REDIS_URL: {words}")),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Starts to look for Redis in the background; until it is found this process counts for itself. `secret` is the
    /// installation's.
    ///
    /// # Errors
    /// Where there is no such kind of connection; the text is fit to be shown.
    pub fn start(server: ConnectionInfo, secret: &[u8; 32], pace: Pace) -> Result<Self, String> {
        let shared = Arc::new(Shared::new(server, secret, pace)?);
        shared.meters.shared.set(0.0);
        let keeper = tokio::spawn(keep(Arc::clone(&shared))).abort_handle();
        Ok(Self { shared, memory: Memory::default(), keeper })
    }

    pub(crate) async fn take(&self, quota: &'static Quota, who: Who, now: Timestamp) -> Decision {
        if let Some(link) = self.shared.link() {
            let started = Instant::now();
            match self.shared.ask(&link.connection, quota, who).await {
                Ok(decision) => {
                    self.shared.meters.seconds.record(started.elapsed());
                    return decision;
                }
                Err(no) => self.shared.lose(&link, &no.words),
            }
        }
        self.shared.meters.alone.increment(1);
        self.memory.take(quota, who, now)
    }

    pub(crate) async fn is_used_up(&self, quota: &'static Quota, who: Who, now: Timestamp) -> bool {
        if let Some(link) = self.shared.link() {
            match self.shared.count(&link.connection, quota, who).await {
                Ok(count) => return count >= quota.most,
                Err(no) => self.shared.lose(&link, &no.words),
            }
        }
        self.memory.is_used_up(quota, who, now)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

impl std::fmt::Debug for Redis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Redis")
    }
}

/// Sees to it that there is a connection whenever there can be one.
async fn keep(shared: Arc<Shared>) {
    let mut silent = false;
    loop {
        match shared.connect().await {
            Ok(link) => {
                tracing::info!(target: LOG, "rate limits are shared with other nodes, in Redis");
                silent = false;
                shared.watch(&link).await;
            }
            Err(No { words, .. }) if !silent => {
                silent = true;
                tracing::warn!(target: LOG, "REDIS_URL: no Redis ({words}): this node limits for itself until it is there");
            }
            Err(_) => {}
        }
        let _pause = timeout(shared.pace.rest, std::future::pending::<()>()).await;
    }
}

/// Why an answer did not come.
struct No {
    words: String,
    /// It is there, and will say the same the next time.
    is_refusal: bool,
}

impl No {
    fn away(words: impl Into<String>) -> Self {
        Self { words: words.into(), is_refusal: false }
    }
}

impl Shared {
    fn new(server: ConnectionInfo, secret: &[u8; 32], pace: Pace) -> Result<Self, String> {
        let client = Client::open(server).map_err(|error| format!("REDIS_URL cannot be used: {error}"))?;
        Ok(Self {
            client,
            script: Script::new(SCRIPT),
            keys: Keys::new(secret),
            pace,
            link: RwLock::default(),
            links: AtomicU64::new(0),
            broken: Notify::new(),
            meters: Meters {
                shared: metrics::gauge!("leadhouse_limits_shared"),
                alone: metrics::counter!("leadhouse_limits_alone_total"),
                seconds: metrics::histogram!("leadhouse_limits_redis_seconds"),
            },
        })
    }

    fn link(&self) -> Option<Link> {
        self.link.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A connection on which the script runs.
    async fn open(&self) -> Result<MultiplexedConnection, No> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.pace.connect))
            .set_response_timeout(Some(self.pace.answer));
        let connecting = self.client.get_multiplexed_async_connection_with_config(&config);
        let connection = match timeout(self.pace.connect, connecting).await {
            Ok(connected) => {
                connected.map_err(|error| No { words: server_said(&error), is_refusal: is_refusal(&error) })?
            }
            Err(_) => return Err(No::away("no answer")),
        };
        self.ask(&connection, &PROBE, Who::Id(uuid::Uuid::nil())).await?;
        Ok(connection)
    }

    /// The same, for all to use from now on.
    async fn connect(&self) -> Result<Link, No> {
        let connection = self.open().await?;
        let link = Link { number: self.links.fetch_add(1, Ordering::Relaxed), connection };
        *self.link.write().unwrap_or_else(PoisonError::into_inner) = Some(link.clone());
        self.meters.shared.set(1.0);
        Ok(link)
    }

    /// Returns when the connection is lost. Where nobody asks it is looked at now and then: so it is not closed for being idle.
    async fn watch(&self, link: &Link) {
        while timeout(self.pace.look, self.broken.notified()).await.is_err() {
            if let Err(no) = self.ask(&link.connection, &PROBE, Who::Id(uuid::Uuid::nil())).await {
                self.lose(link, &no.words);
            }
        }
    }

    /// From now on nobody asks on this connection. Of many that find out at once, one says so.
    fn lose(&self, link: &Link, why: &str) {
        let mut current = self.link.write().unwrap_or_else(PoisonError::into_inner);
        if current.as_ref().is_some_and(|current| current.number == link.number) {
            *current = None;
            self.meters.shared.set(0.0);
            self.broken.notify_one();
            tracing::warn!(target: LOG, "Redis is away ({why}): this node limits for itself until it is back");
        }
    }

    /// How far the window has come.
    async fn count(&self, connection: &MultiplexedConnection, quota: &'static Quota, who: Who) -> Result<u32, No> {
        let mut connection = connection.clone();
        let get = ::redis::cmd("GET").arg(self.keys.of(quota, who)).to_owned();
        match timeout(self.pace.answer, get.query_async::<Option<u32>>(&mut connection)).await {
            Ok(answer) => answer.map(Option::unwrap_or_default).map_err(|error| said(&error)),
            Err(_) => Err(No::away("no answer")),
        }
    }

    async fn ask(&self, connection: &MultiplexedConnection, quota: &'static Quota, who: Who) -> Result<Decision, No> {
        let mut connection = connection.clone();
        let mut call = self.script.prepare_invoke();
        call.key(self.keys.of(quota, who)).arg(quota.most).arg(WINDOW * 1000);
        let asked = timeout(self.pace.answer, call.invoke_async::<(bool, u32, u64)>(&mut connection)).await;
        let (admitted, count, left) = match asked {
            Ok(answer) => answer.map_err(|error| said(&error))?,
            Err(_) => return Err(No::away("no answer")),
        };
        let resets_in = left.div_ceil(1000).clamp(1, WINDOW);
        Ok(Decision { quota, admitted, remaining: quota.most.saturating_sub(count), resets_in })
    }
}

/// The server's own words where it does not take us (`ERR DB index is out of range`): there is no key in them yet.
fn server_said(error: &RedisError) -> String {
    let words = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    let advice = tls::advice(&words, "");
    words + &advice
}

/// One line, without what may quote a key.
fn said(error: &RedisError) -> No {
    let text =
        if error.is_io_error() { error.to_string() } else { error.code().unwrap_or(error.category()).to_owned() };
    No { words: text.split_whitespace().collect::<Vec<_>>().join(" "), is_refusal: is_refusal(error) }
}

/// Whether what is wrong is our own: a server that loads its data, or has enough clients, takes us later.
fn is_refusal(error: &RedisError) -> bool {
    let refused_at_the_door = error.kind() == ErrorKind::AuthenticationFailed
        || (!error.is_io_error() && error.to_string().contains("refused to switch database"));
    refused_at_the_door || error.code().is_some_and(|code| ["NOAUTH", "WRONGPASS", "NOPERM"].contains(&code))
}

impl Keys {
    fn new(secret: &[u8; 32]) -> Self {
        // HMAC takes keys of any length; the error is of ciphers that do not.
        let secret =
            Hmac::new_from_slice(secret).unwrap_or_else(|_| Hmac::new(&hmac::digest::Key::<Hmac<Sha256>>::default()));
        Self { installation: tag(secret.clone(), &[b"house"]), secret }
    }

    fn of(&self, quota: &Quota, who: Who) -> String {
        let who = match who {
            Who::Id(id) => tag(self.secret.clone(), &[quota.name.as_bytes(), b"\0id\0", id.as_bytes()]),
            Who::Address(ip) => {
                tag(self.secret.clone(), &[quota.name.as_bytes(), b"\0at\0", ip.to_string().as_bytes()])
            }
        };
        format!("leadhouse:{}:{}:{who}", self.installation, quota.name)
    }
}

/// 96 bits: enough that no two meet.
fn tag(mut mac: Hmac<Sha256>, parts: &[&[u8]]) -> String {
    for part in parts {
        mac.update(part);
    }
    BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes().get(..12).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use uuid::Uuid;

    use super::{Keys, PROBE};
    use crate::{Quota, Who};

    static OTHER: Quota = Quota { name: "other", most: 1 };

    #[test]
    fn a_key_tells_apart_and_tells_nothing() {
        let (one, two) = (Keys::new(&[1; 32]), Keys::new(&[2; 32]));
        let address = Who::Address(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)));
        let id = Who::Id(Uuid::from_u128(7));
        let keys = [
            one.of(&PROBE, address),
            one.of(&PROBE, id),
            one.of(&OTHER, id),
            two.of(&PROBE, id),
            one.of(&PROBE, Who::Id(Uuid::from_u128(8))),
        ];
        for (n, key) in keys.iter().enumerate() {
            assert!(!keys[..n].contains(key), "{key}");
            assert!(key.starts_with("leadhouse:") && !key.contains("192") && key.len() < 64, "{key}");
        }
        assert_eq!(keys[1], Keys::new(&[1; 32]).of(&PROBE, id), "every node calls it the same");
    }
}
