//! What a lead is about, in a line: what somebody needs, and where. A form's keys are machine words (`project_type`) or the
//! question itself; its answers are texts, numbers, yes and no, or lists of them.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::attribution;
use crate::fields::{Field, FieldType, NicheFields};
use crate::text::{self, cut};

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
/// And of a place.
const PLACE: usize = 60;
/// How many answers make a need.
const ANSWERS: usize = 2;
/// As many digits as this in an answer could be somebody's number.
const A_NUMBER: usize = 7;

/// A form's answers, read once for all that is told of them.
pub struct Form<'a> {
    answers: Vec<(Cow<'a, str>, Answer<'a>)>,
    /// What the lead's niche asks.
    asked: NicheFields,
}

/// What somebody answered, as far as it can be told in a line.
enum Answer<'a> {
    Text(Cow<'a, str>),
    Number(String),
    Flag(bool),
    /// A list, an object, or nothing.
    Other,
}

impl<'a> Form<'a> {
    /// The answers of this JSON object, in their order; none where it is no object.
    pub fn read(form_data: &'a str) -> Self {
        serde_json::from_str(form_data).unwrap_or(Self { answers: Vec::new(), asked: NicheFields::default() })
    }

    /// The same where the niche asks these: what it asks tells by its label, in its order. The answers are those that the niche
    /// shows ([`NicheFields::shown`]).
    #[must_use]
    pub fn asked(self, asked: &NicheFields) -> Self {
        Self { asked: asked.clone(), ..self }
    }

    /// What somebody needs, in a line: the first answers that tell; empty where none does.
    pub fn need(&self) -> String {
        let listed = self.listed();
        if !listed.is_empty() {
            return line(listed.iter().map(|(_, told)| told.as_str()).take(ANSWERS));
        }
        line(self.telling().into_iter().take(ANSWERS))
    }

    /// The same for whoever should not learn by it who somebody is: answers that hold an address, a number or the person's
    /// `name` are passed over.
    pub fn anonymous_need(&self, name: Option<&str>) -> String {
        let name = text::fold(name.unwrap_or_default());
        let is_part = |part: &&str| part.chars().count() > 1;
        let names: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).filter(is_part).collect();
        let reveals = |answer: &str| {
            let folded = text::fold(answer);
            folded.contains('@')
                || folded.chars().filter(char::is_ascii_digit).count() >= A_NUMBER
                || folded.split(|c: char| !c.is_alphanumeric()).any(|word| names.contains(&word))
        };
        let listed = self.listed();
        if !listed.is_empty() {
            let safe = listed.iter().filter(|(answer, _)| !reveals(answer)).map(|(_, told)| told.as_str());
            return line(safe.take(ANSWERS));
        }
        line(self.telling().into_iter().filter(|answer| !reveals(answer)).take(1))
    }

    /// What the niche asks and somebody answered, but for who and where they are: the answer, and it with its label.
    fn listed(&self) -> Vec<(Cow<'_, str>, String)> {
        let told = |field: &Field| {
            let is_contact = matches!(field.kind, FieldType::Phone | FieldType::Email);
            if is_contact || has(NOT_A_NEED, &field.name) && field.kind != FieldType::Date {
                return None;
            }
            let (_, answer) = self.answers.iter().find(|(key, _)| *key == field.name)?;
            let answer = answer.said();
            let colon = if field.label.ends_with(['?', ':', '.', '!']) { "" } else { ":" };
            (!answer.is_empty()).then(|| {
                let told = format!("{}{colon} {answer}", field.label);
                (answer, told)
            })
        };
        self.asked.visible().filter_map(told).collect()
    }

    /// `Denver, CO 80211`, as much of it as there is.
    pub fn place(&self, postal_code: Option<&str>) -> String {
        let city = self.answers.iter().find(|(key, _)| key.eq_ignore_ascii_case("city"));
        let city = city.map(|(_, answer)| cut(answer.plain(), 40)).filter(|city| !city.is_empty());
        let parts: Vec<String> = [city, postal_code.map(str::to_owned)].into_iter().flatten().collect();
        cut(&clean(&parts.join(" ")), PLACE)
    }

    /// The answers that tell, those to questions that ask for a need before the others. Where a lead came from is no need,
    /// though it stands among the answers of old leads.
    fn telling(&self) -> Vec<&str> {
        let texts = self.answers.iter().filter(|(_, answer)| matches!(answer, Answer::Text(_)));
        let mut answers: Vec<(bool, &str)> = texts
            .map(|(key, answer)| (key, answer.plain()))
            .filter(|(key, answer)| !has(NOT_A_NEED, key) && tells(answer))
            .filter(|(key, _)| !attribution::is_attribution(key))
            .map(|(key, answer)| (!has(A_NEED, key), answer))
            .collect();
        // Stable: otherwise they stay in the form's order.
        answers.sort_by_key(|(other, _)| *other);
        answers.into_iter().map(|(_, answer)| answer).collect()
    }
}

impl Answer<'_> {
    fn plain(&self) -> &str {
        match self {
            Answer::Text(text) => text.trim(),
            Answer::Number(number) => number,
            Answer::Flag(_) | Answer::Other => "",
        }
    }

    /// The same with yes and no.
    fn said(&self) -> Cow<'_, str> {
        match self {
            Answer::Flag(true) => "Yes".into(),
            Answer::Flag(false) => "No".into(),
            other => other.plain().into(),
        }
    }
}

fn tells(answer: &str) -> bool {
    let is_short = |word: &&str| begins(answer.as_bytes(), word) && answer.len() < word.len() + 20;
    answer.chars().any(char::is_alphabetic) && !SHORT.iter().any(is_short)
}

/// Whether the text holds one of these words, in whatever case. Asked of each answer of each lead on a page, so nothing is
/// allocated here, and no searcher is built for texts this short.
fn has(words: &[&str], text: &str) -> bool {
    let text = text.as_bytes();
    (0..text.len()).any(|at| text.get(at..).is_some_and(|rest| words.iter().any(|word| begins(rest, word))))
}

/// Whether the text begins with the word, which is in lower case.
#[inline]
fn begins(text: &[u8], word: &str) -> bool {
    let word = word.as_bytes();
    // Most words are told by their first letter.
    text.first().map(u8::to_ascii_lowercase) == word.first().copied()
        && text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

fn line<'a>(answers: impl Iterator<Item = &'a str>) -> String {
    cut(&clean(&answers.collect::<Vec<_>>().join(" · ")), NEED)
}

/// In one line: what people wrote over several, or with what no line can hold.
fn clean(text: &str) -> Cow<'_, str> {
    let mut before = ' ';
    let mut is_line = text.chars().all(|c| {
        let fits = !c.is_control() && (!c.is_whitespace() || c == ' ' && before != ' ');
        before = c;
        fits
    });
    is_line &= before != ' ';
    if is_line {
        return Cow::Borrowed(text);
    }
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    Cow::Owned(spaced.split_whitespace().collect::<Vec<_>>().join(" "))
}

impl<'de: 'a, 'a> Deserialize<'de> for Form<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Form<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Form<'de>, A::Error> {
                let mut answers = Vec::new();
                while let Some((Lent(key), answer)) = map.next_entry()? {
                    answers.push((key, answer));
                }
                Ok(Form { answers, asked: NicheFields::default() })
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

/// A text that is copied only where the JSON escapes something in it.
#[derive(Deserialize)]
struct Lent<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Answer<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Answer<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an answer")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Answer::Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Answer::Text(Cow::Owned(text.to_owned())))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
                Ok(Answer::Number(number.to_string()))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Answer::Number(number.to_string()))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
                Ok(Answer::Number(serde_json::Value::from(number).to_string()))
            }

            fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
                Ok(Answer::Flag(flag))
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Answer::Other)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Answer::Other)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Answer::Other)
            }
        }

        deserializer.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use super::Form;

    fn need(form: &str) -> String {
        Form::read(form).need()
    }

    fn anonymous_need(form: &str, name: Option<&str>) -> String {
        Form::read(form).anonymous_need(name)
    }

    fn place(form: &str, postal_code: Option<&str>) -> String {
        Form::read(form).place(postal_code)
    }

    const FORM: &str = r#"{"work_email":"a@b.example","urgent":true,"floors":2,"extras":["gutter"],"empty":"","none":null,
        "project_type":"Repair a leak","Where does it leak?":" Kitchen ","city":"Denver, CO","roof":{"age":11}}"#;

    #[test]
    fn a_need_is_the_first_answers_that_tell() {
        assert_eq!(need(FORM), "Repair a leak · Kitchen");
        let late =
            r#"{"owner":"Yes","age":"Not sure","budget":"$5,000","details":"Hail last week.","project_type":"Repair"}"#;
        assert_eq!(need(late), "Hail last week. · Repair");
        assert_eq!(need(r#"{"utm_term":"cheap roofs","gclid":"Cj0KC","story":"It leaks"}"#), "It leaks");
        assert_eq!(need("{}"), "");
        assert_eq!(need("no JSON"), "");
        assert_eq!(
            need(r#"{"Work_EMail":"a@b.example","Roof":"Tile","PROJECT":"Räumen","gclid":"Cj0KC"}"#),
            "Räumen · Tile"
        );
        assert_eq!(
            need(r#"{"a":"YES, and more","b":"NOT now, but when the snow is gone","c":" two  words "}"#),
            "NOT now, but when the snow is gone · two words"
        );
        assert_eq!(need(r#"{"details":"It leaks\r\n\tand\u0000 drips"}"#), "It leaks and drips");
        assert_eq!(need(&format!(r#"{{"story":"{}"}}"#, "é".repeat(200))).chars().count(), 80);
    }

    #[test]
    fn a_place_is_as_much_of_it_as_there_is() {
        assert_eq!(place(FORM, Some("80211")), "Denver, CO 80211");
        assert_eq!(place("{}", Some("80211")), "80211");
        assert_eq!(place(r#"{"City":"Denver\nBcc: x"}"#, None), "Denver Bcc: x");
        assert_eq!(place("", None), "");
    }

    #[test]
    fn who_somebody_is_can_not_be_told_from_an_anonymous_need() {
        for (answer, told) in [
            ("Leak repair", "Leak repair"),
            ("Call 303 555-0142 please", ""),
            ("write to ann@example.org", ""),
            ("This is Ann Lee, the roof leaks", ""),
            ("ANN, roof leaks", ""),
            ("An annex needs a roof of 1,200 sq ft", "An annex needs a roof of 1,200 sq ft"),
        ] {
            let form = serde_json::json!({ "details": answer }).to_string();
            assert_eq!(anonymous_need(&form, Some("Ann Lee")), told, "{answer}");
        }
        let form = r#"{"details":"Ann here","project_type":"Leak repair","roof":"Tile"}"#;
        assert_eq!(anonymous_need(form, Some("Ann Lee")), "Leak repair");
    }
}
