//! Cookies. All carry the `__Host-` prefix (RFC 6265bis, 4.1.3.2): the browser takes them from this host alone,
//! over TLS (or from a loopback name), for all its paths, so that no other host under the same domain can plant one.

use std::fmt::Write;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};

use ground::error::{Error, Result};

/// A value longer than this is none of ours: what browsers keep at most.
const MAX_VALUE: usize = 4096;

/// The value of a cookie. Sent twice, it is none: which of them counts would be anyone's guess.
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut values = pairs.filter(|(given, _)| *given == name).map(|(_, value)| value);
    let value = values.next().filter(|value| !value.is_empty() && value.len() <= MAX_VALUE);
    if values.next().is_some() { None } else { value }
}

/// A `Set-Cookie` of a value in URL-safe characters. `life`: how long the browser keeps it; `None`: until it is closed.
pub fn set(name: &str, value: &str, life: Option<Duration>) -> Result<HeaderValue> {
    let mut text = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax");
    if let Some(life) = life {
        let _ = write!(text, "; Max-Age={}", life.as_secs());
    }
    HeaderValue::try_from(text).map_err(Error::internal)
}

/// A `Set-Cookie` that ends one.
pub fn end(name: &str) -> Result<HeaderValue> {
    set(name, "", Some(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::{read, set};
    use axum::http::{HeaderMap, HeaderValue, header};

    const SESSION: &str = "__Host-lh_session";

    fn headers(lines: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, HeaderValue::from_static(line));
        }
        headers
    }

    #[test]
    fn one_value_is_read_and_two_are_none() {
        let name = SESSION;
        for (lines, value) in [
            (vec!["a=1; __Host-lh_session=x; b=2"], Some("x")),
            (vec!["a=1", "__Host-lh_session=x"], Some("x")),
            (vec!["__Host-lh_session=x; __Host-lh_session=y"], None),
            (vec!["__Host-lh_session=x", "__Host-lh_session=x"], None),
            (vec!["__Host-lh_session="], None),
            (vec!["x__Host-lh_session=x"], None),
            (vec!["lh_session=x"], None),
            (vec![], None),
        ] {
            assert_eq!(read(&headers(&lines), name), value, "{lines:?}");
        }
    }

    #[test]
    fn a_cookie_is_of_this_host_alone() {
        let cookie = set(SESSION, "x", None).unwrap();
        assert_eq!(cookie, "__Host-lh_session=x; Path=/; Secure; HttpOnly; SameSite=Lax");
    }
}
