//! A mail as it went over the wire, read back.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use leadhouse::mail::Kept;

/// A mail that was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Where the envelope goes.
    pub to: Vec<String>,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub message_id: String,
    /// All headers, unfolded.
    pub headers: Vec<(String, String)>,
}

impl Letter {
    pub fn of(kept: Kept) -> Self {
        let to = kept.mail.envelope.to().iter().map(ToString::to_string).collect();
        Self { to, ..Self::read(&String::from_utf8(kept.mail.bytes).expect("ASCII")) }
    }

    /// Reads the bytes of a mail.
    pub fn read(source: &str) -> Self {
        let (head, body) = source.split_once("\r\n\r\n").expect("a head and a body");
        let headers = headers(head);
        let header = |name: &str| {
            let found = headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let kind = header("content-type");
        let boundary = kind.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("parts");
        let part = |kind: &str| {
            let mark = format!("--{boundary}");
            let parts = body.split(mark.as_str());
            let found =
                parts.filter_map(|part| part.trim_start().split_once("\r\n\r\n")).find(|(head, _)| head.contains(kind));
            let (head, body) = found.unwrap_or_else(|| panic!("no {kind} in {source}"));
            decoded(head, body).trim_end().replace("\r\n", "\n")
        };
        Self {
            to: vec![header("to")],
            subject: words(&header("subject")),
            text: part("text/plain"),
            html: part("text/html"),
            message_id: header("message-id"),
            headers,
        }
    }

    /// A header's value; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
    }
}

fn headers(head: &str) -> Vec<(String, String)> {
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let lines = unfolded.lines().filter_map(|line| line.split_once(": "));
    lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn decoded(head: &str, body: &str) -> String {
    let lower = head.to_lowercase();
    if lower.contains("base64") {
        let packed: String = body.split_whitespace().collect();
        return String::from_utf8(BASE64_STANDARD.decode(packed).expect("base64")).expect("UTF-8");
    }
    if !lower.contains("quoted-printable") {
        return body.to_owned();
    }
    let joined = body.replace("=\r\n", "");
    let (mut bytes, mut rest) = (Vec::new(), joined.as_bytes());
    while let Some((first, others)) = rest.split_first() {
        let hex = others.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        if let (b'=', Some(byte)) = (first, hex) {
            bytes.push(byte);
            rest = &others[2..];
        } else {
            bytes.push(*first);
            rest = others;
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// `=?utf-8?b?…?=` words, decoded.
fn words(text: &str) -> String {
    let decode = |word: &str| {
        let packed = word.strip_prefix("=?utf-8?b?").and_then(|rest| rest.strip_suffix("?="));
        packed.map(|packed| String::from_utf8(BASE64_STANDARD.decode(packed).expect("base64")).expect("UTF-8"))
    };
    let mut said = String::new();
    let mut before_coded = true;
    for word in text.split(' ') {
        let (word, coded) = decode(word).map_or((word.to_owned(), false), |word| (word, true));
        if !(said.is_empty() || coded && before_coded) {
            said.push(' ');
        }
        said += &word;
        before_coded = coded;
    }
    said
}
