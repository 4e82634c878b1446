//! Who may come in. Connections are bounded in all, well below what the process may open; at the bound the one that has
//! waited longest for a request makes room for a new one, so that idle sockets keep nobody out. And one address gets
//! half of the slots at most: of IPv6 a whole /64, which is what one customer has. Behind loopback and
//! `TRUSTED_PROXIES` are many, so they may have all.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use metrics::{counter, gauge};
use tokio::sync::Notify;

use ground::network::Network;

/// Connections at once, where the process may open enough files.
const MAX_CONNECTIONS: usize = 2_048;
/// And where it may open next to none.
const MIN_CONNECTIONS: usize = 8;

/// The slots there are.
pub(super) struct Slots {
    most: usize,
    trusted: Vec<Network>,
    inner: Mutex<Inner>,
    freed: Notify,
}

#[derive(Default)]
struct Inner {
    taken: usize,
    by_address: HashMap<IpAddr, usize>,
    /// Those that wait for a request, the longest first.
    waiting: BTreeMap<u64, Arc<Wish>>,
    next: u64,
}

/// That a connection leave.
#[derive(Default)]
struct Wish {
    told: Notify,
    /// A request came all the same.
    at_work: AtomicBool,
}

/// A connection's slot, free again when this is dropped.
pub(super) struct Slot {
    activity: Activity,
    /// Who it counts for.
    address: Option<IpAddr>,
}

/// What a connection tells of itself: whether it waits for a request, or is at work.
#[derive(Clone)]
pub struct Activity {
    slots: Arc<Slots>,
    /// Since when it waits, in the order of all.
    since: Option<u64>,
    wish: Arc<Wish>,
}

/// How many connections there may be, by how many files this process may still open: a quarter of those is left for the
/// database, exports and mails.
pub(super) fn most() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let of_files = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let limit = of_files.and_then(|rest| rest.split_whitespace().next()?.parse::<usize>().ok());
    let open = std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
    limit.map_or(MAX_CONNECTIONS, |limit| within(limit.saturating_sub(open)))
}

fn within(files: usize) -> usize {
    (files / 4 * 3).clamp(MIN_CONNECTIONS, MAX_CONNECTIONS)
}

impl Slots {
    pub fn new(most: usize, trusted: Vec<Network>) -> Arc<Self> {
        Arc::new(Self { most, trusted, inner: Mutex::default(), freed: Notify::new() })
    }

    /// A slot for a new connection, when there is one; `None`: its address has its share.
    pub async fn take(self: &Arc<Self>, peer: IpAddr) -> Option<Slot> {
        let address = self.counted(peer.to_canonical());
        if address.is_some_and(|address| self.has_its_share(address)) {
            counter!("leadhouse_http_turned_away_total", "why" => "address").increment(1);
            return None;
        }
        loop {
            let freed = self.freed.notified();
            if self.enter(address) {
                let activity = Activity { slots: Arc::clone(self), since: None, wish: Arc::default() };
                return Some(Slot { activity, address });
            }
            self.make_room();
            freed.await;
        }
    }

    fn enter(&self, address: Option<IpAddr>) -> bool {
        let mut inner = self.lock();
        if inner.taken >= self.most {
            return false;
        }
        inner.taken += 1;
        if let Some(address) = address {
            *inner.by_address.entry(address).or_default() += 1;
        }
        gauge!("leadhouse_http_connections").increment(1.0);
        true
    }

    fn has_its_share(&self, address: IpAddr) -> bool {
        self.lock().by_address.get(&address).is_some_and(|count| *count >= (self.most / 2).max(1))
    }

    /// Asks the connection that has waited longest for a request to leave.
    pub fn make_room(&self) {
        if let Some((_, longest)) = self.lock().waiting.pop_first() {
            counter!("leadhouse_http_turned_away_total", "why" => "idle").increment(1);
            longest.told.notify_one();
        }
    }

    /// Ends when a slot has become free.
    pub async fn freed(&self) {
        self.freed.notified().await;
    }

    /// Whom a connection counts for; nobody, where many come from one address.
    fn counted(&self, peer: IpAddr) -> Option<IpAddr> {
        if peer.is_loopback() || self.trusted.iter().any(|network| network.contains(peer)) {
            return None;
        }
        Some(match peer {
            IpAddr::V4(_) => peer,
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        })
    }

    fn leave(&self, address: Option<IpAddr>) {
        let mut inner = self.lock();
        inner.taken = inner.taken.saturating_sub(1);
        if let Some(address) = address
            && let Some(count) = inner.by_address.get_mut(&address)
        {
            *count -= 1;
            if *count == 0 {
                inner.by_address.remove(&address);
            }
        }
        drop(inner);
        gauge!("leadhouse_http_connections").decrement(1.0);
        self.freed.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot {
    /// Where the connection says what it does.
    pub fn activity(&self) -> Activity {
        self.activity.clone()
    }

    /// Ends when somebody else needs the slot, and this connection does nothing with it.
    pub async fn is_needed(&self) {
        loop {
            self.activity.wish.told.notified().await;
            if !self.activity.wish.at_work.load(Ordering::Relaxed) {
                return;
            }
            self.activity.slots.make_room();
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.activity.slots.leave(self.address);
    }
}

impl Activity {
    /// Nothing is under way: a request is waited for.
    pub fn waits(&mut self) {
        if self.since.is_none() {
            let mut inner = self.slots.lock();
            let now = inner.next;
            inner.next += 1;
            inner.waiting.insert(now, Arc::clone(&self.wish));
            self.wish.at_work.store(false, Ordering::Relaxed);
            drop(inner);
            self.since = Some(now);
        }
    }

    /// A request has come.
    pub fn works(&mut self) {
        if let Some(since) = self.since.take() {
            self.wish.at_work.store(true, Ordering::Relaxed);
            self.slots.lock().waiting.remove(&since);
        }
    }
}

impl Drop for Activity {
    fn drop(&mut self) {
        self.works();
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::sync::Arc;
    use std::task::{Context, Poll, Waker};

    use super::{Slot, Slots, within};

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// What `take` comes to at once.
    fn take(slots: &Arc<Slots>, peer: &str) -> Poll<Option<Slot>> {
        let mut taking = std::pin::pin!(slots.take(address(peer)));
        taking.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    }

    fn comes_in(slots: &Arc<Slots>, peer: &str) -> Slot {
        let Poll::Ready(Some(slot)) = take(slots, peer) else { panic!("{peer} gets no slot") };
        slot
    }

    #[test]
    fn an_address_gets_half_and_proxies_get_all() {
        let slots = Slots::new(8, vec!["10.0.0.0/8".parse().unwrap()]);
        let half: Vec<_> = (0..4).map(|_| comes_in(&slots, "192.0.2.1")).collect();
        assert!(matches!(take(&slots, "192.0.2.1"), Poll::Ready(None)));
        assert!(matches!(take(&slots, "::ffff:192.0.2.1"), Poll::Ready(None)), "the same in other words");
        drop(comes_in(&slots, "192.0.2.2"));
        drop(half);
        drop(comes_in(&slots, "192.0.2.1"));
        for many in ["127.0.0.1", "::1", "10.1.2.3"] {
            let all: Vec<_> = (0..8).map(|_| comes_in(&slots, many)).collect();
            assert!(take(&slots, many).is_pending(), "{many}: all slots are taken");
            drop(all);
        }
        let half: Vec<_> = (0..4).map(|n| comes_in(&slots, &format!("2001:db8::{n}"))).collect();
        assert!(matches!(take(&slots, "2001:db8::ffff:1"), Poll::Ready(None)), "a /64 is one");
        drop(comes_in(&slots, "2001:db8:0:1::1"));
        drop(half);
    }

    #[test]
    fn who_waits_longest_makes_room_and_who_works_never_does() {
        let slots = Slots::new(3, Vec::new());
        let all: Vec<_> = (0..3).map(|_| comes_in(&slots, "127.0.0.1")).collect();
        let mut activities: Vec<_> = all.iter().map(Slot::activity).collect();
        activities.iter_mut().for_each(super::Activity::waits);
        // The first gets a request, is done with it, and waits again: the second has waited longest.
        activities[0].works();
        activities[0].waits();
        activities[2].works();
        let is_needed = |n: usize| {
            let mut needed = std::pin::pin!(all[n].is_needed());
            needed.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready()
        };
        assert!(take(&slots, "127.0.0.1").is_pending());
        assert_eq!([is_needed(0), is_needed(1), is_needed(2)], [false, true, false]);
        assert!(take(&slots, "127.0.0.1").is_pending());
        assert_eq!([is_needed(0), is_needed(1), is_needed(2)], [true, false, false]);
        assert!(take(&slots, "127.0.0.1").is_pending());
        assert_eq!([is_needed(0), is_needed(1), is_needed(2)], [false; 3]);
        // One that is asked to leave and gets a request in that moment hands the wish on.
        activities[1].works();
        activities[1].waits();
        activities[2].waits();
        assert!(take(&slots, "127.0.0.1").is_pending());
        activities[1].works();
        assert_eq!([is_needed(1), is_needed(2)], [false, true]);
    }

    #[test]
    fn some_files_are_left_for_others() {
        assert_eq!([0, 8, 40, 1_000, 1_000_000].map(within), [8, 8, 30, 750, 2_048]);
    }
}
