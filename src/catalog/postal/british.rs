//! The parts of a postcode of the United Kingdom: area, district, what the district is divided into, sector, unit. They
//! differ in length: `E1` and `E16` are two districts, and `E1 6` is a sector of the first.

/// A postcode or the beginning of one, in its parts; what is missing is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct British {
    /// One or two letters.
    area: String,
    /// One or two digits, without a zero in front.
    district: String,
    /// `A` in `SW1A`.
    division: Option<char>,
    /// The sector's digit, then the unit's letters.
    inward: String,
}

impl British {
    /// From a whole postcode without a space: its last three are the inward code.
    pub fn whole(text: &str) -> Option<Self> {
        let (outward, inward) = text.split_at_checked(text.len().checked_sub(3)?)?;
        let unit = inward.get(1..)?;
        let is_inward =
            inward.starts_with(|c: char| c.is_ascii_digit()) && unit.bytes().all(|b| b.is_ascii_uppercase());
        let code = Self::outward(outward)?;
        (is_inward && !code.district.is_empty()).then(|| Self { inward: inward.to_owned(), ..code })
    }

    /// From what was written between spaces. A space tells the sector `E1 6` from the district `E16`.
    pub fn read(parts: &[String]) -> Option<Self> {
        if let [outward, inward @ ..] = parts
            && !inward.is_empty()
            && let Some(code) = Self::with_inward(outward, &inward.concat())
        {
            return Some(code);
        }
        let joined = parts.concat();
        // Without one, the longest that can be a district is one.
        (1..=joined.len()).rev().find_map(|at| {
            let (outward, inward) = joined.split_at_checked(at)?;
            if inward.is_empty() { Self::outward(outward) } else { Self::with_inward(outward, inward) }
        })
    }

    /// The first whole postcode among other words: `London E16 2AA`, `E16 2AA, London`.
    pub fn among(parts: &[String]) -> Option<Self> {
        let pairs = parts.windows(2).map(<[String]>::concat);
        pairs.chain(parts.iter().cloned()).find_map(|text| Self::whole(&text))
    }

    /// Whether it lies in `area`, which may have fewer parts.
    pub fn is_in(&self, area: &Self) -> bool {
        if self.area != area.area {
            return false;
        }
        if area.district.is_empty() {
            return true;
        }
        let division = area.division.is_none() && area.inward.is_empty() || area.division == self.division;
        self.district == area.district && division && self.inward.starts_with(&area.inward)
    }

    fn with_inward(outward: &str, inward: &str) -> Option<Self> {
        let sector = inward.strip_prefix(|c: char| c.is_ascii_digit())?;
        let unit = sector.len() <= 2 && sector.bytes().all(|b| b.is_ascii_uppercase());
        let code = Self::outward(outward).filter(|code| !code.district.is_empty() && unit)?;
        Some(Self { inward: inward.to_owned(), ..code })
    }

    /// `E`, `E1`, `E16`, `SW1A`.
    fn outward(text: &str) -> Option<Self> {
        let rest = text.trim_start_matches(|c: char| c.is_ascii_uppercase());
        let area = text.strip_suffix(rest)?;
        let division = rest.chars().last().filter(char::is_ascii_uppercase);
        let digits = division.map_or(Some(rest), |letter| rest.strip_suffix(letter))?;
        let number = if digits.len() == 2 { digits.trim_start_matches('0') } else { digits };
        let known = matches!(area.len(), 1..=2) && digits.len() <= 2 && digits.bytes().all(|b| b.is_ascii_digit());
        let divided = division.is_none() || number.len() == 1;
        (known && divided).then(|| Self {
            area: area.to_owned(),
            district: number.to_owned(),
            division,
            inward: String::new(),
        })
    }
}

/// An inward code begins with a digit: who wrote `OAA` meant `0AA`.
pub(super) fn with_zero(mut parts: Vec<String>) -> Vec<String> {
    for part in &mut parts {
        let inward = part.len().checked_sub(3).and_then(|at| part.split_at_checked(at));
        if let Some((outward, inward)) = inward
            && let Some(unit) = inward.strip_prefix('O')
        {
            let zero = format!("{outward}0{unit}");
            if British::whole(&zero).is_some() || outward.is_empty() && British::whole(&format!("E1{zero}")).is_some() {
                *part = zero;
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::British;

    fn told(text: &str) -> Option<String> {
        let parts: Vec<String> = text.split(' ').map(str::to_owned).collect();
        let code = British::read(&parts)?;
        let division = code.division.map_or_else(|| "-".to_owned(), String::from);
        Some(format!("{} {} {division} {}", code.area, code.district, code.inward))
    }

    #[test]
    fn the_parts_are_told_apart() {
        for (text, parts) in [
            ("E", Some("E  - ")),
            ("E1", Some("E 1 - ")),
            ("E16", Some("E 16 - ")),
            ("E1 6", Some("E 1 - 6")),
            ("E16 2", Some("E 16 - 2")),
            ("E162", Some("E 16 - 2")),
            ("E1 6AA", Some("E 1 - 6AA")),
            ("E1 6 AA", Some("E 1 - 6AA")),
            ("E16A", Some("E 1 - 6A")),
            ("SW1", Some("SW 1 - ")),
            ("SW1A", Some("SW 1 A ")),
            ("SW1A1", Some("SW 1 A 1")),
            ("SW 1A 1", Some("SW 1 A 1")),
            ("E 1", Some("E 1 - ")),
            ("B01", Some("B 1 - ")),
            ("CR0 2", Some("CR 0 - 2")),
            ("802", None),
            ("ABC", None),
            ("E1234", None),
            ("1012AB", None),
        ] {
            assert_eq!(told(text).as_deref(), parts, "{text}");
        }
    }

    #[test]
    fn a_whole_code_ends_with_a_digit_and_two_letters() {
        let whole = |text: &str| British::whole(text).map(|code| (code.district, code.inward));
        assert_eq!(whole("E16AA"), Some(("1".to_owned(), "6AA".to_owned())));
        assert_eq!(whole("E162AA"), Some(("16".to_owned(), "2AA".to_owned())));
        assert_eq!(whole("EC1A1BB"), Some(("1".to_owned(), "1BB".to_owned())));
        for other in ["K1A0B1", "1012AB", "D02X285", "C1425DUB", "80211", "E6AA", "AA", "E16"] {
            assert_eq!(British::whole(other), None, "{other}");
        }
    }
}
