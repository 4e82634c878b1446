//! What a person agreed to, as far as a buyer may see it: the text, where and when, and certificates that are some.

use serde::Serialize;

use crate::attribution;

/// Where `TrustedForm`'s certificates are; nothing else is one.
const TRUSTEDFORM: &str = "https://cert.trustedform.com/";
/// Longer ones there are none.
const MAX_URL: usize = 2_000;

/// The evidence; what was not sent, or is not what it is said to be, is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Evidence {
    pub text: Option<String>,
    /// The page; without its query where that tells where somebody came from.
    pub url: Option<String>,
    pub ip: Option<String>,
    pub at: Option<String>,
    pub trustedform_cert_url: Option<String>,
    pub jornaya_leadid: Option<String>,
}

/// Whether this is the address of a certificate of `TrustedForm`'s.
pub fn is_trustedform(text: &str) -> bool {
    let rest = text.strip_prefix(TRUSTEDFORM).filter(|_| text.len() <= MAX_URL);
    rest.is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&b))
    })
}

/// Whether this has the form of a Jornaya id: a GUID in 36 characters.
pub fn is_jornaya(text: &str) -> bool {
    let is_dash = |at: usize| matches!(at, 8 | 13 | 18 | 23);
    let fits = |(at, b): (usize, u8)| if is_dash(at) { b == b'-' } else { b.is_ascii_hexdigit() };
    text.len() == 36 && text.bytes().enumerate().all(fits)
}

impl Evidence {
    /// Of a consent as it was sent; `None` where nothing of it can be shown.
    pub fn of(consent: &str) -> Option<Self> {
        let text = |json: &str| serde_json::from_str::<String>(json).ok().filter(|text| !text.trim().is_empty());
        let mut found = Self { text: text(consent), ..Self::default() };
        for (name, json) in attribution::members(consent) {
            let Some(said) = text(&json) else { continue };
            match name.as_str() {
                "text" => found.text = Some(said),
                "url" => found.url = Some(without_tracking(said)),
                "ip" => found.ip = Some(said),
                "at" => found.at = Some(said),
                "trustedform_cert_url" => {
                    found.trustedform_cert_url = Some(said.trim().to_owned()).filter(|url| is_trustedform(url));
                }
                "jornaya_leadid" => {
                    found.jornaya_leadid = Some(said.trim().to_owned()).filter(|id| is_jornaya(id));
                }
                _ => {}
            }
        }
        (found != Self::default()).then_some(found)
    }
}

/// Which campaign brought somebody is the operator's business, also where it stands in the page's address.
fn without_tracking(url: String) -> String {
    let Some((page, query)) = url.split_once('?') else { return url };
    let mut names = query.split(['&', '#', '?', ';']).map(|part| part.split('=').next().unwrap_or(part));
    if names.any(attribution::is_attribution) { page.to_owned() } else { url }
}

#[cfg(test)]
mod tests {
    use super::{Evidence, is_jornaya, is_trustedform};

    #[test]
    fn certificates_are_told_by_their_form() {
        assert!(is_trustedform("https://cert.trustedform.com/0123456789abcdef"));
        for none in [
            "https://cert.trustedform.com/",
            "http://cert.trustedform.com/1",
            "https://cert.trustedform.com.evil.example/1",
            "https://cert.trustedform.com@evil.example/1",
            "https://cert.trustedform.com/1\" onclick=\"x",
            "HTTPS://CERT.TRUSTEDFORM.COM/1",
            "",
        ] {
            assert!(!is_trustedform(none), "{none}");
        }
        assert!(is_jornaya("5D2C2E0A-2E2B-8A3C-9D1B-0A1B2C3D4E5F"));
        for none in [
            "",
            "5D2C2E0A2E2B8A3C9D1B0A1B2C3D4E5F",
            "5D2C2E0A-2E2B-8A3C-9D1B-0A1B2C3D4E5G",
            "{5D2C2E0A-2E2B-8A3C-9D1B-0A1B2C3D4E}",
        ] {
            assert!(!is_jornaya(none), "{none}");
        }
    }

    #[test]
    fn only_what_a_buyer_may_see_is_evidence() {
        let sent = r#"{"text":"I agree.","url":"https://a.example/p?x=1&gclid=y","ip":7,"at":"","trustedform_cert_url":"x","campaign":"secret"}"#;
        let shown =
            Evidence { text: Some("I agree.".into()), url: Some("https://a.example/p".into()), ..Evidence::default() };
        assert_eq!(Evidence::of(sent), Some(shown));
        assert_eq!(Evidence::of("\"yes\"").and_then(|shown| shown.text).as_deref(), Some("yes"));
        for none in ["{}", "true", "[]", "no JSON", r#"{"jornaya_leadid":"J"}"#] {
            assert_eq!(Evidence::of(none), None, "{none}");
        }
    }
}
