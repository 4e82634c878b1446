//! The form of a platform: its questions with what was answered, and what else the platform says about the lead.

use super::contact::{self, Candidate, Contact};
use super::names::{self, Common};
use super::reading::Reading;
use super::{answers, texts};
use crate::attribution;
use crate::http::json::Value;
use crate::intake::{Flag, Flags, Source};

/// One question, and what was answered to it.
#[derive(Debug)]
pub struct Question {
    /// What the form calls it: its text, else its id.
    pub label: String,
    /// What the platform calls it.
    pub id: String,
    /// What of the person it asks for, where the platform says so.
    pub of: Option<Common>,
    pub value: Value,
}

/// A form that was filled in, as its platform tells of it.
#[derive(Debug, Default)]
pub struct FilledForm {
    pub questions: Vec<Question>,
    /// What else is answered; names of attribution among it are told apart.
    pub others: Vec<(String, Value)>,
    /// Where the lead came from, under whatever names.
    pub about: Vec<(String, Value)>,
    pub external_id: Option<String>,
    /// Whether the platform gives each lead an id.
    pub expects_id: bool,
    pub is_test: bool,
    pub utm_source: Option<&'static str>,
    pub utm_campaign: Option<String>,
    /// Where the answers stand in the body, for findings: a JSON pointer without `#/`.
    pub place: &'static str,
}

/// After what the platform says itself.
const BY_LABEL: usize = 100;

impl FilledForm {
    /// The submission, with what is wrong with it.
    pub fn read(self, source: &Source, mut flags: Flags) -> Reading {
        let mut found: Vec<Candidate<'_>> = self.questions.iter().filter_map(Question::candidate).collect();
        if !found.iter().any(|one| matches!(one.of, Common::Email | Common::Phone) && !texts::is_blank(one.value)) {
            let all = self.questions.iter();
            found.extend(all.filter_map(|one| contact::answered(&one.label, &one.value, &source.country)));
        }
        let contact = Contact::find(found, &source.country, &mut flags);
        let is_right = contact.is_reachable() || self.is_test;
        let errors = if is_right { Vec::new() } else { contact.findings(self.place, self.place) };
        if self.expects_id && self.external_id.is_none() {
            flags.raise(Flag::ExternalIdMissing);
        }
        let mut submission = contact.into_submission();
        submission.external_id = self.external_id;
        submission.is_test = self.is_test;
        submission.utm_source = self.utm_source.map(str::to_owned);
        submission.utm_campaign = self.utm_campaign;
        let (marks, unknown): (Vec<_>, Vec<_>) =
            self.others.into_iter().partition(|(name, _)| attribution::is_attribution(name));
        let answered = self.questions.into_iter().map(|one| (one.label, one.value)).chain(unknown).collect();
        // A question may be called `form_id`; a click id is none.
        let hidden = answers::keep(answered, attribution::is_mark, &mut submission, &mut flags);
        let about = self.about.iter().chain(&marks).map(|(name, value)| (name.clone(), value.to_text()));
        answers::came_from(about.chain(hidden).collect(), &mut submission, &mut flags);
        submission.flags = flags;
        Reading { submission, errors }
    }
}

impl Question {
    /// What of the person it is: as the platform says, else by its id, else by what a question of the operator's is called.
    fn candidate(&self) -> Option<Candidate<'_>> {
        let by_label = || names::common(&self.label).map(|(of, rank)| (of, rank + BY_LABEL));
        let (of, rank) = self.of.map(|of| (of, 0)).or_else(|| names::common(&self.id)).or_else(by_label)?;
        Some(Candidate { of, rank, value: &self.value, place: None })
    }
}
