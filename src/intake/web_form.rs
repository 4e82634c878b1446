//! Where forms on the sites of others may post from, and where whoever filled one in is sent on to.

use serde::{Serialize, Serializer};

use crate::db::{Cell, Column, Json, Param, Value};
use crate::error::Result;

/// Some hosts or origins, each once, in the order they were given in. Kept as a JSON list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sites(Json);

impl Sites {
    /// Hosts by their names, in lower case: `www.example.com`. `Err`: the places of those that are none.
    pub fn hosts(list: &[String]) -> Result<Self, Vec<usize>> {
        Self::of(list, |text| Some(text.to_ascii_lowercase()).filter(|host| is_host(host)))
    }

    /// Origins as browsers send them (RFC 6454): `https://www.example.com`, with a port where it is not the scheme's own;
    /// `*`: any. `Err`: the places of those that are none.
    pub fn origins(list: &[String]) -> Result<Self, Vec<usize>> {
        Self::of(list, origin)
    }

    fn of(list: &[String], read: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<usize>> {
        let (mut sites, mut wrong): (Vec<String>, Vec<usize>) = (Vec::new(), Vec::new());
        for (at, text) in list.iter().enumerate() {
            match read(text.trim()) {
                Some(site) if sites.contains(&site) => {}
                Some(site) => sites.push(site),
                None => wrong.push(at),
            }
        }
        if wrong.is_empty() { Ok(Self(Json(serde_json::json!(sites).to_string()))) } else { Err(wrong) }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.0 == "[]"
    }

    /// Borrowed from the JSON, which nothing is escaped in.
    pub fn each(&self) -> Vec<&str> {
        serde_json::from_str(&self.0.0).unwrap_or_default()
    }
}

impl Default for Sites {
    fn default() -> Self {
        Self(Json("[]".to_owned()))
    }
}

/// A name of DNS or an IPv4 address, in lower case.
fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

fn origin(text: &str) -> Option<String> {
    let text = text.to_ascii_lowercase();
    if text == "*" {
        return Some(text);
    }
    let text = text.strip_suffix('/').unwrap_or(&text);
    let (scheme, rest) = text.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https"))?;
    let (host, port) = rest.split_once(':').map_or((rest, None), |(host, port)| (host, Some(port)));
    if !is_host(host) {
        return None;
    }
    let Some(port) = port else { return Some(text.to_owned()) };
    let number = port.parse::<u16>().ok().filter(|number| *number > 0 && number.to_string() == port)?;
    // Browsers leave out the port that the scheme has anyway.
    let is_usual = matches!((scheme, number), ("http", 80) | ("https", 443));
    Some(if is_usual { format!("{scheme}://{host}") } else { text.to_owned() })
}

impl Serialize for Sites {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.each().serialize(serializer)
    }
}

impl Param for Sites {
    fn value(&self) -> Value<'_> {
        self.0.value()
    }
}

impl Column for Sites {
    fn decode(cell: &Cell<'_>) -> Result<Self> {
        Json::decode(cell).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::Sites;

    fn texts(list: &[&str]) -> Vec<String> {
        list.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn hosts_are_names() {
        let hosts = Sites::hosts(&texts(&["WWW.example.com", "www.example.com", "127.0.0.1", "localhost"]));
        assert_eq!(hosts.map(|hosts| hosts.each().join(" ")), Ok("www.example.com 127.0.0.1 localhost".to_owned()));
        for wrong in
            ["", "a b", "https://a.example", "a.example/", "a.example:80", "-a.example", "a..example", "*", "ä.example"]
        {
            assert_eq!(Sites::hosts(&texts(&[wrong])), Err(vec![0]), "{wrong}");
        }
    }

    #[test]
    fn origins_are_as_browsers_send_them() {
        for (given, kept) in [
            ("https://WWW.example.com/", "https://www.example.com"),
            ("https://a.example:443", "https://a.example"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("*", "*"),
        ] {
            assert_eq!(Sites::origins(&texts(&[given])).map(|sites| sites.each().join(" ")), Ok(kept.to_owned()));
        }
        for wrong in
            ["", "a.example", "ftp://a.example", "https://a.example/b", "https://u@a.example", "https://a:0", "null"]
        {
            assert_eq!(Sites::origins(&texts(&[wrong])), Err(vec![0]), "{wrong}");
        }
    }
}
