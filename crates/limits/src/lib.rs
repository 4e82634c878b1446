//! Rate limits: exact windows, in this process or in Redis.
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod memory;
mod quota;
mod redis;

use ground::clock::Timestamp;

pub use memory::Memory;
pub use quota::{Decision, Quota, WINDOW, Who};
pub use redis::{Pace, Redis};

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
