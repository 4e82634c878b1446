//! How a lead is named and told in a word or a line.

use super::words;
use crate::assignments::Status;

/// A status in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pill {
    pub class: &'static str,
    pub said: &'static str,
}

/// Who somebody is, as far as is known.
pub fn who(erased: bool, name: Option<&str>, phone: Option<&str>, email: Option<&str>) -> String {
    if erased {
        return "Erased".to_owned();
    }
    let phone = phone.map(words::phone);
    let name = name.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
    name.or(phone).or(email.map(str::to_owned)).unwrap_or_else(|| "No name".to_owned())
}

/// One dot for each who could have the lead, filled for each who has.
pub fn dots(sold: i64, max: i64) -> Vec<bool> {
    if (2..=6).contains(&max) { (0..max).map(|n| n < sold).collect() } else { Vec::new() }
}

/// `2 of 3`, `only you`.
pub fn sold_to(sold: i64, max: i64) -> String {
    if max == 1 { "only you".to_owned() } else { format!("{sold} of {max}") }
}

pub fn pill(status: Status) -> Pill {
    let (class, said) = match status {
        Status::Active => ("active", "Active"),
        Status::Accepted => ("accepted", "Accepted"),
        Status::Rejected => ("rejected", "Rejected"),
        Status::Refunded => ("refunded", "Refunded"),
    };
    Pill { class, said }
}
