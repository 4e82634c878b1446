//! Where mails go and whom they are from: SMTP_URL and mailboxes, as they are written on the command line.

use std::time::Duration;

use lettre::Address;
use lettre::message::Mailbox;
use mail::{Credentials, SmtpTls, SmtpUrl};
use percent_encoding::percent_decode_str;

use super::duration::parse_duration;
use crate::email;

/// A mail that a server has not taken by then is tried again later.
const TIMEOUT: Duration = Duration::from_mins(1);

/// `smtp[s]://[user:password@]host[:port][?tls=…][&timeout=…]`; user and password percent-encoded.
pub fn parse_smtp_url(text: &str) -> Result<SmtpUrl, String> {
    let form = "write smtp[s]://[user:password@]host[:port][?tls=required|opportunistic|none]";
    let wrong = |what: &str| format!("SMTP_URL {what}: {form}");
    let (implicit, rest) = match (text.strip_prefix("smtps://"), text.strip_prefix("smtp://")) {
        (Some(rest), _) => (true, rest),
        (_, Some(rest)) => (false, rest),
        _ => return Err(wrong("starts with neither smtp:// nor smtps://")),
    };
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (who, place) = place.rsplit_once('@').map_or((None, place), |(who, place)| (Some(who), place));
    let credentials = who.map(credentials).transpose().map_err(wrong)?;
    let (host, port) = place_of(place.trim_end_matches('/')).ok_or_else(|| wrong("names no host, or no such port"))?;
    let plain = if credentials.is_some() { 587 } else { 25 };
    let usual = if credentials.is_some() { SmtpTls::Required } else { SmtpTls::Opportunistic };
    let mut url = SmtpUrl {
        host,
        port: port.unwrap_or(if implicit { 465 } else { plain }),
        tls: if implicit { SmtpTls::Implicit } else { usual },
        credentials,
        believes: false,
        timeout: TIMEOUT,
    };
    url.believes = !implicit && url.credentials.is_none() && is_this_machine(&url.host) && !query.contains("tls=");
    if ["tls=", "timeout="].iter().any(|name| query.split('&').filter(|option| option.starts_with(name)).count() > 1) {
        return Err(wrong("says one thing twice"));
    }
    for option in query.split('&').filter(|option| !option.is_empty()) {
        match option.split_once('=') {
            Some(("tls", "required")) if implicit => {}
            Some(("tls", _)) if implicit => return Err(wrong("asks for smtps and for less at once")),
            Some(("tls", "required")) => url.tls = SmtpTls::Required,
            Some(("tls", "opportunistic")) => url.tls = SmtpTls::Opportunistic,
            Some(("tls", "none")) => url.tls = SmtpTls::None,
            Some(("timeout", timeout)) => {
                url.timeout =
                    parse_duration(timeout).map_err(|_| wrong("has a timeout that is none, as 60s is one"))?;
            }
            // What is not known may be the rest of a password.
            Some(("tls", _)) => return Err(wrong("has a tls that is none of required, opportunistic, none")),
            _ => {
                return Err(wrong(
                    "has an option that is none of tls= and timeout= (a ? in the password is written %3F)",
                ));
            }
        }
    }
    Ok(url)
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn credentials(who: &str) -> Result<Credentials, &'static str> {
    let decoded = |part: &str| {
        let text = percent_decode_str(part).decode_utf8().ok()?.into_owned();
        (!text.chars().any(char::is_control)).then_some(text)
    };
    let (user, password) = who.split_once(':').ok_or("names a user without a password")?;
    let (user, password) = decoded(user).zip(decoded(password)).ok_or("has a user or password that cannot be read")?;
    if user.is_empty() {
        return Err("names no user before the @");
    }
    Ok(Credentials { user, password: password.into() })
}

/// `host`, `host:port`, `[v6]:port`.
fn place_of(place: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match place.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest.split_once(']')?;
            (host, if rest.is_empty() { None } else { Some(rest.strip_prefix(':')?) })
        }
        None => place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port))),
    };
    let port = match port {
        None => None,
        Some(port) => Some(port.parse::<u16>().ok().filter(|port| *port > 0)?),
    };
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    let host = if host.contains(':') { host.to_owned() } else { email::ascii_domain(host)? };
    host.chars().all(fits).then_some((host, port))
}

/// An address, or `Name <address>`.
pub fn parse_mailbox(text: &str) -> Result<Mailbox, String> {
    // The mail library panics on some of these when it writes them.
    let clean = !text.chars().any(char::is_control);
    let read = clean.then(|| text.trim().parse::<Mailbox>().ok()).flatten();
    let read = read.and_then(|Mailbox { name, email }| {
        let domain = email::ascii_domain(email.domain())?;
        Some(Mailbox { name, email: Address::new(email.user(), domain).ok()? })
    });
    read.ok_or_else(|| format!("'{}' is no mail address: write name@example.com", text.escape_debug()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use secrecy::ExposeSecret;

    use super::{SmtpTls, parse_mailbox, parse_smtp_url};

    #[test]
    fn a_server_is_written_in_one_line() {
        let url = parse_smtp_url("smtp://bob%40x:p%3Aw@mail.example.com:2525?tls=opportunistic&timeout=5s").unwrap();
        assert_eq!((url.host.as_str(), url.port, url.tls), ("mail.example.com", 2525, SmtpTls::Opportunistic));
        assert_eq!(url.timeout, Duration::from_secs(5));
        let who = url.credentials.unwrap();
        assert_eq!((who.user.as_str(), who.password.expose_secret()), ("bob@x", "p:w"));
        assert!(!format!("{who:?}").contains("p:w"), "a password is not shown");
        for (text, port, tls) in [
            ("smtps://mail.example.com", 465, SmtpTls::Implicit),
            ("smtp://a:b@mail.example.com/", 587, SmtpTls::Required),
            ("smtp://127.0.0.1", 25, SmtpTls::Opportunistic),
            ("smtp://[::1]:1025?tls=none", 1025, SmtpTls::None),
        ] {
            let url = parse_smtp_url(text).unwrap();
            assert_eq!((url.port, url.tls), (port, tls), "{text}");
        }
    }

    #[test]
    fn what_is_no_server_is_refused_in_one_line() {
        for text in [
            "",
            "mail.example.com",
            "http://mail.example.com",
            "smtp://",
            "smtp://:25",
            "smtp://host:0",
            "smtp://host:99999",
            "smtp://user@host",
            "smtp://:pw@host",
            "smtp://us%0aer:pw@host",
            "smtp://host?tls=maybe",
            "smtps://host?tls=none",
            "smtp://host?tls",
            "smtp://ho st",
            "smtp://host?timeout=soon",
            "smtp://u:hunter2@host?tls=on",
            "smtp://u:pw?hunter2@host",
            "smtp://u:25?hunter2@host",
            "smtp://u:25?tls=hunter2@host",
            "smtp://u:25?timeout=hunter2@host",
            "smtp://u:%ff%fehunter2@host",
            "smtp:/u:hunter2@host",
            "smtp://u:hunter2@ho st",
            "u:hunter2@host",
        ] {
            let why = parse_smtp_url(text).unwrap_err();
            assert!(!why.contains('\n') && !why.contains("hunter2"), "{text}: {why}");
        }
    }

    #[test]
    fn a_certificate_is_believed_on_this_machine_alone() {
        for (text, believes) in [
            ("smtp://127.0.0.1", true),
            ("smtp://localhost:2525", true),
            ("smtp://[::1]?timeout=5s", true),
            ("smtp://127.0.0.1?tls=opportunistic", false),
            ("smtp://127.0.0.1?tls=required", false),
            ("smtps://127.0.0.1", false),
            ("smtp://u:p@127.0.0.1", false),
            ("smtp://192.0.2.1", false),
            ("smtp://localhost.example.com", false),
        ] {
            assert_eq!(parse_smtp_url(text).unwrap().believes, believes, "{text}");
        }
    }

    #[test]
    fn mailboxes() {
        assert_eq!(parse_mailbox(" Lead House <l@example.com> ").unwrap().to_string(), "Lead House <l@example.com>");
        assert!(parse_mailbox("ops@localhost").is_ok());
        assert_eq!(parse_mailbox("info@müller.example").unwrap().to_string(), "info@xn--mller-kva.example");
        for text in ["", "ops", "a@b\r\nBcc: c@d", "Bob\r\nBcc: v@evil <a@example.com>"] {
            assert!(parse_mailbox(text).is_err(), "{text}");
        }
    }
}
