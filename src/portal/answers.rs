//! What a form's questions and answers look like to people. A form's keys are machine words (`project_type`) or the question
//! itself; its answers are texts, numbers, yes and no, or lists of them.

use super::words::cut;
use crate::http::json::{self, Value};

/// Answers that say who or where somebody is and not what they need.
const NOT_A_NEED: &[&str] =
    &["name", "email", "phone", "city", "state", "street", "address", "zip", "postal", "country", "consent", "date"];
/// Questions that ask for just that, in any form: their answers come first.
const A_NEED: &[&str] =
    &["need", "project", "service", "matter", "problem", "type", "what", "detail", "describe", "message"];
/// Answers that tell nothing without their question.
const SHORT: &[&str] = &["yes", "no", "not ", "none", "maybe", "prefer", "under ", "over "];
/// What is shown of a need, in characters.
const NEED: usize = 80;
/// How many answers make a need.
const ANSWERS: usize = 2;
/// A form may be as long as it likes; past this the page says that there is more.
const MOST: usize = 200;

/// A question and what was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub question: String,
    pub answer: String,
}

/// A platform's own numbers and times, which no person was asked for (formats.md, 4.1). The API has them.
const BOOKKEEPING: &[&str] = &[
    "api_version",
    "form_id",
    "campaign_id",
    "gcl_id",
    "adgroup_id",
    "creative_id",
    "asset_group_id",
    "lead_stage",
    "lead_submit_time",
];

/// All answers, in the form's order, but for what is `known` of the person anyway.
pub fn all(form_data: &str, known: &[&str]) -> Vec<Answer> {
    members(form_data)
        .into_iter()
        .filter(|(key, value)| !BOOKKEEPING.contains(&key.as_str()) && !known.contains(&said(value).as_str()))
        .map(|(key, value)| Answer { question: question(&key), answer: said(&value) })
        .filter(|answer| !answer.answer.is_empty())
        .take(MOST)
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

/// What somebody needs, in a line: the first answers that tell; empty where none does.
pub fn need(form_data: &str) -> String {
    let has = |words: &[&str], text: &str| words.iter().any(|word| text.contains(word));
    let mut answers: Vec<(bool, String)> = members(form_data)
        .into_iter()
        .filter(|(_, value)| matches!(value, Value::String(_)))
        .map(|(key, value)| (key.to_lowercase(), said(&value)))
        .filter(|(key, answer)| !has(NOT_A_NEED, key) && tells(answer))
        .map(|(key, answer)| (!has(A_NEED, &key), answer))
        .collect();
    // Stable: otherwise they stay in the form's order.
    answers.sort_by_key(|(other, _)| *other);
    let first: Vec<String> = answers.into_iter().take(ANSWERS).map(|(_, answer)| answer).collect();
    cut(&first.join(" · "), NEED)
}

fn tells(answer: &str) -> bool {
    let answer = answer.to_lowercase();
    answer.chars().any(char::is_alphabetic)
        && !SHORT.iter().any(|word| answer.strip_prefix(word).is_some_and(|rest| rest.len() < 20))
}

/// The place as the form names it, if it does: `Denver, CO`.
pub fn city(form_data: &str) -> Option<String> {
    let city = members(form_data).into_iter().find(|(key, _)| key.eq_ignore_ascii_case("city"));
    city.map(|(_, value)| cut(&said(&value), 40)).filter(|city| !city.is_empty())
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
        Value::Array(items) => items.iter().map(said).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", "),
        Value::Object(members) => {
            let pairs = members.iter().map(|(key, value)| format!("{}: {}", question(key), said(value)));
            pairs.collect::<Vec<_>>().join("; ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, all, city, need};

    const FORM: &str = r#"{"email_2":"a@b.example","project_type":"Repair a leak","Where does it leak?":" Kitchen ",
        "urgent":true,"floors":2,"extras":["gutter","skylight"],"empty":"","none":null,"city":"Denver, CO",
        "roof":{"age_in_years":11}}"#;

    #[test]
    fn a_need_is_the_first_answers_that_tell() {
        assert_eq!(need(FORM), "Repair a leak · Kitchen");
        let late =
            r#"{"owner":"Yes","age":"Not sure","budget":"$5,000","details":"Hail last week.","project_type":"Repair"}"#;
        assert_eq!(need(late), "Hail last week. · Repair");
        assert_eq!(need("{}"), "");
        assert_eq!(need("no JSON"), "");
        assert_eq!(need(&format!(r#"{{"story":"{}"}}"#, "é".repeat(200))).chars().count(), 80);
        assert_eq!(city(FORM).as_deref(), Some("Denver, CO"));
    }

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
            ]
        );
    }

    #[test]
    fn what_is_known_and_what_nobody_answered_is_left_out() {
        let form = r#"{"Full name":"Ann Lee","User Phone":"+16505550123","SERVICE":"Roofing","form_id":18698608977,"gcl_id":"x"}"#;
        let answers = all(form, &["Ann Lee", "+16505550123"]);
        assert_eq!(answers, [Answer { question: "SERVICE".to_owned(), answer: "Roofing".to_owned() }]);
    }
}
