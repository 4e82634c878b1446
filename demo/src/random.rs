//! A small deterministic generator (splitmix64) for synthetic data. Nothing secret may come from it.

use uuid::Uuid;

use leadhouse::clock::Timestamp;

#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to below `end`; 0 where `end` is 0. The bias is below 2⁻³² for what is asked here.
    pub fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(end)) >> 64).try_into().unwrap_or(0)
    }

    /// True `percent` times in a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn index(&mut self, len: usize) -> usize {
        let len = u64::try_from(len).unwrap_or(u64::MAX);
        usize::try_from(self.below(len)).unwrap_or(0)
    }

    /// One of `items`, which holds at least one.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let at = self.index(items.len());
        items.get(at).unwrap_or_else(|| unreachable!("picked from nothing"))
    }

    /// One of the items, each as likely as its weight; at least one weight is above 0.
    pub fn weighted<'a, T>(&mut self, items: &'a [(u64, T)]) -> &'a T {
        let mut left = self.below(items.iter().map(|(weight, _)| weight).sum());
        let hit = items.iter().find(|(weight, _)| {
            let hit = left < *weight;
            left = left.saturating_sub(*weight);
            hit
        });
        hit.map_or_else(|| unreachable!("picked from nothing"), |(_, item)| item)
    }

    /// An id of the moment `at`.
    pub fn uuid(&mut self, at: Timestamp) -> Uuid {
        let millis = u64::try_from(at.as_micros() / 1_000).unwrap_or(0);
        let bits = ((u128::from(self.bits()) << 64) | u128::from(self.bits())).to_be_bytes();
        let mut random = [0; 10];
        random.iter_mut().zip(bits).for_each(|(to, from)| *to = from);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn is_the_published_splitmix64() {
        let mut random = Random::new(1_234_567);
        assert_eq!(
            [random.bits(), random.bits(), random.bits()],
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn weights_are_kept() {
        let mut random = Random::new(7);
        let often = (0..10_000).filter(|_| *random.weighted(&[(1, false), (3, true), (0, false)])).count();
        assert!((7_300..7_700).contains(&often), "{often}");
        assert_eq!(random.below(0), 0);
    }
}
