//! Places in the network and on the disk, as they are written on the command line. No line quotes what may hold a password.

use std::net::{IpAddr, Ipv6Addr, SocketAddr, ToSocketAddrs};

use crate::email;

/// `127.0.0.1:8080`, `[::1]:8080`, or a name, as in `localhost:8080`.
pub(super) fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let wrong = || {
        format!(
            "'{text}' is no address and port: write 127.0.0.1:8080, localhost:8080, or 0.0.0.0:8080 for all addresses"
        )
    };
    let (name, port) = text.rsplit_once(':').ok_or_else(wrong)?;
    let name = name.trim_start_matches('[').trim_end_matches(']');
    let port: u16 = port.parse().map_err(|_| wrong())?;
    if !is_name(name) && name.parse::<Ipv6Addr>().is_err() {
        return Err(wrong());
    }
    let found = (name, port).to_socket_addrs().map_err(|_| format!("nobody knows the name '{name}'; {}", wrong()))?;
    let found: Vec<SocketAddr> = found.collect();
    // What most clients try first where a name has both.
    found.iter().find(|address| address.is_ipv4()).or(found.first()).copied().ok_or_else(wrong)
}

/// `http://HOST[:PORT]` or `https://HOST[:PORT]`; the host in the form that it has on the wire.
pub(super) fn parse_origin(text: &str) -> Result<String, String> {
    let right = "write http://HOST[:PORT] or https://HOST[:PORT], without a path";
    if text.contains('@') {
        return Err(format!("names a user, which an origin does not have: {right}"));
    }
    let wrong = || format!("'{text}' is no origin: {right}");
    let (scheme, rest) = text.split_once("://").ok_or_else(wrong)?;
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "http" && scheme != "https" {
        return Err(wrong());
    }
    let (host, port) = host_and_port(rest.strip_suffix('/').unwrap_or(rest)).ok_or_else(wrong)?;
    Ok(port.map_or_else(|| format!("{scheme}://{host}"), |port| format!("{scheme}://{host}:{port}")))
}

/// The address of somebody's API: an origin, and perhaps a path in it, without a slash at its end.
pub(super) fn parse_service(text: &str) -> Result<String, String> {
    let begin = text.find("://").map_or(0, |at| at + 3);
    let (_, rest) = text.split_at(begin);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let path = path.trim_end_matches('/');
    if !path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-._~".contains(&b)) {
        return Err("is an address with a path, without ? and #, as in https://graph.facebook.com/v23.0".to_owned());
    }
    let origin = parse_origin(&format!("{}{host}", text.get(..begin).unwrap_or_default()))?;
    Ok(if path.is_empty() { origin } else { format!("{origin}/{path}") })
}

/// A Host header that is taken: a name or an address, with or without a port.
pub(super) fn parse_host(text: &str) -> Result<String, String> {
    let right = "write names, as in leads.example.com,www.example.com";
    if text.contains("://") || text.contains(['/', '@']) {
        return Err(format!("takes names alone, without http:// and without a path: {right}"));
    }
    if text.contains('*') {
        return Err(format!("'{text}' has a *: every host is named, {right}"));
    }
    let bare = text.trim();
    // As of a variable that is set to nothing.
    if bare.is_empty() {
        return Ok(String::new());
    }
    let (host, port) = match bare.parse::<Ipv6Addr>() {
        Ok(address) => (format!("[{address}]"), None),
        Err(_) => host_and_port(bare).ok_or_else(|| format!("'{text}' is no host: {right}"))?,
    };
    Ok(port.map_or_else(|| host.clone(), |port| format!("{host}:{port}")))
}

/// A name in A-labels, an address, or an address of IPv6 in brackets; and a port.
fn host_and_port(text: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = if let Some(rest) = text.strip_prefix('[') {
        let (address, rest) = rest.split_once(']')?;
        let address: Ipv6Addr = address.parse().ok()?;
        (format!("[{address}]"), if rest.is_empty() { None } else { Some(rest.strip_prefix(':')?) })
    } else {
        let (name, port) = text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port)));
        (email::ascii_domain(name).filter(|name| is_name(name))?, port)
    };
    let port = match port {
        None => None,
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => {
            Some(digits.parse::<u16>().ok().filter(|port| *port > 0)?)
        }
        Some(_) => return None,
    };
    Some((host, port))
}

fn is_name(name: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_') || !c.is_ascii())
    };
    name.trim_end_matches('.').split('.').all(label)
}

/// `file:///FOLDER` or `s3://BUCKET[/PREFIX]`.
pub(super) fn parse_storage_url(text: &str) -> Result<String, String> {
    let right = "write file:///FOLDER, a folder from the root on, or s3://BUCKET/PREFIX";
    if let Some(folder) = text.strip_prefix("file://") {
        return match folder {
            "" => Err(format!("names no folder: {right}")),
            folder if folder.starts_with('/') => Ok(text.to_owned()),
            _ => Err(format!("has a folder that does not begin at the root: {right}")),
        };
    }
    let Some(rest) = text.strip_prefix("s3://") else {
        return Err(format!("starts with neither file:// nor s3://: {right}"));
    };
    let bucket = rest.split('/').next().unwrap_or_default();
    if rest.contains('@') {
        return Err(format!("holds no keys, they are AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: {right}"));
    }
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-');
    if bucket.is_empty() {
        return Err(format!("names no bucket: {right}"));
    }
    if !(3..=63).contains(&bucket.len()) || !bucket.bytes().all(fits) || rest.contains(['?', '#', ' ']) {
        return Err(format!("names no bucket that there can be (3 to 63 of a-z, 0-9, - and .): {right}"));
    }
    Ok(text.to_owned())
}

/// What every answer is compared with: visible, and sent in a header.
pub(super) fn parse_token(text: &str) -> Result<secrecy::SecretString, String> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(
            "is sent in a header: write visible ASCII characters, without spaces, as openssl rand -hex 16 makes"
                .to_owned(),
        );
    }
    Ok(text.into())
}

/// Where a browser on this machine finds who listens on a loopback address; `None` of any other.
pub fn loopback_origin(listen: SocketAddr, tls: bool) -> Option<String> {
    let scheme = if tls { "https" } else { "http" };
    let host = match listen.ip() {
        _ if listen.port() == 0 => return None,
        IpAddr::V4(std::net::Ipv4Addr::LOCALHOST) | IpAddr::V6(Ipv6Addr::LOCALHOST) => "localhost".to_owned(),
        ip if ip.is_loopback() => ip.to_string(),
        _ => return None,
    };
    Some(format!("{scheme}://{host}:{}", listen.port()))
}

#[cfg(test)]
mod tests {
    use super::{loopback_origin, parse_host, parse_listen, parse_origin, parse_storage_url, parse_token};

    #[test]
    fn addresses_and_names_to_listen_on() {
        for (text, address) in [
            ("127.0.0.1:9000", "127.0.0.1:9000"),
            ("localhost:8080", "127.0.0.1:8080"),
            ("LOCALHOST:0", "127.0.0.1:0"),
            ("0.0.0.0:80", "0.0.0.0:80"),
            ("[::1]:8080", "[::1]:8080"),
        ] {
            assert_eq!(parse_listen(text).map(|a| a.to_string()).as_deref(), Ok(address), "{text}");
        }
        for wrong in [
            "8080",
            ":8080",
            "localhost",
            "127.0.0.1",
            "*:8080",
            "localhost:http",
            "localhost:99999",
            "http://localhost:8080",
            "",
        ] {
            assert!(parse_listen(wrong).unwrap_err().contains("127.0.0.1:8080"), "{wrong}");
        }
    }

    #[test]
    fn origins() {
        for (text, origin) in [
            ("https://leads.example.com", "https://leads.example.com"),
            ("https://Leads.Example.com/", "https://leads.example.com"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("https://müller.example:8443", "https://xn--mller-kva.example:8443"),
            ("http://[::1]:80", "http://[::1]:80"),
            ("http://lead_house:1", "http://lead_house:1"),
        ] {
            assert_eq!(parse_origin(text).as_deref(), Ok(origin), "{text}");
        }
        for wrong in [
            "leads.example.com",
            "ftp://a.example",
            "https://",
            "https:///",
            "https://a/b",
            "https://a?b",
            "https://a#b",
            "https://a b",
            "https://u:hunter2@a",
            "https://a:port",
            "https://a:0",
            "https://a:99999",
            "https://a..b",
            "https://*.a.example",
        ] {
            let why = parse_origin(wrong).unwrap_err();
            assert!(why.contains("https://HOST") && !why.contains("hunter2"), "{wrong}: {why}");
        }
    }

    #[test]
    fn hosts_are_names() {
        for (text, host) in [
            ("leads.example.com", "leads.example.com"),
            (" Leads.Example.com:8080 ", "leads.example.com:8080"),
            ("münchen.example", "xn--mnchen-3ya.example"),
            ("10.0.0.1", "10.0.0.1"),
            ("::1", "[::1]"),
            ("[fd00::1]", "[fd00::1]"),
            (" ", ""),
        ] {
            assert_eq!(parse_host(text).as_deref(), Ok(host), "{text}");
        }
        for wrong in ["*", "*.example.com", "https://a.example", "a/b", "a b", "a:b", "u:hunter2@a"] {
            let why = parse_host(wrong).unwrap_err();
            assert!(why.contains("leads.example.com") && !why.contains("hunter2"), "{wrong}: {why}");
        }
    }

    #[test]
    fn storage_is_a_folder_or_a_bucket() {
        for right in ["file:///var/lib/files", "s3://leads", "s3://my.leads-2/a/b"] {
            assert_eq!(parse_storage_url(right).as_deref(), Ok(right));
        }
        for wrong in [
            "file://relative",
            "file://./x",
            "file://",
            "s3://",
            "s3:///x",
            "s3://Leads",
            "s3://a",
            "/var/files",
            "gs://leads",
            "s3://AKIA:hunter2@leads",
            "s3://hunter2@leads/x",
            "s3://leads?x=1",
        ] {
            let why = parse_storage_url(wrong).unwrap_err();
            assert!(why.contains("file:///FOLDER") && !why.contains("hunter2"), "{wrong}: {why}");
        }
        for wrong in ["", " ", "two words", "líne", "a\nb"] {
            assert!(parse_token(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn links_on_loopback_lead_to_where_it_listens() {
        for (listen, tls, origin) in [
            ("127.0.0.1:9000", false, Some("http://localhost:9000")),
            ("127.0.0.1:9000", true, Some("https://localhost:9000")),
            ("127.0.0.2:9000", false, Some("http://127.0.0.2:9000")),
            ("[::1]:9000", false, Some("http://localhost:9000")),
            ("127.0.0.1:0", false, None),
            ("0.0.0.0:9000", false, None),
            ("192.0.2.1:80", false, None),
        ] {
            assert_eq!(loopback_origin(listen.parse().unwrap(), tls).as_deref(), origin, "{listen}");
        }
    }
}
