//! One answer, as its field means it.

use jiff::civil::Date;

use super::field::{Field, FieldType, Limit};
use super::{date, number};
use crate::email;
use crate::phone::Phone;
use crate::text;

/// Longer words for yes and no there are none.
const MOST_OF_A_WORD: usize = 20;
/// As many choices are named to whoever chose none of them.
const MOST_CHOICES_NAMED: usize = 20;

/// What was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Sent {
    Nothing,
    Flag(bool),
    /// Its digits.
    Number(String),
    Text(String),
    List(Vec<Self>),
    Object,
}

/// Why an answer is none: a stable code, and the rest of a sentence that begins with the field's name.
pub(super) type Wrong = (&'static str, String);

impl Sent {
    fn of(json: &str) -> Self {
        match serde_json::from_str(json) {
            Ok(serde_json::Value::Number(_)) => Self::Number(json.trim().to_owned()),
            Ok(value) => Self::from(value),
            Err(_) => Self::Object,
        }
    }

    /// One answer, where a list has no more: a box that is ticked comes so. Of a box with a hidden field before it the last
    /// counts.
    fn one(self, kind: FieldType) -> Self {
        match self {
            Self::List(items) => {
                let mut said = items.into_iter().filter(|item| *item != Self::Nothing);
                match (said.next(), said.next()) {
                    (None, _) => Self::Nothing,
                    (Some(only), None) => only,
                    (Some(_), Some(second)) if kind == FieldType::Boolean => said.next_back().unwrap_or(second),
                    (Some(one), Some(second)) => Self::List([one, second].into_iter().chain(said).collect()),
                }
            }
            one => one,
        }
    }
}

impl From<serde_json::Value> for Sent {
    fn from(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Nothing,
            serde_json::Value::Bool(flag) => Self::Flag(flag),
            serde_json::Value::Number(number) => Self::Number(number.to_string()),
            serde_json::Value::String(text) if text.trim().is_empty() => Self::Nothing,
            serde_json::Value::String(text) => Self::Text(text),
            serde_json::Value::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
            serde_json::Value::Object(_) => Self::Object,
        }
    }
}

impl Field {
    /// The answer as JSON; `None` where nothing was said.
    pub(super) fn answer(&self, json: &str, country: &str) -> Result<Option<String>, Wrong> {
        let sent = match Sent::of(json).one(self.kind) {
            Sent::Nothing => return Ok(None),
            Sent::List(_) => return Err(("wrong_type", "must be one answer, and has several".to_owned())),
            Sent::Object => return Err(("wrong_type", self.must_be())),
            one => one,
        };
        let read = match (self.kind, sent) {
            (FieldType::Boolean, sent) => said_yes(&sent).map(|yes| yes.to_string()),
            (FieldType::Number, Sent::Number(digits)) => Some(digits),
            (FieldType::Number, Sent::Text(text)) => number::number(&text),
            (FieldType::Integer, Sent::Number(text) | Sent::Text(text)) => {
                number::integer(&text).map(|whole| whole.to_string())
            }
            (FieldType::Text, Sent::Text(text) | Sent::Number(text)) => Some(quoted(&text)),
            (FieldType::Choice, Sent::Text(text) | Sent::Number(text)) => {
                return self.chosen(&text).map(|choice| Some(quoted(choice)));
            }
            (FieldType::Date, Sent::Text(text) | Sent::Number(text)) => {
                let date = date::date(&text).ok_or_else(|| ("invalid_date", self.must_be()))?;
                Some(quoted(&date.to_string()))
            }
            (FieldType::Phone, Sent::Text(text) | Sent::Number(text)) => {
                let phone = Phone::read(&text, country).ok().filter(|phone| phone.reaches);
                let phone = phone.ok_or_else(|| ("invalid_phone", self.must_be()))?;
                Some(quoted(&phone.shown))
            }
            (FieldType::Email, Sent::Text(text)) => {
                let email = email::parse_any(text.strip_prefix("mailto:").unwrap_or(&text));
                Some(quoted(&email.ok_or_else(|| ("invalid_email", self.must_be()))?.address))
            }
            _ => None,
        };
        let read = read.ok_or_else(|| ("wrong_type", self.must_be()))?;
        self.within(&read)?;
        Ok(Some(read))
    }

    fn must_be(&self) -> String {
        match self.kind {
            FieldType::Text => "must be a text".to_owned(),
            FieldType::Number => "must be a number".to_owned(),
            FieldType::Integer => "must be a whole number".to_owned(),
            FieldType::Boolean => "must be yes or no".to_owned(),
            FieldType::Choice => {
                let choices = self.choices.as_deref().unwrap_or_default();
                let named: Vec<&str> = choices.iter().take(MOST_CHOICES_NAMED).map(String::as_str).collect();
                let more = if choices.len() > named.len() { ", …" } else { "" };
                format!("must be one of: {}{more}", named.join(", "))
            }
            FieldType::Date => "must be a date that can be no other, as 2026-01-31".to_owned(),
            FieldType::Phone => "must be a phone number".to_owned(),
            FieldType::Email => "must be an e-mail address, as in ann@example.com".to_owned(),
        }
    }

    /// The choice that is meant: written so, else without regard to case, else to blanks and punctuation.
    fn chosen(&self, text: &str) -> Result<&str, Wrong> {
        let choices = self.choices.as_deref().unwrap_or_default();
        let ways: [fn(&str) -> String; 3] =
            [|text| text.trim().to_owned(), |text| text::fold(text).trim().to_owned(), crate::attribution::plain];
        let meant = ways.into_iter().find_map(|way| {
            let sent = way(text);
            let mut same = choices.iter().filter(|choice| !sent.is_empty() && way(choice) == sent);
            same.next().filter(|_| same.next().is_none())
        });
        meant.map(String::as_str).ok_or_else(|| ("invalid_choice", self.must_be()))
    }

    /// Whether it is within the field's limits.
    fn within(&self, json: &str) -> Result<(), Wrong> {
        let text = || serde_json::from_str::<String>(json).unwrap_or_default();
        match self.kind {
            FieldType::Text if self.min.is_some() || self.max.is_some() => {
                let length = text().chars().count();
                // Nobody's text has as many characters as are not exact here.
                let chars = f64::from(u32::try_from(length).unwrap_or(u32::MAX));
                match self.outside(chars) {
                    Some((true, least)) => {
                        Err(("too_short", format!("must have {least} characters at least, and has {length}")))
                    }
                    Some((false, most)) => {
                        Err(("too_long", format!("must have {most} characters at most, and has {length}")))
                    }
                    None => Ok(()),
                }
            }
            FieldType::Number | FieldType::Integer => match self.outside(json.parse().unwrap_or_default()) {
                Some((true, least)) => Err(("out_of_range", format!("must be {least} or more"))),
                Some((false, most)) => Err(("out_of_range", format!("must be {most} or less"))),
                None => Ok(()),
            },
            FieldType::Date => {
                let date: Option<Date> = text().parse().ok();
                let limit = |limit: &Option<Limit>| match limit {
                    Some(Limit::Date(text)) => text.parse::<Date>().ok(),
                    _ => None,
                };
                match (date, limit(&self.min), limit(&self.max)) {
                    (Some(date), Some(min), _) if date < min => {
                        Err(("out_of_range", format!("must be {min} or later")))
                    }
                    (Some(date), _, Some(max)) if date > max => {
                        Err(("out_of_range", format!("must be {max} or earlier")))
                    }
                    _ => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    /// The limit that the value is beyond, and whether that is the lower one.
    fn outside(&self, value: f64) -> Option<(bool, String)> {
        let limit = |limit: &Option<Limit>| match limit {
            Some(Limit::Number(number)) => number.as_f64().map(|at| (at, number.to_string())),
            _ => None,
        };
        let below = limit(&self.min).filter(|(least, _)| value < *least).map(|(_, text)| (true, text));
        below.or_else(|| limit(&self.max).filter(|(most, _)| value > *most).map(|(_, text)| (false, text)))
    }
}

fn said_yes(sent: &Sent) -> Option<bool> {
    let text = match sent {
        Sent::Flag(flag) => return Some(*flag),
        Sent::Text(text) | Sent::Number(text) if text.len() <= MOST_OF_A_WORD => text::fold(text),
        _ => return None,
    };
    match text.trim() {
        "1" | "1.0" | "true" | "on" | "yes" | "y" | "t" | "checked" => Some(true),
        "0" | "0.0" | "false" | "off" | "no" | "n" | "f" | "unchecked" => Some(false),
        _ => None,
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
