//! What a text can hold, told by 128 bits: each three bytes in a row set one. A part that has a bit that the text lacks does
//! not stand in it, so that a search looks into few texts. Where all of a part's bits are there, the text itself says.

/// The bits of a text, or of a part of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchBits {
    pub first: i64,
    pub second: i64,
}

impl SearchBits {
    pub fn of(text: &str) -> Self {
        let (mut first, mut second) = (0_u64, 0_u64);
        for three in text.as_bytes().windows(3) {
            let number = three.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
            // Multiplied by 2^32 over the golden ratio, neighbours lie far apart; seven bits of that number a bit.
            let bit = number.wrapping_mul(0x9E37_79B1) >> 25;
            *(if bit < 64 { &mut first } else { &mut second }) |= 1 << (bit % 64);
        }
        Self { first: first.cast_signed(), second: second.cast_signed() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::SearchBits;

    proptest! {
        #[test]
        fn a_text_has_all_the_bits_of_its_parts(before in "\\PC{0,40}", part in "\\PC{0,20}", after in "\\PC{0,40}") {
            let (text, part) = (SearchBits::of(&format!("{before}{part}{after}")), SearchBits::of(&part));
            prop_assert_eq!((text.first & part.first, text.second & part.second), (part.first, part.second));
        }
    }

    #[test]
    fn most_parts_that_are_not_there_lack_a_bit() {
        let text = SearchBits::of(
            "ann.lee77@example.com\nann lee\ndenver 80211\nroof replacement · within a month\t13035550177",
        );
        let lacks = |digits: u32| {
            let part = SearchBits::of(&format!("{digits:07}"));
            text.first & part.first != part.first || text.second & part.second != part.second
        };
        let lacking = (0..1_000_000).step_by(997).filter(|digits| lacks(*digits)).count();
        assert!(lacking > 850, "{lacking} of 1,004");
        assert_eq!(SearchBits::of("ab"), SearchBits { first: 0, second: 0 });
    }
}
