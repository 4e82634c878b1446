//! Cookies on this machine alone. `Secure` cookies go over plain HTTP to a loopback name in Chromium and Firefox, but
//! not in `WebKit` (Safari), w3m or lynx, which could not sign in to an installation that is tried out on
//! `http://localhost`. There, and nowhere else, such a browser gets the same cookies under another name, without
//! `Secure` and the prefix that needs it.
//!
//! All else knows one name for each cookie: here they are renamed on their way in and out. A browser that has sent
//! nothing yet is offered both; from what it sends back is seen which it takes, and it gets no other from then on.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::middleware::Next;
use axum::response::Response;

/// How the names of our cookies begin where they have no `__Host-` before.
#[derive(Debug, Clone, Copy)]
pub struct Ours(pub &'static str);

impl Ours {
    /// What follows in a cookie of ours that has the prefix.
    fn safe(self, cookie: &str) -> Option<&str> {
        cookie.strip_prefix("__Host-")?.strip_prefix(self.0)
    }
}

/// What a browser has shown of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    Unknown,
    Safe,
    Plain,
}

/// Whether the installation is at home on this machine alone: `public_url` is plain HTTP to a loopback name.
pub fn is_plain_loopback(public_url: &str) -> bool {
    let rest = public_url.strip_prefix("http://");
    rest.and_then(|rest| rest.parse::<Uri>().ok()).is_some_and(|uri| uri.host().is_some_and(is_loopback))
}

fn is_loopback(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost" || host.ends_with(".localhost") || address.is_ok_and(|address| address.is_loopback())
}

/// The layer, for an installation that is at home on this machine alone.
pub async fn run(State(ours): State<Ours>, mut request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let here = host.and_then(|host| host.parse::<Uri>().ok()).is_some_and(|uri| uri.host().is_some_and(is_loopback));
    if !here {
        return next.run(request).await;
    }
    let (takes, plain) = read(request.headers_mut(), ours);
    let mut response = next.run(request).await;
    write(response.headers_mut(), takes, &plain, ours);
    response
}

/// Gives the plain cookies of a browser that takes no others the names that all else knows; says which came.
fn read(headers: &mut HeaderMap, ours: Ours) -> (Takes, Vec<String>) {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs: Vec<String> = lines.flat_map(|line| line.split(';')).map(|pair| pair.trim().to_owned()).collect();
    let name = |pair: &String| pair.split('=').next().unwrap_or_default().to_owned();
    let plain: Vec<String> = pairs.iter().filter(|pair| pair.starts_with(ours.0)).map(name).collect();
    if pairs.iter().any(|pair| ours.safe(pair).is_some()) {
        return (Takes::Safe, plain);
    }
    if plain.is_empty() {
        return (Takes::Unknown, plain);
    }
    let renamed: Vec<String> = pairs
        .iter()
        .map(|pair| if pair.starts_with(ours.0) { format!("__Host-{pair}") } else { pair.clone() })
        .collect();
    if let Ok(line) = HeaderValue::try_from(renamed.join("; ")) {
        headers.insert(header::COOKIE, line);
    }
    (Takes::Plain, plain)
}

fn write(headers: &mut HeaderMap, takes: Takes, plain: &[String], ours: Ours) {
    let given: Vec<HeaderValue> = headers.get_all(header::SET_COOKIE).iter().cloned().collect();
    headers.remove(header::SET_COOKIE);
    for cookie in given {
        let twin = cookie
            .to_str()
            .ok()
            .and_then(|cookie| twin(cookie, ours))
            .and_then(|twin| HeaderValue::try_from(twin).ok());
        let ends = cookie.to_str().is_ok_and(|text| text.contains("; Max-Age=0"));
        match (takes, twin) {
            (Takes::Plain, Some(twin)) => {
                headers.append(header::SET_COOKIE, twin);
                continue;
            }
            (Takes::Unknown, Some(twin)) if !ends => {
                headers.append(header::SET_COOKIE, twin);
            }
            _ => {}
        }
        headers.append(header::SET_COOKIE, cookie);
    }
    // It needs them no more.
    for name in plain.iter().filter(|_| takes == Takes::Safe) {
        if let Ok(end) = HeaderValue::try_from(format!("{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")) {
            headers.append(header::SET_COOKIE, end);
        }
    }
}

/// The same cookie for a browser that takes no `Secure` ones here.
fn twin(cookie: &str, ours: Ours) -> Option<String> {
    ours.safe(cookie).map(|rest| format!("{}{}", ours.0, rest.replace("; Secure", "")))
}

#[cfg(test)]
mod tests {
    use super::{Ours, Takes, is_plain_loopback, read, write};
    use axum::http::{HeaderMap, HeaderValue, header};

    fn sent(line: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if !line.is_empty() {
            headers.insert(header::COOKIE, HeaderValue::from_str(line).unwrap());
        }
        headers
    }

    #[test]
    fn only_this_machine_is_plain_loopback() {
        for (url, is) in [
            ("http://localhost:8080", true),
            ("http://LOCALHOST", true),
            ("http://127.0.0.1:8080", true),
            ("http://127.9.9.9", true),
            ("http://[::1]:8080", true),
            ("http://leads.localhost:8080", true),
            ("https://localhost:8443", false),
            ("http://leads.example.com", false),
            ("http://localhost.example.com", false),
            ("http://10.0.0.1:8080", false),
            ("http://[::2]", false),
        ] {
            assert_eq!(is_plain_loopback(url), is, "{url}");
        }
    }

    #[test]
    fn a_browser_gets_the_cookies_that_it_takes() {
        let safe = "__Host-lh_session=s; Path=/; Secure; HttpOnly; SameSite=Lax";
        let plain = "lh_session=s; Path=/; HttpOnly; SameSite=Lax";
        let end = "lh_visit=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0";
        for (came, takes, seen, gets) in [
            ("", Takes::Unknown, "", vec![plain, safe]),
            ("other=1", Takes::Unknown, "other=1", vec![plain, safe]),
            ("__Host-lh_visit=v", Takes::Safe, "__Host-lh_visit=v", vec![safe]),
            ("lh_visit=v; __Host-lh_visit=v", Takes::Safe, "lh_visit=v; __Host-lh_visit=v", vec![safe, end]),
            ("lh_visit=v; other=1", Takes::Plain, "__Host-lh_visit=v; other=1", vec![plain]),
        ] {
            let mut headers = sent(came);
            let (found, plain) = read(&mut headers, Ours("lh_"));
            assert_eq!(found, takes, "{came}");
            let line = headers.get(header::COOKIE).map_or("", |line| line.to_str().unwrap());
            assert_eq!(line, seen, "{came}");
            let mut answer = HeaderMap::new();
            answer.insert(header::SET_COOKIE, HeaderValue::from_static(safe));
            write(&mut answer, takes, &plain, Ours("lh_"));
            let given: Vec<&str> = answer.get_all(header::SET_COOKIE).iter().map(|c| c.to_str().unwrap()).collect();
            assert_eq!(given, gets, "{came}");
        }
    }
}
