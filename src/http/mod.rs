//! The HTTP kit as the product uses it: [`web`], how ids and money look, and the page for who comes by a mailed link.

mod documented;
mod money;
pub mod notice;

pub use web::*;

pub use money::{MoneyFields, Sign};
