//! What a niche asks: the fields of its forms, in the order in which they are shown everywhere. An answer is read as its field
//! means it ([`NicheFields::read`]); to providers answers are shown without those that are internal ([`NicheFields::shown`]).

mod answer;
mod date;
mod field;
mod list;
mod named;
mod number;
mod read;
mod rules;
mod shown;

pub use field::{Field, FieldType, Limit};
pub use list::NicheFields;
pub use read::{Finding, Read};
pub use rules::{LABEL, MAX_CHOICES, MAX_FIELDS, NAME, Wrong, wrong};

#[cfg(test)]
mod tests;
