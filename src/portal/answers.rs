//! What a form's questions and answers look like to people. A form's keys are machine words (`project_type`) or the question
//! itself; its answers are texts, numbers, yes and no, or lists of them.

use crate::fields::NicheFields;
use crate::http::json::{self, Value};

/// A form may be as long as it likes; past this the page says that there is more.
const MAX_ANSWERS_PER_PAGE: usize = 200;

/// A question and what was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub question: String,
    pub answer: String,
}

/// All answers, in the form's order, but for what is `known` of the person anyway.
pub fn all(form_data: &str, known: &[&str]) -> Vec<Answer> {
    all_asked(form_data, known, &NicheFields::default())
}

/// The same under the labels of what the lead's niche asks.
pub fn all_asked(form_data: &str, known: &[&str], asked: &NicheFields) -> Vec<Answer> {
    members(form_data)
        .into_iter()
        .filter(|(_, value)| !known.contains(&said(value).as_str()))
        .map(|(key, value)| {
            let question = asked.label(&key).map_or_else(|| question(&key), str::to_owned);
            Answer { question, answer: said(&value) }
        })
        .filter(|answer| !answer.answer.is_empty())
        .take(MAX_ANSWERS_PER_PAGE)
        .collect()
}

/// What a person agreed to, in whatever shape it came.
pub fn evidence(consent: &str) -> Vec<Answer> {
    match json::parse(consent.as_bytes()) {
        Ok(Value::Object(_)) => all(consent, &[]),
        Ok(value) => vec![Answer { question: "Sent".to_owned(), answer: said(&value) }],
        Err(_) => Vec::new(),
    }
}

fn members(form_data: &str) -> Vec<(String, Value)> {
    match json::parse(form_data.as_bytes()) {
        Ok(Value::Object(members)) => members,
        _ => Vec::new(),
    }
}

/// `project_type` → `Project type`; a question stays one.
fn question(key: &str) -> String {
    let plain = key.replace(['_', '-'], " ");
    let plain = if key.contains(' ') { key.trim() } else { plain.trim() };
    let mut letters = plain.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn said(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "Yes".to_owned(),
        Value::Bool(false) => "No".to_owned(),
        Value::Number(number) => number.clone(),
        Value::String(text) => text.trim().to_owned(),
        Value::Array(items) => {
            let has_lines = items.iter().any(|item| matches!(item, Value::Object(_)));
            let texts: Vec<String> = items.iter().map(said).filter(|text| !text.is_empty()).collect();
            texts.join(if has_lines { "\n" } else { ", " })
        }
        Value::Object(members) => {
            let pairs = members.iter().filter_map(|(key, value)| {
                let (text, is_nested) = (said(value), matches!(value, Value::Object(_)));
                let text = if is_nested { format!("({text})") } else { text };
                (!text.is_empty() && text != "()").then(|| format!("{}: {text}", question(key)))
            });
            pairs.collect::<Vec<_>>().join("; ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, all};

    const FORM: &str = r#"{"email_2":"a@b.example","project_type":"Repair a leak","Where does it leak?":" Kitchen ",
        "urgent":true,"floors":2,"extras":["gutter","skylight"],"empty":"","none":null,"city":"Denver, CO",
        "roof":{"age_in_years":11,"color":null},"rooms":[{"name":"Attic","size":{"w":3,"h":4}},{"name":"Bath","size":{}}]}"#;

    #[test]
    fn answers_read_as_people_say_them() {
        let answers = all(FORM, &[]);
        let pairs: Vec<_> =
            answers.iter().map(|Answer { question, answer }| (question.as_str(), answer.as_str())).collect();
        assert_eq!(
            pairs,
            [
                ("Email 2", "a@b.example"),
                ("Project type", "Repair a leak"),
                ("Where does it leak?", "Kitchen"),
                ("Urgent", "Yes"),
                ("Floors", "2"),
                ("Extras", "gutter, skylight"),
                ("City", "Denver, CO"),
                ("Roof", "Age in years: 11"),
                ("Rooms", "Name: Attic; Size: (W: 3; H: 4)\nName: Bath"),
            ]
        );
    }

    #[test]
    fn what_is_known_and_what_nobody_answered_is_left_out() {
        let form = r#"{"Full name":"Ann Lee","User Phone":"+16505550123","SERVICE":"Roofing"}"#;
        let answers = all(form, &["Ann Lee", "+16505550123"]);
        assert_eq!(answers, [Answer { question: "SERVICE".to_owned(), answer: "Roofing".to_owned() }]);
    }
}
