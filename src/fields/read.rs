//! The answers of a lead, as its niche's fields mean them.

use super::field::Field;
use super::list::NicheFields;
use super::named::Told;
use crate::attribution;

/// What was found of a lead's answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// Each answer under its field's name, as its type means it where that is sure, else as it was sent; in the order of the
    /// fields, and behind them what the niche doesn't ask.
    pub form_data: String,
    pub findings: Vec<Finding>,
}

/// One answer that breaks its field, or is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The field's name.
    pub name: String,
    pub code: &'static str,
    pub detail: String,
}

impl Finding {
    /// Whether there is no answer at all.
    pub fn is_missing(&self) -> bool {
        self.code == "required"
    }
}

impl NicheFields {
    /// Reads the answers of this JSON object. `is_known`: whether what this field asks is known though it is not among the
    /// answers.
    pub fn read(&self, form_data: &str, country: &str, is_known: impl Fn(&Field) -> bool) -> Read {
        let Told { listed, rest } = self.told(attribution::members(form_data));
        let (mut members, mut findings) = (Vec::with_capacity(listed.len() + rest.len()), Vec::new());
        for (field, sent) in self.each().iter().zip(listed) {
            let answer = sent.as_deref().map_or(Ok(None), |json| field.answer(json, country));
            let mut find = |code, rest: &str| {
                let detail = format!("{} {rest}", field.name);
                findings.push(Finding { name: field.name.clone(), code, detail });
            };
            match &answer {
                Ok(None) if field.required && !is_known(field) => find("required", "is required"),
                Ok(_) => {}
                Err((code, rest)) => find(*code, rest),
            }
            let kept = answer.ok().flatten().or(sent);
            members.extend(kept.map(|json| (field.name.clone(), json)));
        }
        members.extend(rest);
        Read { form_data: attribution::object(&members), findings }
    }
}
