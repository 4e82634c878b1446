//! Windows in this process, in a map that stays small.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ground::clock::Timestamp;

use super::{Decision, Quota, WINDOW, Who};

const SHARDS: usize = 16;
/// Windows that have ended are looked for when a shard has grown to this many, or to twice what was left last time.
const SWEEP_AT: usize = 512;
/// A shard that holds this many windows which have not ended counts all newcomers together, so that a flood of addresses
/// finds neither unbounded memory nor a way around the limit.
const MAX_WINDOWS_PER_SHARD: usize = 16_384;

type Key = (&'static str, Option<Who>);

/// The windows of everyone this process has seen in the last minute.
#[derive(Debug)]
pub struct Memory {
    hasher: RandomState,
    shards: Box<[Mutex<Shard>; SHARDS]>,
}

#[derive(Debug)]
struct Shard {
    windows: HashMap<Key, Window>,
    sweep_at: usize,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    start: Timestamp,
    count: u32,
}

impl Default for Shard {
    fn default() -> Self {
        Self { windows: HashMap::new(), sweep_at: SWEEP_AT }
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self { hasher: RandomState::new(), shards: Box::new(std::array::from_fn(|_| Mutex::default())) }
    }
}

impl Window {
    fn has_ended(&self, now: Timestamp) -> bool {
        now.since(self.start) >= Duration::from_secs(WINDOW)
    }
}

impl Memory {
    pub(crate) fn take(&self, quota: &'static Quota, who: Who, now: Timestamp) -> Decision {
        self.shard(quota, who).take(quota, who, now)
    }

    pub(crate) fn is_used_up(&self, quota: &'static Quota, who: Who, now: Timestamp) -> bool {
        let shard = self.shard(quota, who);
        let window = shard.windows.get(&(quota.name, Some(who)));
        window.is_some_and(|window| !window.has_ended(now) && window.count >= quota.most)
    }

    fn shard(&self, quota: &'static Quota, who: Who) -> MutexGuard<'_, Shard> {
        let hash = self.hasher.hash_one((quota.name, who));
        let at = usize::try_from(hash % 16).unwrap_or(0);
        let Some(shard) = self.shards.get(at) else { unreachable!("16 shards") };
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shard {
    fn take(&mut self, quota: &'static Quota, who: Who, now: Timestamp) -> Decision {
        let mut key = (quota.name, Some(who));
        if !self.windows.contains_key(&key) {
            self.make_room(now);
            if self.windows.len() >= MAX_WINDOWS_PER_SHARD {
                key = (quota.name, None);
            }
        }
        let window = self.windows.entry(key).or_insert(Window { start: now, count: 0 });
        if window.has_ended(now) {
            *window = Window { start: now, count: 0 };
        }
        // A clock that was set back must not lock anyone out for longer than a window.
        window.start = window.start.min(now);
        let admitted = window.count < quota.most;
        window.count += u32::from(admitted);
        let passed = now.since(window.start);
        let left = Duration::from_secs(WINDOW).saturating_sub(passed);
        let resets_in = left.as_secs() + u64::from(left.subsec_nanos() > 0);
        Decision { quota, admitted, remaining: quota.most - window.count, resets_in: resets_in.max(1) }
    }

    fn make_room(&mut self, now: Timestamp) {
        if self.windows.len() >= self.sweep_at {
            self.windows.retain(|_, window| !window.has_ended(now));
            self.sweep_at = (self.windows.len() * 2).max(SWEEP_AT);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::{MAX_WINDOWS_PER_SHARD, Memory, SHARDS, SWEEP_AT};
    use crate::{Quota, Who};
    use ground::clock::Timestamp;

    static FIVE: Quota = Quota { name: "five", most: 5 };

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_micros(1_700_000_000_000_000 + millis * 1000).unwrap()
    }

    fn someone(n: u32) -> Who {
        Who::address(IpAddr::V4(Ipv4Addr::from(n)))
    }

    fn held(memory: &Memory) -> usize {
        memory.shards.iter().map(|shard| shard.lock().unwrap().windows.len()).sum()
    }

    #[test]
    fn a_window_is_sixty_seconds_from_its_first_request() {
        let memory = Memory::default();
        for (millis, admitted, remaining, resets_in) in [
            (0, true, 4, 60),
            (1, true, 3, 60),
            (1_000, true, 2, 59),
            (59_000, true, 1, 1),
            (59_001, true, 0, 1),
            (59_999, false, 0, 1),
            (60_000, true, 4, 60),
            (60_000 + 30_500, true, 3, 30),
        ] {
            let decision = memory.take(&FIVE, someone(1), at(millis));
            assert_eq!(
                (decision.admitted, decision.remaining, decision.resets_in),
                (admitted, remaining, resets_in),
                "at {millis} ms"
            );
        }
    }

    #[test]
    fn a_clock_that_goes_back_locks_no_one_out() {
        let memory = Memory::default();
        for _ in 0..6 {
            memory.take(&FIVE, someone(1), at(3_600_000));
        }
        assert_eq!(memory.take(&FIVE, someone(1), at(0)).resets_in, 60);
        assert!(memory.take(&FIVE, someone(1), at(60_000)).admitted);
    }

    #[test]
    fn many_at_once_get_exactly_the_quota() {
        let memory = Memory::default();
        let admitted: usize = std::thread::scope(|scope| {
            let run = || (0..100).filter(|_| memory.take(&FIVE, someone(1), at(0)).admitted).count();
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(run)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(admitted, 5);
    }

    #[test]
    fn windows_that_ended_are_dropped() {
        let memory = Memory::default();
        for n in 0..200_000 {
            memory.take(&FIVE, someone(n), at(i64::from(n) * 10));
        }
        // 6,000 of them are younger than a window.
        assert!(held(&memory) <= SHARDS * SWEEP_AT * 2, "{}", held(&memory));
    }

    #[test]
    fn a_flood_of_addresses_is_limited_as_one() {
        let memory = Memory::default();
        let most = u32::try_from(SHARDS * MAX_WINDOWS_PER_SHARD).unwrap();
        let admitted = (0..most * 2).filter(|n| memory.take(&FIVE, someone(*n), at(0)).admitted).count();
        assert!(held(&memory) <= SHARDS * (MAX_WINDOWS_PER_SHARD + 1));
        assert!(admitted <= SHARDS * (MAX_WINDOWS_PER_SHARD + 5));
        assert!(memory.take(&FIVE, someone(0), at(1)).admitted, "who was there before is counted alone");
        assert!(memory.take(&FIVE, someone(most * 3), at(60_000)).admitted);
    }

    #[test]
    fn an_ipv6_network_is_one() {
        let who = |text: &str| Who::address(text.parse().unwrap());
        assert_eq!(who("2001:db8::1"), who("2001:db8::ffff:2"));
        assert_ne!(who("2001:db8::1"), who("2001:db8:0:1::1"));
        assert_eq!(who("::ffff:10.0.0.1"), who("10.0.0.1"));
    }
}
