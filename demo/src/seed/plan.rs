//! Who gets which lead: ten in a hundred assignments are the first provider's, two the second's, and the others take
//! turns. The first two buy in every niche, the others in one, with their neighbours.

use crate::random::Random;

/// Locals in a niche; with the two that buy everywhere, it has about ten providers.
const LOCALS: u64 = 8;

/// One lead to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// How many assignments were made before it: it stands for its time.
    pub after: u64,
    pub niche: usize,
    /// Providers by number, each once: at least one, three at most.
    pub owners: Vec<usize>,
}

/// All leads, in the order of their time.
#[derive(Debug, Clone)]
pub struct Plan {
    providers: u64,
    assignments: u64,
    made: u64,
    next_local: u64,
    random: Random,
}

impl Plan {
    pub fn new(providers: u64, assignments: u64, seed: u64) -> Self {
        Self { providers, assignments, made: 0, next_local: 0, random: Random::new(seed) }
    }

    pub fn niches(providers: u64) -> usize {
        usize::try_from(locals(providers).div_ceil(LOCALS).max(1)).unwrap_or(1)
    }

    /// In which niche a provider buys; `None`: in all.
    pub fn niche_of(providers: u64, provider: usize) -> Option<usize> {
        let local = u64::try_from(provider).unwrap_or(0).checked_sub(2)?;
        let niches = u64::try_from(Self::niches(providers)).unwrap_or(1);
        usize::try_from(local * niches / locals(providers)).ok()
    }

    /// Whose the next assignment is.
    fn next_owner(&self) -> usize {
        match (self.made % 50, locals(self.providers)) {
            (1, _) if self.providers > 1 => 1,
            (n, locals) if n % 10 == 0 || locals == 0 => 0,
            (_, locals) => usize::try_from(2 + self.next_local % locals).unwrap_or(0),
        }
    }
}

fn locals(providers: u64) -> u64 {
    providers.saturating_sub(2)
}

impl Iterator for Plan {
    type Item = Planned;

    fn next(&mut self) -> Option<Planned> {
        let wanted = *self.random.weighted(&[(2, 1), (2, 2), (6, 3)]);
        let anywhere = self.random.index(Self::niches(self.providers));
        let after = self.made;
        let mut niche = None;
        let mut owners: Vec<usize> = Vec::with_capacity(wanted);
        while owners.len() < wanted && self.made < self.assignments {
            let owner = self.next_owner();
            let home = Self::niche_of(self.providers, owner);
            if owners.contains(&owner) || (home.is_some() && niche.is_some() && home != niche) {
                break;
            }
            niche = niche.or(home);
            self.next_local += u64::from(home.is_some());
            self.made += 1;
            owners.push(owner);
        }
        (!owners.is_empty()).then(|| Planned { after, niche: niche.unwrap_or(anywhere), owners })
    }
}

#[cfg(test)]
mod tests {
    use super::Plan;

    fn shares(providers: u64, assignments: u64) -> Vec<usize> {
        let mut shares = vec![0; usize::try_from(providers).unwrap()];
        for lead in Plan::new(providers, assignments, 7) {
            assert!((1..=3).contains(&lead.owners.len()));
            for owner in lead.owners {
                assert!(Plan::niche_of(providers, owner).is_none_or(|niche| niche == lead.niche));
                shares[owner] += 1;
            }
        }
        shares
    }

    #[test]
    fn the_first_has_a_tenth_the_second_a_fiftieth_the_rest_equal_shares() {
        let shares = shares(1_002, 100_000);
        assert_eq!(shares[..2], [10_000, 2_000]);
        assert!(shares[2..].iter().all(|share| *share == 88), "{:?}", &shares[..20]);
    }

    #[test]
    fn a_handful_of_providers_will_do() {
        assert_eq!(shares(1, 100), [100]);
        assert_eq!(shares(2, 100), [98, 2]);
        assert_eq!(shares(3, 100), [10, 2, 88]);
        assert_eq!(shares(50, 7).iter().sum::<usize>(), 7);
        assert_eq!(shares(50, 0).iter().sum::<usize>(), 0);
    }

    #[test]
    fn a_niche_has_about_ten_providers() {
        let niches = Plan::niches(1_000);
        let in_niche = |niche| (0..1_000).filter(|p| Plan::niche_of(1_000, *p).is_none_or(|n| n == niche)).count();
        assert!((0..niches).all(|niche| (8..=12).contains(&in_niche(niche))));
    }

    #[test]
    fn the_same_seed_plans_the_same() {
        assert!(Plan::new(30, 1_000, 1).eq(Plan::new(30, 1_000, 1)));
        assert!(Plan::new(30, 1_000, 1).ne(Plan::new(30, 1_000, 2)));
    }
}
