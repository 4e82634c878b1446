//! Which currencies there are, and how each is divided: ISO 4217, from the table of the crate `iso_currency`.

use std::sync::atomic::{AtomicU8, Ordering};

/// A currency that people pay with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Currency {
    code: &'static str,
    digits: u8,
    replaced_by: Option<&'static str>,
}

/// Decimals of the installation's currency. A process serves one installation, and an installation keeps one currency
/// for ever.
static DIGITS: AtomicU8 = AtomicU8::new(2);

impl Currency {
    /// Reads an ISO 4217 code.
    ///
    /// # Errors
    /// The line to show: no such code, or one of a thing that has no minor unit (`XXX`, `XTS`, gold).
    pub fn read(text: &str) -> Result<Self, String> {
        let right = "write an ISO 4217 code, as in USD, EUR or JPY";
        let capitals = text.to_ascii_uppercase();
        let Some(found) = iso_currency::Currency::from_code(&capitals) else {
            return Err(format!("'{text}' is no currency: {right}"));
        };
        if capitals != text {
            return Err(format!("'{text}' is written {capitals}"));
        }
        let Some(digits) = found.exponent().and_then(|digits| u8::try_from(digits).ok()) else {
            return Err(format!("'{text}' ({}) is nothing that people pay with: {right}", found.name()));
        };
        let replaced_by = found.flags().into_iter().find_map(|flag| match flag {
            iso_currency::Flag::Superseded(by) => Some(by.code()),
            _ => None,
        });
        Ok(Self { code: found.code(), digits, replaced_by })
    }

    pub fn code(self) -> &'static str {
        self.code
    }

    /// How many decimals an amount has: USD 2, JPY 0, KWD 3.
    pub fn digits(self) -> u8 {
        self.digits
    }

    /// The currency that took its place, where it has been withdrawn.
    pub fn replaced_by(self) -> Option<&'static str> {
        self.replaced_by
    }
}

/// From here on amounts in this process are read and shown with so many decimals.
pub fn keep(digits: u8) {
    DIGITS.store(digits, Ordering::Relaxed);
}

/// Decimals of the installation's currency.
pub fn digits() -> u8 {
    DIGITS.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::Currency;

    /// Where tables of currencies disagree (CLDR says what people use: no filler, no fils; Stripe has a list of its own), these
    /// are ISO 4217's.
    #[test]
    fn minor_units_are_isos() {
        for (code, digits) in [
            ("USD", 2),
            ("EUR", 2),
            ("CHF", 2),
            ("HUF", 2),
            ("MGA", 2),
            ("MRU", 2),
            ("TWD", 2),
            ("IDR", 2),
            ("LBP", 2),
            ("XCG", 2),
            ("ZWG", 2),
            ("JPY", 0),
            ("KRW", 0),
            ("CLP", 0),
            ("VND", 0),
            ("ISK", 0),
            ("UGX", 0),
            ("PYG", 0),
            ("XAF", 0),
            ("XOF", 0),
            ("XPF", 0),
            ("KWD", 3),
            ("BHD", 3),
            ("IQD", 3),
            ("JOD", 3),
            ("LYD", 3),
            ("OMR", 3),
            ("TND", 3),
            ("CLF", 4),
        ] {
            let currency = Currency::read(code).unwrap();
            assert_eq!((currency.code(), currency.digits(), currency.replaced_by()), (code, digits, None), "{code}");
        }
        assert_eq!(Currency::read("BGN").unwrap().replaced_by(), Some("EUR"));
    }

    #[test]
    fn what_is_no_money_is_told() {
        for (text, says) in [
            ("QQQ", "no currency"),
            ("", "no currency"),
            ("dollars", "no currency"),
            ("DEM", "no currency"),
            ("US$", "no currency"),
            ("USD ", "no currency"),
            ("jpy", "JPY"),
            ("Usd", "USD"),
            ("XXX", "nothing that people pay with"),
            ("XTS", "nothing that people pay with"),
            ("XAU", "nothing that people pay with"),
            ("XDR", "nothing that people pay with"),
        ] {
            let why = Currency::read(text).unwrap_err();
            assert!(why.contains(says), "{text}: {why}");
        }
    }
}
