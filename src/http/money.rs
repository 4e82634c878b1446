//! Amounts of money in a body: a field that the kit does not know, since a currency is the product's.

use std::borrow::Cow;

use serde_json::json;
use web::Fields;
use web::input::Wrong;
use web::json::Value;

use crate::money::{self, Money};

/// Whether an amount may be zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    Positive,
    NotNegative,
}

/// Readers of amounts, as [`Fields`] has them for all else.
pub trait MoneyFields {
    /// An amount that has to be there.
    fn money(&mut self, name: &str, sign: Sign) -> Money;
    /// One that may be absent.
    fn opt_money(&mut self, name: &str, sign: Sign) -> Option<Money>;
    /// `None` where it is absent, `Some(None)` for `null`.
    fn patch_money(&mut self, name: &str, sign: Sign) -> Option<Option<Money>>;
}

impl MoneyFields for Fields {
    fn money(&mut self, name: &str, sign: Sign) -> Money {
        self.required(name, &|| takes(sign), |v| read(&v, sign)).unwrap_or_default()
    }

    fn opt_money(&mut self, name: &str, sign: Sign) -> Option<Money> {
        self.optional(name, &|| takes(sign), |v| read(&v, sign))
    }

    fn patch_money(&mut self, name: &str, sign: Sign) -> Option<Option<Money>> {
        self.patch(name, &|| takes(sign), |v| read(&v, sign))
    }
}

fn read(value: &Value, sign: Sign) -> Result<Money, Wrong> {
    let Value::Number(text) = value else {
        return Err(("wrong_type", "must be a number".into()));
    };
    let amount = Money::parse(text).ok_or_else(|| {
        let decimals = match money::digits() {
            0 => "without decimals, as in 25".to_owned(),
            digits => {
                format!("with {digits} decimals at most, as in {}", Money::from_minor(money::unit() * 51 / 2).fixed())
            }
        };
        ("out_of_range", Cow::from(format!("must be an amount of 10,000,000 at most {decimals}")))
    })?;
    match sign {
        Sign::Positive if amount <= Money::ZERO => Err(("out_of_range", "must be more than zero".into())),
        Sign::NotNegative if amount < Money::ZERO => Err(("out_of_range", "must not be negative".into())),
        _ => Ok(amount),
    }
}

fn takes(sign: Sign) -> serde_json::Value {
    let least = if sign == Sign::Positive { "exclusiveMinimum" } else { "minimum" };
    json!({ "type": "number", least: 0, "maximum": Money::MAX_AMOUNT })
}
