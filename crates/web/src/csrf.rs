//! Whether a request that a browser sends with its cookies was meant by its person: by where it comes from
//! (Sec-Fetch-Site, else Origin), and for forms by a token that only our own page can hold. Text browsers (w3m, lynx)
//! send neither header: a form with the right token is taken from them, and nothing else is.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, Method, header};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use super::cookie;
use super::seal::Seals;
use ground::error::{Error, Result};

/// The hidden field of our forms.
pub const FIELD: &str = "csrf";

const SCOPE: &str = "form";
/// Bytes of the token, and of the noise that it is mixed with.
const BYTES: usize = 32;

/// Refuses what another site made the browser send. Reading changes nothing and is nobody's to abuse: the answer stays
/// with the browser.
///
/// # Errors
/// `Forbidden` `cross_site`.
pub fn same_origin(method: &Method, headers: &HeaderMap) -> Result<()> {
    if is_safe(method) || sender(headers) == Sender::Ours { Ok(()) } else { Err(foreign()) }
}

/// The same for what has a token behind it, which is looked at, too: who does not say from where it comes gets as far.
///
/// # Errors
/// `Forbidden` `cross_site`.
pub fn not_foreign(method: &Method, headers: &HeaderMap) -> Result<()> {
    if is_safe(method) || sender(headers) != Sender::Foreign { Ok(()) } else { Err(foreign()) }
}

/// Whether the browser says that our own page sent this.
pub fn is_ours(headers: &HeaderMap) -> bool {
    sender(headers) == Sender::Ours
}

fn is_safe(method: &Method) -> bool {
    *method == Method::GET || *method == Method::HEAD
}

fn foreign() -> Error {
    let detail = "This was sent from another site, or by a program that does not say from where; nothing was changed.";
    Error::forbidden("cross_site", detail)
}

/// Whose page sent a request, as the browser says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sender {
    Ours,
    Foreign,
    /// It does not say.
    Silent,
}

fn sender(headers: &HeaderMap) -> Sender {
    let of = |ours: bool| if ours { Sender::Ours } else { Sender::Foreign };
    // Sent twice, it says nothing that could be trusted.
    let text = |name: HeaderName| {
        let mut values = headers.get_all(name).iter();
        let first = values.next().map(|value| value.to_str().unwrap_or_default());
        if values.next().is_some() { Some("") } else { first }
    };
    match (text(HeaderName::from_static("sec-fetch-site")), text(header::ORIGIN)) {
        // Typed, or opened from a bookmark: nobody else's doing.
        (Some(site), _) => of(site == "same-origin" || site == "none"),
        // The guard has let through hosts of ours only. TLS may end before us, so the scheme says nothing.
        (None, Some(origin)) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            of(host.is_some() && host == text(header::HOST))
        }
        (None, None) => Sender::Silent,
    }
}

/// Makes and checks the tokens of forms. Each is made for one cookie's value: of a session, or of whatever else ties
/// forms to one browser.
#[derive(Debug, Clone)]
pub struct FormTokens {
    seals: Arc<Seals>,
    /// The names of those cookies: the first that is there counts.
    cookies: &'static [&'static str],
}

impl FormTokens {
    /// `cookies` are the names whose values a form may belong to, the first that is there.
    pub fn new(seals: Arc<Seals>, cookies: &'static [&'static str]) -> Self {
        Self { seals, cookies }
    }

    /// The cookie whose page the forms are on.
    pub fn holder<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        self.cookies.iter().find_map(|name| cookie::read(headers, name))
    }

    /// What the forms of a page carry that is made for this request.
    pub fn of(&self, headers: &HeaderMap) -> Result<String> {
        self.make(self.holder(headers).unwrap_or_default())
    }

    /// The same for one cookie's value; mixed with fresh noise each time, so that compressing a page that repeats what
    /// was asked for gives nothing away (BREACH).
    pub fn make(&self, cookie: &str) -> Result<String> {
        let mut noise = [0_u8; BYTES];
        getrandom::fill(&mut noise).map_err(|e| Error::internal(e.to_string()))?;
        let mixed = mix(noise, self.seals.tag(SCOPE, cookie.as_bytes()));
        Ok(BASE64_URL_SAFE_NO_PAD.encode([noise, mixed].concat()))
    }

    /// Holds the token of a form against the request's own cookie.
    pub fn proof(&self, headers: &HeaderMap, given: Option<&str>) -> Proof {
        match given {
            Some(given) if self.holder(headers).is_some_and(|cookie| self.is_right(cookie, given)) => Proof::Right,
            Some(given) if BASE64_URL_SAFE_NO_PAD.decode(given).is_ok_and(|bytes| bytes.len() == 2 * BYTES) => {
                Proof::Stale
            }
            _ => Proof::Missing,
        }
    }

    fn is_right(&self, cookie: &str, given: &str) -> bool {
        let Ok(bytes) = BASE64_URL_SAFE_NO_PAD.decode(given) else { return false };
        let Some((noise, mixed)) = bytes.split_first_chunk::<BYTES>() else { return false };
        let expected = mix(*noise, self.seals.tag(SCOPE, cookie.as_bytes()));
        bool::from(expected.as_slice().ct_eq(mixed))
    }
}

/// What the token of a form says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// It was made for the cookie that came with it.
    Right,
    /// It looks like one of ours, for another cookie or for one that is gone.
    Stale,
    /// There is none, or several, or what is none.
    Missing,
}

impl Proof {
    /// # Errors
    /// `Forbidden` `stale_form`, whatever is wrong.
    pub fn check(self) -> Result<()> {
        if self == Self::Right {
            return Ok(());
        }
        let detail = "This form is too old, or the browser keeps no cookies; nothing was changed. Open the page again.";
        Err(Error::forbidden("stale_form", detail))
    }
}

fn mix(noise: [u8; BYTES], tag: [u8; BYTES]) -> [u8; BYTES] {
    let mut mixed = noise;
    mixed.iter_mut().zip(tag).for_each(|(byte, tag)| *byte ^= tag);
    mixed
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{FormTokens, Proof, Sender, sender};
    use crate::seal::Seals;
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    fn tokens(secret: u8) -> FormTokens {
        FormTokens::new(Arc::new(Seals::new(&[secret; 32])), &["__Host-lh_session", "__Host-lh_visit"])
    }

    #[test]
    fn only_our_own_pages_change_something() {
        for (headers, ours) in [
            (vec![("sec-fetch-site", "same-origin")], Sender::Ours),
            (vec![("sec-fetch-site", "none")], Sender::Ours),
            (vec![("sec-fetch-site", "same-site")], Sender::Foreign),
            (vec![("sec-fetch-site", "cross-site")], Sender::Foreign),
            (
                vec![("sec-fetch-site", "cross-site"), ("origin", "https://a.example"), ("host", "a.example")],
                Sender::Foreign,
            ),
            (vec![("origin", "https://a.example"), ("host", "a.example")], Sender::Ours),
            (vec![("origin", "https://a.example:8443"), ("host", "a.example")], Sender::Foreign),
            (vec![("origin", "https://evil.example"), ("host", "a.example")], Sender::Foreign),
            (vec![("origin", "null"), ("host", "a.example")], Sender::Foreign),
            (vec![("origin", "null"), ("host", "null")], Sender::Foreign),
            (vec![("origin", ""), ("host", "a.example")], Sender::Foreign),
            (vec![("sec-fetch-site", ""), ("host", "a.example")], Sender::Foreign),
            (vec![("host", "a.example")], Sender::Silent),
        ] {
            let map: HeaderMap = headers
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect();
            assert_eq!(sender(&map), ours, "{headers:?}");
        }
    }

    #[test]
    fn a_token_is_of_one_cookie_and_never_looks_the_same() {
        let ours = tokens(7);
        let (one, other) = (ours.make("cookie").unwrap(), ours.make("cookie").unwrap());
        assert_ne!(one, other);
        assert!(ours.is_right("cookie", &one) && ours.is_right("cookie", &other));
        assert!(!ours.is_right("another", &one));
        assert!(!tokens(8).is_right("cookie", &one));
        for bad in ["", "AAAA", one.trim_end_matches(|c: char| c != '_').trim(), &format!("{one}AAAA")] {
            assert!(bad == one || !ours.is_right("cookie", bad), "{bad}");
        }
    }

    #[test]
    fn a_token_of_another_cookie_is_stale_and_what_is_none_is_missing() {
        let ours = tokens(7);
        let given = ours.make("cookie").unwrap();
        let with = |cookie: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("cookie", HeaderValue::from_static(cookie));
            headers
        };
        let (right, other) = (with("__Host-lh_visit=cookie"), with("__Host-lh_visit=other"));
        assert_eq!(ours.proof(&right, Some(&given)), Proof::Right);
        assert_eq!(ours.proof(&other, Some(&given)), Proof::Stale);
        assert_eq!(ours.proof(&HeaderMap::new(), Some(&given)), Proof::Stale);
        for none in [None, Some(""), Some("AAAA"), Some("!"), Some(&*format!("{given}AAAA"))] {
            assert_eq!(ours.proof(&right, none), Proof::Missing, "{none:?}");
        }
    }
}
