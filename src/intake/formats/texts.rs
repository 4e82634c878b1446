//! Texts as a lead keeps them: without control characters, within their lengths.

use sha2::{Digest, Sha256};

use crate::http::json::Value;
use crate::intake::{Flag, Flags};
use crate::text;

/// What a text of a lead may have at most, in Unicode scalar values.
pub const NAME: usize = 200;
pub const POSTAL_CODE: usize = 20;
pub const EXTERNAL_ID: usize = 255;
pub const UTM: usize = 500;
pub const URL: usize = 4_000;

/// A value that is one text: a number reads as its digits. `None` where there is nothing to read.
pub fn one(value: &Value) -> Option<&str> {
    let (Value::String(text) | Value::Number(text)) = value else { return None };
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// The texts of a value: of a list those in it.
pub fn each(value: &Value) -> impl Iterator<Item = &str> {
    let items = if let Value::Array(items) = value { items.as_slice() } else { std::slice::from_ref(value) };
    items.iter().filter_map(one)
}

/// Whether nothing was said.
pub fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.iter().all(is_blank),
        _ => false,
    }
}

/// In one line: a line break or a tab is a blank, other control characters are nothing.
pub fn clean(text: &str) -> String {
    if !text.chars().any(char::is_control) {
        return text.trim().to_owned();
    }
    let line: String =
        text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !c.is_control()).collect();
    line.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The text within `most`, and whether something of it is gone.
pub fn cut(text: String, most: usize) -> (String, bool) {
    match text.char_indices().nth(most).and_then(|(end, _)| text.get(..end)) {
        Some(beginning) => (beginning.trim_end().to_owned(), true),
        None => (text, false),
    }
}

/// The postal code in an address: the word with digits, or two of them side by side. `None` where there are more.
pub fn code_in(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let has_digit = |word: &&str| word.bytes().any(|b| b.is_ascii_digit());
    let (first, last) = (words.iter().position(has_digit)?, words.iter().rposition(has_digit)?);
    let code = words.get(first..=last).filter(|words| words.len() <= 2)?.join(" ");
    (code.len() <= POSTAL_CODE).then_some(code)
}

/// A person's name; `None` where it is nothing but what cannot be seen.
pub fn name(sent: &str, flags: &mut Flags) -> Option<String> {
    let line = clean(sent);
    if text::trim(&line).is_empty() {
        return None;
    }
    if sent.trim().chars().any(char::is_control) {
        flags.raise(Flag::NameCleaned);
    }
    let (name, is_cut) = cut(line, NAME);
    if is_cut {
        flags.raise(Flag::NameCut);
    }
    Some(name)
}

/// A sender's id: one that is too long keeps its beginning and what tells it from others that begin alike.
pub fn external_id(sent: &str, flags: &mut Flags) -> Option<String> {
    let line = clean(sent);
    if line.chars().count() <= EXTERNAL_ID {
        return Some(line).filter(|line| !line.is_empty());
    }
    flags.raise(Flag::ExternalIdCut);
    let digest = text::hex(&Sha256::digest(&line));
    let (beginning, _) = cut(line, EXTERNAL_ID - digest.len() - 1);
    Some(format!("{beginning}#{digest}"))
}

/// A text that tells where a lead came from.
pub fn attribution(sent: &str, most: usize, flags: &mut Flags) -> Option<String> {
    let (line, is_cut) = cut(clean(sent), most);
    if is_cut {
        flags.raise(Flag::AttributionCut);
    }
    Some(line).filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{clean, code_in, external_id, name};
    use crate::intake::{Flag, Flags};

    #[test]
    fn a_line_has_no_control_characters() {
        for (sent, kept) in [
            (" Ann\tLee\r\n", "Ann Lee"),
            ("Bob\r\nBcc: v@evil.com", "Bob Bcc: v@evil.com"),
            ("B\u{1b}[31mob", "B[31mob"),
            ("Bo\u{7f}b\u{85}", "Bob"),
            ("Zoë  O'Hara", "Zoë  O'Hara"),
        ] {
            assert_eq!(clean(sent), kept);
        }
    }

    #[test]
    fn a_code_is_found_in_an_address() {
        for (text, code) in [
            ("Denver, Colorado 80211-1234, USA", Some("80211-1234")),
            ("London, Greater London E16 2AA", Some("E16 2AA")),
            ("123 Main Street, Denver 80211", None),
            ("somewhere in the middle of Colorado", None),
            ("888888888888888888888888", None),
            ("", None),
        ] {
            assert_eq!(code_in(text).as_deref(), code, "{text}");
        }
    }

    #[test]
    fn what_is_too_long_is_cut_and_said() {
        let mut flags = Flags::default();
        assert_eq!(name(&"é".repeat(200), &mut flags).map(|name| name.chars().count()), Some(200));
        assert_eq!(flags, Flags::default());
        assert_eq!(name(&"é".repeat(301), &mut flags).map(|name| name.chars().count()), Some(200));
        assert_eq!(name("\u{200b}\t", &mut flags), None);
        let ids = ["a", "b"].map(|end| external_id(&("x".repeat(300) + end), &mut flags).unwrap());
        assert!(ids[0] != ids[1] && ids[0].chars().count() == 255, "{ids:?}");
        let mut raised = Flags::default();
        raised.raise(Flag::NameCut);
        raised.raise(Flag::ExternalIdCut);
        assert_eq!(flags, raised);
    }
}
