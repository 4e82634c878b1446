//! Which hosts we are. A request for another one is not for us: a page that was rebound to our address, a link made
//! from a Host header.

use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, Uri, header};

use super::problem::Problem;

/// The names we answer to, in lower case without ports.
#[derive(Debug)]
pub struct Hosts(Vec<String>);

impl Hosts {
    /// Those of `public_url`, this machine, and `allowed` besides.
    pub fn new(public_url: &str, allowed: &[String]) -> Self {
        let public = public_url.split_once("://").map_or(public_url, |(_, rest)| rest);
        let ours = ["localhost", "127.0.0.1", "[::1]", public].into_iter().chain(allowed.iter().map(String::as_str));
        let names = ours.map(|name| without_port(name.trim()).to_ascii_lowercase());
        Self(names.filter(|name| !name.is_empty()).collect())
    }

    /// Exactly one Host, ours; and the same of a target in absolute form.
    pub fn check(&self, headers: &HeaderMap, uri: &Uri) -> Result<(), Problem> {
        let mut values = headers.get_all(header::HOST).iter();
        let (Some(host), None) = (values.next(), values.next()) else {
            return Err(Problem::bad_request("invalid_host", "Send one Host header."));
        };
        let host = host.to_str().ok().and_then(|text| text.parse::<Authority>().ok());
        let host = host.ok_or_else(|| Problem::bad_request("invalid_host", "The Host header is not a host name."))?;
        for authority in [Some(&host), uri.authority()].into_iter().flatten() {
            // The parser takes a user name, and any text for a port.
            let bare = authority.port().is_none() && authority.as_str() == authority.host();
            if authority.as_str().contains('@') || !(bare || authority.port_u16().is_some()) {
                return Err(Problem::bad_request("invalid_host", "A host is a name and perhaps a port."));
            }
            if !self.0.iter().any(|ours| authority.host().eq_ignore_ascii_case(ours)) {
                let detail = "This host is not served here.";
                return Err(Problem::new(StatusCode::MISDIRECTED_REQUEST, "misdirected", detail));
            }
        }
        Ok(())
    }
}

fn without_port(name: &str) -> &str {
    match name.rsplit_once(':') {
        Some((host, port))
            if port.bytes().all(|b| b.is_ascii_digit()) && (!host.contains(':') || host.ends_with(']')) =>
        {
            host
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::Hosts;
    use axum::http::{HeaderMap, HeaderValue, Uri};

    fn status(hosts: &[&str], target: &'static str) -> u16 {
        let ours =
            Hosts::new("https://leads.example.com:8443", &["Other.example:8080".to_owned(), "[fd00::1]".to_owned()]);
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append("host", HeaderValue::from_bytes(host.as_bytes()).unwrap());
        }
        ours.check(&headers, &Uri::from_static(target)).map_or_else(|problem| problem.status.as_u16(), |()| 200)
    }

    #[test]
    fn only_our_own_names_are_taken() {
        for host in [
            "localhost",
            "LOCALHOST:8080",
            "127.0.0.1:1",
            "[::1]:8080",
            "[::1]",
            "leads.example.com",
            "Leads.Example.com:9",
            "other.example",
            "[fd00::1]:80",
        ] {
            assert_eq!(status(&[host], "/"), 200, "{host}");
        }
        for host in
            ["evil.example", "localhost.", "leads.example.com.evil.example", "127.0.0.2", "::1", "localhost.evil"]
        {
            assert!(matches!(status(&[host], "/"), 400 | 421), "{host}");
        }
        for host in ["", "a b", "user@localhost", "localhost:port", "localhost/path", "http://localhost"] {
            assert_eq!(status(&[host], "/"), 400, "{host}");
        }
    }

    #[test]
    fn there_is_exactly_one() {
        assert_eq!(status(&[], "/"), 400);
        assert_eq!(status(&["localhost", "localhost"], "/"), 400);
    }

    #[test]
    fn an_absolute_target_counts_too() {
        assert_eq!(status(&["localhost"], "http://localhost/x"), 200);
        assert_eq!(status(&["localhost"], "http://evil.example/x"), 421);
        assert_eq!(status(&["localhost"], "http://localhost@evil.example/x"), 400);
        assert_eq!(status(&["evil.example"], "http://localhost/x"), 421);
    }
}
