//! What libpq looks at in a certificate and the TLS library does not tell: whether it signed itself, when it is valid, and its
//! common name where it has no other.

use rustls::pki_types::{ServerName, UnixTime};

/// Of a certificate, as far as it is asked for here.
pub(super) struct Certificate<'a> {
    issuer: &'a [u8],
    subject: &'a [u8],
    /// `YYYYMMDDHHMMSS`
    valid: (String, String),
    names_others: bool,
}

const SEQUENCE: u8 = 0x30;
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];

/// Elements one after the other (DER).
struct Elements<'a>(&'a [u8]);

impl<'a> Iterator for Elements<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (tag, rest) = self.0.split_first()?;
        let (first, rest) = rest.split_first()?;
        let (length, rest) = match usize::from(*first) {
            short @ 0..=0x7f => (short, rest),
            long @ 0x81..=0x84 => {
                let (bytes, rest) = rest.split_at_checked(long - 0x80)?;
                (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((*tag, content))
    }
}

impl<'a> Certificate<'a> {
    /// `None`: it is none that is understood here.
    pub fn read(der: &'a [u8]) -> Option<Self> {
        let (_, whole) = Elements(der).next().filter(|(tag, _)| *tag == SEQUENCE)?;
        let (_, body) = Elements(whole).next().filter(|(tag, _)| *tag == SEQUENCE)?;
        // Version (where it is there), serial number, algorithm.
        let mut elements = Elements(body).skip_while(|(tag, _)| *tag != SEQUENCE);
        let (_algorithm, (_, issuer)) = (elements.next()?, elements.next()?);
        let (_, validity) = elements.next()?;
        let (_, subject) = elements.next()?;
        let mut times = Elements(validity);
        let valid = (time(times.next()?)?, time(times.next()?)?);
        let extensions = elements.find(|(tag, _)| *tag == 0xa3).and_then(|(_, list)| Elements(list).next());
        let names_others = extensions.is_some_and(|(_, list)| {
            Elements(list).any(|(_, one)| Elements(one).next().is_some_and(|(_, name)| name == SUBJECT_ALT_NAME))
        });
        Some(Self { issuer, subject, valid, names_others })
    }

    pub fn is_self_signed(&self) -> bool {
        self.issuer == self.subject
    }

    pub fn is_valid_at(&self, now: UnixTime) -> bool {
        let now = i64::try_from(now.as_secs()).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
        let now = now.map(|now| now.strftime("%Y%m%d%H%M%S").to_string());
        now.is_some_and(|now| self.valid.0 <= now && now <= self.valid.1)
    }

    /// Whether it is for this host by its common name. Counts only where there is no subjectAltName.
    pub fn is_commonly(&self, host: &ServerName<'_>) -> bool {
        let host = host.to_str();
        let names = Elements(self.subject).flat_map(|(_, set)| Elements(set)).filter_map(|(_, pair)| {
            let mut pair = Elements(pair);
            let (_, key) = pair.next()?;
            let (_, value) = pair.next()?;
            (key == COMMON_NAME).then(|| std::str::from_utf8(value).ok()).flatten()
        });
        !self.names_others && names.take(1).any(|name| matches(name, &host))
    }
}

fn matches(name: &str, host: &str) -> bool {
    match name.strip_prefix("*.") {
        Some(rest) => {
            host.split_once('.').is_some_and(|(_, parent)| rest.contains('.') && parent.eq_ignore_ascii_case(rest))
        }
        None => name.eq_ignore_ascii_case(host),
    }
}

/// `261130…Z` and `20261130…Z`.
fn time((tag, text): (u8, &[u8])) -> Option<String> {
    let digits = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    match tag {
        // RFC 5280: years 50 to 99 are of the last century.
        0x17 => Some(format!("{}{digits}", if digits.starts_with(['5', '6', '7', '8', '9']) { "19" } else { "20" })),
        0x18 => Some(digits.to_owned()),
        _ => None,
    }
}
