//! Who a token is, remembered for a moment: the hash of a secret leads to what a room made of it.

use std::any::Any;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::watch;

use ground::clock::{Clock, Timestamp};

/// Another process may revoke a token: this long at most it still works here.
const LIFE: Duration = Duration::from_secs(1);
/// Past this many the memory is emptied: only valid tokens get in, so this bounds and does not slow.
const MAX_IDENTITIES: usize = 10_000;

type Key = [u8; 32];

/// Kept in one process. This kit does not know what an identity is, the room that looks it up does.
#[derive(Debug)]
pub struct IdentityCache {
    clock: Clock,
    epoch: AtomicU64,
    forgotten: watch::Sender<()>,
    known: RwLock<HashMap<Key, Known>>,
}

#[derive(Debug)]
struct Known {
    at: Timestamp,
    identity: Arc<dyn Any + Send + Sync>,
}

/// Says when a look-up began; see [`IdentityCache::put`].
#[derive(Debug, Clone, Copy)]
pub struct Epoch(u64);

impl IdentityCache {
    /// Empty; entries age by this clock.
    pub fn new(clock: Clock) -> Self {
        Self { clock, epoch: AtomicU64::new(0), forgotten: watch::Sender::new(()), known: RwLock::default() }
    }

    /// What is known of this hash, if it is fresh.
    pub fn get<T: Any + Send + Sync>(&self, key: &Key) -> Option<Arc<T>> {
        let now = self.clock.now();
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back makes nothing fresh.
        let fresh = known.get(key).filter(|known| known.at <= now && now.since(known.at) < LIFE)?;
        fresh.identity.clone().downcast().ok()
    }

    /// To be taken before the database is asked.
    pub fn epoch(&self) -> Epoch {
        Epoch(self.epoch.load(Ordering::Acquire))
    }

    /// Remembers what the database said, unless something was forgotten since it was asked.
    pub fn put<T: Any + Send + Sync>(&self, asked: Epoch, key: Key, identity: Arc<T>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if self.epoch.load(Ordering::Acquire) != asked.0 {
            return;
        }
        if known.len() >= MAX_IDENTITIES {
            known.clear();
        }
        known.insert(key, Known { at: self.clock.now(), identity });
    }

    /// Forgets everyone, at once: a token was revoked, an account suspended, a role changed. To be called after the
    /// commit.
    pub fn forget_all(&self) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        self.epoch.fetch_add(1, Ordering::AcqRel);
        known.clear();
        drop(known);
        self.forgotten.send_replace(());
    }

    /// Changes whenever everyone was forgotten: for those who act for somebody over a long time.
    pub fn forgotten(&self) -> watch::Receiver<()> {
        self.forgotten.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::{IdentityCache, MAX_IDENTITIES};
    use ground::clock::Clock;

    #[test]
    fn it_remembers_for_a_second() {
        let clock = Clock::default();
        let cache = IdentityCache::new(clock.clone());
        cache.put(cache.epoch(), [1; 32], Arc::new("rita"));
        assert_eq!(cache.get::<&str>(&[1; 32]).as_deref(), Some(&"rita"));
        assert_eq!(cache.get::<&str>(&[2; 32]), None);
        assert_eq!(cache.get::<String>(&[1; 32]), None);
        clock.advance(Duration::from_secs(1));
        assert_eq!(cache.get::<&str>(&[1; 32]), None);
    }

    #[test]
    fn who_was_forgotten_does_not_come_back() {
        let cache = IdentityCache::new(Clock::default());
        cache.put(cache.epoch(), [1; 32], Arc::new("rita"));
        // A look-up that began before the token was revoked ends after it.
        let asked = cache.epoch();
        cache.forget_all();
        assert_eq!(cache.get::<&str>(&[1; 32]), None);
        cache.put(asked, [1; 32], Arc::new("rita"));
        assert_eq!(cache.get::<&str>(&[1; 32]), None);
        cache.put(cache.epoch(), [1; 32], Arc::new("rita"));
        assert!(cache.get::<&str>(&[1; 32]).is_some());
    }

    #[test]
    fn it_stays_small() {
        let cache = IdentityCache::new(Clock::default());
        for n in 0..30_000_u32 {
            let mut key = [0; 32];
            key[..4].copy_from_slice(&n.to_be_bytes());
            cache.put(cache.epoch(), key, Arc::new(n));
        }
        assert!(cache.known.read().unwrap().len() <= MAX_IDENTITIES);
    }
}
