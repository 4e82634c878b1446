//! Rate limits: fixed windows of 60 s, each from its first request, exact under concurrency. (A leaky bucket such as GCRA
//! lets more than the quota through in 60 s.) Kept in this process, or in Redis for all nodes together.

mod memory;
mod redis;

use std::net::IpAddr;

use uuid::Uuid;

pub use memory::Memory;
pub use redis::{Pace, Redis};

use crate::clock::Timestamp;

/// How long a window is, in seconds.
pub const WINDOW: u64 = 60;

/// So many requests a window, under a name the client is shown.
#[derive(Debug, PartialEq, Eq)]
pub struct Quota {
    pub name: &'static str,
    pub most: u32,
}

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    Id(Uuid),
    Address(IpAddr),
}

/// What the limiter says to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    pub quota: &'static Quota,
    pub admitted: bool,
    /// Requests that are left in this window.
    pub remaining: u32,
    /// Whole seconds until the window ends, rounded up; 1 to 60.
    pub resets_in: u64,
}

/// Where the windows are kept.
#[derive(Debug)]
pub enum Limiter {
    /// Nothing is limited: benchmarks.
    Off,
    /// In this process.
    Memory(Memory),
    /// In Redis; in this process while it is away.
    Redis(Redis),
}

impl Who {
    /// An address as it is counted: of IPv6 the first 64 bits, since one customer has them all.
    pub fn address(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V6(v6) => {
                let network = v6.to_bits() & (u128::MAX << 64);
                Self::Address(IpAddr::V6(network.into()))
            }
            v4 @ IpAddr::V4(_) => Self::Address(v4),
        }
    }
}

impl Limiter {
    /// Counts one request, unless the quota is used up. `None`: limits are off.
    pub async fn take(&self, quota: &'static Quota, who: Who, now: Timestamp) -> Option<Decision> {
        match self {
            Self::Off => None,
            Self::Memory(memory) => Some(memory.take(quota, who, now)),
            Self::Redis(redis) => Some(redis.take(quota, who, now).await),
        }
    }

    /// Whether a request would be refused now. Counts nothing.
    pub async fn is_used_up(&self, quota: &'static Quota, who: Who, now: Timestamp) -> bool {
        match self {
            Self::Off => false,
            Self::Memory(memory) => memory.is_used_up(quota, who, now),
            Self::Redis(redis) => redis.is_used_up(quota, who, now).await,
        }
    }
}
