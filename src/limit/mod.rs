//! Rate limits: fixed windows of 60 s, each from its first request, exact under concurrency. (A leaky bucket such as GCRA
//! lets more than the quota through in 60 s.) Kept in this process, or in Redis for all nodes together.

mod memory;
mod quota;
mod redis;

pub use memory::Memory;
pub use quota::{Decision, Quota, WINDOW, Who};
pub use redis::{Pace, Redis};

use crate::clock::Timestamp;

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
