//! The forms beside a lead as they stand: what was written into them is kept, whatever became of it.

use super::words;
use crate::http::Given;
use crate::returns::{APPEAL_LENGTH, Appeal};
use crate::text::{self, cut};

/// A code, its name and what it means.
pub struct Reason {
    pub code: &'static str,
    pub name: &'static str,
    pub hint: &'static str,
    pub chosen: bool,
}

/// The form as it stands.
pub struct RejectForm {
    pub reasons: Vec<Reason>,
    pub text: String,
    pub chars: usize,
    pub price: String,
    /// What is wrong with the text.
    pub wrong: Option<String>,
    /// What is wrong with the choice.
    pub unchosen: bool,
}

/// The reasons, as people say them.
pub fn reasons(chosen: &str) -> Vec<Reason> {
    [
        ("bad_contact", "Wrong number or e-mail", "The phone or address does not reach this person"),
        ("duplicate", "Duplicate", "You already have this person for the same job"),
        ("out_of_area", "Out of area", "Outside the postal codes of your subscription"),
        ("wrong_niche", "Wrong niche", "A different trade than you subscribe to"),
        ("spam", "Spam", "Not a real request"),
        ("not_interested", "Not interested", "The person did not ask, or no longer wants it"),
        ("other", "Other", "Say what in your own words"),
    ]
    .into_iter()
    .map(|(code, name, hint)| Reason { code, name, hint, chosen: code == chosen })
    .collect()
}

/// A note's most, in characters.
pub const MOST_NOTE: usize = 500;
/// Of what was written where nothing came of it, this much is shown again.
const MOST_KEPT: usize = 1_500;

/// Why nothing was changed.
#[derive(Debug, Clone, Default)]
pub struct Wrong {
    pub heading: &'static str,
    pub text: String,
    /// The field to be looked at.
    pub at: Option<&'static str>,
    /// How the lead stands instead.
    pub stands: String,
    /// What was written.
    pub kept: String,
}

impl Wrong {
    /// About the whole: no field is to blame.
    pub fn of(heading: &'static str, text: impl Into<String>) -> Self {
        Self { heading, text: text.into(), ..Self::default() }
    }

    /// With what was written, which has no field any more.
    pub fn keeping(self, written: &str) -> Self {
        Self { kept: cut(&text::said(written), MOST_KEPT), ..self }
    }
}

/// An option of a list.
#[derive(Debug, Clone, Copy)]
pub struct Choice {
    pub value: &'static str,
    pub name: &'static str,
    pub chosen: bool,
}

/// The note of an attempt.
#[derive(Debug, Clone, Default)]
pub struct NoteForm {
    kind: String,
    result: String,
    pub text: String,
    pub wrong: Option<String>,
    /// What is wrong is what was chosen.
    pub unchosen: bool,
}

impl NoteForm {
    /// As it was sent; `None`: nothing is wrong with it that its reader could put right.
    pub fn of(given: &Given) -> Self {
        let note = given.text("note");
        let chars = text::trim(note).chars().count();
        let form = Self {
            kind: given.text("kind").to_owned(),
            result: given.text("result").to_owned(),
            text: note.to_owned(),
            ..Self::default()
        };
        let chosen = |list: &[Choice]| list.iter().any(|choice| choice.chosen);
        if chars > MOST_NOTE {
            let wrong = format!("Write at most {MOST_NOTE} characters. You wrote {}.", many(chars));
            Self { wrong: Some(wrong), ..form }
        } else if !chosen(&form.kinds()) || !chosen(&form.results()) {
            let wrong = "Choose what you did and what came of it.".to_owned();
            Self { wrong: Some(wrong), unchosen: true, ..form }
        } else {
            let wrong = "The note holds characters that can’t be kept. Write it in one line, as plain text.".to_owned();
            Self { wrong: Some(wrong), ..form }
        }
    }

    pub fn kinds(&self) -> Vec<Choice> {
        choices(&[("call", "Called"), ("text", "Texted"), ("mail", "Mailed")], &self.kind)
    }

    pub fn results(&self) -> Vec<Choice> {
        let all = [
            ("no_answer", "No answer"),
            ("reached", "Reached"),
            ("wrong_number", "Wrong number"),
            ("bounced", "Bounced"),
            ("other", "Other"),
        ];
        choices(&all, &self.result)
    }

    pub fn chars(&self) -> usize {
        text::trim(&self.text).chars().count()
    }
}

fn many(n: usize) -> String {
    words::count(n.try_into().unwrap_or(u64::MAX))
}

fn choices(all: &[(&'static str, &'static str)], chosen: &str) -> Vec<Choice> {
    all.iter().map(|(value, name)| Choice { value, name, chosen: *value == chosen }).collect()
}

/// Why a denial should be looked at again.
#[derive(Debug, Clone, Default)]
pub struct AppealForm {
    pub until: String,
    pub text: String,
    pub wrong: Option<String>,
}

impl AppealForm {
    /// As it was sent, with what is wrong with it.
    pub fn of(given: &Given) -> Self {
        let text = given.text("text");
        let (least, most) = (APPEAL_LENGTH.start(), APPEAL_LENGTH.end());
        let wrong = match Appeal::new(text) {
            Ok(_) => "It holds characters that can’t be kept. Write plain text.".to_owned(),
            Err(0) => format!("Say why, in at least {least} characters."),
            Err(chars) if chars < *least => format!("Write at least {least} characters. You wrote {chars}."),
            Err(chars) => format!("Write at most {} characters. You wrote {}.", many(*most), many(chars)),
        };
        Self { text: text.to_owned(), wrong: Some(wrong), ..Self::default() }
    }

    pub fn chars(&self) -> usize {
        text::said(&self.text).chars().count()
    }
}
