//! What a form on a web page says beside the lead: where its visitor goes afterwards, and what tells a person from a program.
//! None of it is among the answers.

use std::time::Duration;

use super::names::{self, Own};
use super::platform::Sent;
use super::texts;
use crate::clock::Timestamp;
use crate::http::json::Value;
use crate::intake::Source;

/// Where the visitor's browser is sent once the lead is taken.
pub const REDIRECT: &str = "redirect_url";
/// When the form was opened: unix time in milliseconds, by the visitor's clock.
pub const OPENED: &str = "form_opened_at";
/// Nobody fills a form faster.
const FASTEST: Duration = Duration::from_secs(2);

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    /// As it was sent; the first where several were.
    pub redirect: Option<String>,
    /// The field that people don't see was filled.
    is_trapped: bool,
    opened_at: Option<i64>,
}

/// What gives a program away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Giveaway {
    Honeypot,
    TooFast,
}

impl Beside {
    /// Takes it out of the post. `honeypot`: the field that people don't see.
    pub fn taken_from(sent: &mut Sent, honeypot: Option<&str>) -> Self {
        let mut form = Self::default();
        match sent {
            Sent::Form(pairs) => pairs.retain(|(name, value)| {
                let part = name.strip_prefix("form_data").and_then(inner).unwrap_or(name);
                if name == REDIRECT {
                    let value = value.trim();
                    form.redirect = form.redirect.take().or_else(|| Some(value.to_owned()).filter(|v| !v.is_empty()));
                    return false;
                }
                !form.takes(part, honeypot, !value.trim().is_empty(), || value.trim().parse().ok())
            }),
            Sent::Json(Value::Object(members)) => {
                form.take_members(members, honeypot);
                for (_, value) in members.iter_mut().filter(|(name, _)| names::own(name) == Some(Own::FormData)) {
                    if let Value::Object(answers) = value {
                        form.take_members(answers, honeypot);
                    }
                }
            }
            Sent::Json(_) | Sent::Xml(_) => {}
        }
        form
    }

    fn take_members(&mut self, members: &mut Vec<(String, Value)>, honeypot: Option<&str>) {
        members.retain(|(name, value)| {
            let is_filled = !texts::is_blank(value) && *value != Value::Bool(false);
            !self.takes(name, honeypot, is_filled, || texts::one(value)?.parse().ok())
        });
    }

    /// Whether the field is one of these.
    fn takes(
        &mut self,
        name: &str,
        honeypot: Option<&str>,
        is_filled: bool,
        time: impl FnOnce() -> Option<i64>,
    ) -> bool {
        if honeypot == Some(name) {
            self.is_trapped |= is_filled;
            return true;
        }
        if name == OPENED {
            self.opened_at = self.opened_at.or_else(time);
            return true;
        }
        false
    }

    /// What gives away that no person filled it, by now. A clock that is ahead of ours says nothing.
    pub fn giveaway(&self, now: Timestamp) -> Option<Giveaway> {
        if self.is_trapped {
            return Some(Giveaway::Honeypot);
        }
        let took = now.as_micros().div_euclid(1_000).checked_sub(self.opened_at?)?;
        let is_too_fast = u64::try_from(took).is_ok_and(|took| Duration::from_millis(took) < FASTEST);
        is_too_fast.then_some(Giveaway::TooFast)
    }
}

impl Giveaway {
    /// The code under which the post is kept.
    pub fn code(self) -> &'static str {
        match self {
            Self::Honeypot => "honeypot",
            Self::TooFast => "filled_too_fast",
        }
    }

    /// For the operator.
    pub fn detail(self) -> &'static str {
        match self {
            Self::Honeypot => {
                "the field that people do not see was filled: a program sent it, and was answered like a person"
            }
            Self::TooFast => "the form was sent within 2 seconds: a program sent it, and was answered like a person",
        }
    }

    /// What gave it away.
    pub fn field(self, source: &Source) -> &str {
        match self {
            Self::Honeypot => source.honeypot.as_deref().unwrap_or_default(),
            Self::TooFast => OPENED,
        }
    }
}

/// `website` of `[website]` and `.website`.
fn inner(part: &str) -> Option<&str> {
    part.strip_prefix('.').or_else(|| part.strip_prefix('[')?.strip_suffix(']'))
}

#[cfg(test)]
mod tests {
    use super::{Beside, Giveaway};
    use crate::clock::Timestamp;
    use crate::http::json::parse;
    use crate::intake::formats::Sent;

    fn form(pairs: &[(&str, &str)]) -> (Beside, usize) {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let mut sent = Sent::Form(pairs);
        let form = Beside::taken_from(&mut sent, Some("website"));
        let Sent::Form(left) = sent else { panic!("it is a form") };
        (form, left.len())
    }

    #[test]
    fn what_is_the_forms_is_taken_out() {
        let now = Timestamp::from_micros(1_800_000_000_000_000).unwrap();
        let at = |seconds: i64| (1_800_000_000_000 - seconds * 1_000).to_string();
        for (pairs, redirect, giveaway, left) in [
            (
                &[("redirect_url", " https://a.example/x "), ("redirect_url", "b"), ("email", "a@b.example")][..],
                Some("https://a.example/x"),
                None,
                1,
            ),
            (&[("redirect_url", " "), ("website", " "), ("form_data[website]", "")], None, None, 0),
            (&[("website", "x"), ("email", "a")], None, Some(Giveaway::Honeypot), 1),
            (&[("form_data[website]", "x")], None, Some(Giveaway::Honeypot), 0),
            (&[("form_opened_at", &at(1))], None, Some(Giveaway::TooFast), 0),
            (&[("form_opened_at", &at(2))], None, None, 0),
            (&[("form_opened_at", &at(-1))], None, None, 0),
            (&[("form_opened_at", "soon")], None, None, 0),
            (&[("form_opened_at", "-9223372036854775808")], None, None, 0),
        ] {
            let (form, rest) = form(pairs);
            assert_eq!((form.redirect.as_deref(), form.giveaway(now), rest), (redirect, giveaway, left), "{pairs:?}");
        }
        let sent = r#"{"website": false, "form_opened_at": 1799999999500, "form_data": {"website": "x", "a": 1}}"#;
        let mut sent = Sent::Json(parse(sent.as_bytes()).unwrap());
        assert_eq!(Beside::taken_from(&mut sent, None).giveaway(now), Some(Giveaway::TooFast));
        let form = Beside::taken_from(&mut sent, Some("website"));
        assert_eq!(form.giveaway(now), Some(Giveaway::Honeypot));
        assert_eq!(sent.json().unwrap().to_text(), r#"{"form_data":{"a":1}}"#);
    }
}
