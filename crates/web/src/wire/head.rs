//! A request's head, looked at line by line as it comes in (RFC 9112, read strictly).

use axum::http::{StatusCode, Uri};

use crate::problem::Problem;

/// The most a head may have, in bytes.
const MAX_HEAD: usize = 16 * 1024;
const MAX_HEADERS: usize = 100;

/// What is known of a head so far.
#[derive(Default)]
pub(super) struct Head {
    /// Bytes in front of the first line: empty lines, which some clients send after a body.
    skip: usize,
    /// Where the line that is coming in starts, and up to where it holds no line feed.
    line: usize,
    searched: usize,
    lines: usize,
    length: Option<u64>,
    chunked: bool,
    /// HTTP/1.0, which knows no chunks.
    old: bool,
}

pub(super) enum Scan {
    Partial,
    /// The head is `length` bytes after `skip`.
    Complete {
        skip: usize,
        length: usize,
        body: BodyIs,
    },
    Refused(Problem),
}

/// How long a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyIs {
    Long(u64),
    Chunked,
}

type Checked = Result<(), &'static str>;

impl Head {
    /// Goes on where the last call ended; `bytes` is everything that came since the head began.
    pub fn scan(&mut self, bytes: &[u8]) -> Scan {
        let too_large =
            || refused(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large", "At most 16 KiB of headers.");
        while let Some(end) = find_line_feed(bytes, self.searched) {
            if end >= MAX_HEAD {
                return too_large();
            }
            let line = bytes.get(self.line..end).and_then(|line| line.strip_suffix(b"\r"));
            let Some(line) = line else {
                return bad("A line ends in carriage return and line feed.");
            };
            self.line = end + 1;
            self.searched = end + 1;
            if line.is_empty() && self.lines == 0 {
                self.skip = self.line;
                continue;
            }
            if line.is_empty() {
                let body = if self.chunked { BodyIs::Chunked } else { BodyIs::Long(self.length.unwrap_or(0)) };
                return Scan::Complete { skip: self.skip, length: self.line - self.skip, body };
            }
            self.lines += 1;
            if self.lines > MAX_HEADERS + 1 {
                return refused(
                    StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                    "too_many_headers",
                    "At most 100 headers.",
                );
            }
            self.old |= self.lines == 1 && line.ends_with(b" HTTP/1.0");
            let checked = if self.lines == 1 { check_request_line(line) } else { self.check_header(line) };
            if let Err(detail) = checked {
                return bad(detail);
            }
        }
        self.searched = bytes.len();
        if bytes.len() >= MAX_HEAD { too_large() } else { Scan::Partial }
    }

    fn check_header(&mut self, line: &[u8]) -> Checked {
        if matches!(line.first(), Some(b' ' | b'\t')) {
            return Err("A header is one line.");
        }
        let colon = line.iter().position(|b| *b == b':').ok_or("A header has a colon.")?;
        let (name, value) = line.split_at_checked(colon).ok_or("A header has a colon.")?;
        let value = value.strip_prefix(b":").unwrap_or_default().trim_ascii();
        if name.is_empty() || !name.iter().copied().all(is_token) {
            return Err("A header's name is letters, digits and hyphens.");
        }
        if value.iter().any(|b| (*b < 0x20 && *b != b'\t') || *b == 0x7f) {
            return Err("A header has no control characters.");
        }
        if name.eq_ignore_ascii_case(b"content-length") {
            self.check_length(value)
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            self.check_encoding(value)
        } else {
            Ok(())
        }
    }

    fn check_length(&mut self, value: &[u8]) -> Checked {
        let digits = (1..=18).contains(&value.len()) && value.iter().all(u8::is_ascii_digit);
        let length = std::str::from_utf8(value).ok().filter(|_| digits).and_then(|text| text.parse().ok());
        let first = self.length.replace(length.ok_or("Content-Length is a number.")?).is_none();
        if first && !self.chunked { Ok(()) } else { Err("Send one Content-Length, or Transfer-Encoding: chunked.") }
    }

    fn check_encoding(&mut self, value: &[u8]) -> Checked {
        let first = !std::mem::replace(&mut self.chunked, true);
        if !value.eq_ignore_ascii_case(b"chunked") {
            return Err("The one Transfer-Encoding is chunked.");
        }
        if self.old {
            Err("HTTP/1.0 has no Transfer-Encoding: send a Content-Length, or HTTP/1.1.")
        } else if first && self.length.is_none() {
            Ok(())
        } else {
            Err("Send one Content-Length, or Transfer-Encoding: chunked.")
        }
    }
}

fn refused(status: StatusCode, code: &'static str, detail: &'static str) -> Scan {
    Scan::Refused(Problem::new(status, code, detail))
}

fn bad(detail: &'static str) -> Scan {
    refused(StatusCode::BAD_REQUEST, "malformed_request", detail)
}

fn find_line_feed(bytes: &[u8], from: usize) -> Option<usize> {
    bytes.get(from..)?.iter().position(|b| *b == b'\n').map(|at| from + at)
}

/// `METHOD SP target SP HTTP/1.x`, each of it something that hyper takes as well.
fn check_request_line(line: &[u8]) -> Checked {
    let mut parts = line.split(|b| *b == b' ');
    let (Some(method), Some(target), Some(version), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err("A request line is a method, a target and a version.");
    };
    if method.is_empty() || !method.iter().copied().all(is_token) {
        return Err("This is no method.");
    }
    if !matches!(version, b"HTTP/1.1" | b"HTTP/1.0") {
        return Err("This server speaks HTTP/1.1.");
    }
    let printable = target.iter().all(u8::is_ascii_graphic);
    if printable && Uri::try_from(target).is_ok() { Ok(()) } else { Err("This is no request target.") }
}

/// RFC 9110, token.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::{BodyIs, Head, Scan};

    fn scan(text: &str) -> String {
        match Head::default().scan(text.as_bytes()) {
            Scan::Partial => "partial".to_owned(),
            Scan::Complete { skip, length, body } => format!("{skip}+{length} {body:?}"),
            Scan::Refused(problem) => problem.status.as_u16().to_string(),
        }
    }

    #[test]
    fn good_heads_pass() {
        for (head, body) in [
            ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", BodyIs::Long(0)),
            ("GET /a?b=%20c HTTP/1.0\r\n\r\n", BodyIs::Long(0)),
            ("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", BodyIs::Long(0)),
            ("GET http://x/a HTTP/1.1\r\nHost:x \r\n\r\n", BodyIs::Long(0)),
            ("POST / HTTP/1.1\r\ncontent-length: 12\r\n\r\n", BodyIs::Long(12)),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n", BodyIs::Chunked),
            ("GET / HTTP/1.1\r\nX: caf\u{e9}\ttab\r\n\r\n", BodyIs::Long(0)),
        ] {
            assert_eq!(scan(head), format!("0+{} {body:?}", head.len()), "{head:?}");
            assert_eq!(scan(&format!("\r\n\r\n{head}rest")), format!("4+{} {body:?}", head.len()));
        }
    }

    #[test]
    fn heads_that_could_be_read_in_two_ways_are_refused() {
        for rest in [
            "Content-Length: 1\r\nContent-Length: 1",
            "Content-Length: 1\r\ncontent-length: 2",
            "Content-Length: 1\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 1",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: identity",
            "Content-Length: +1",
            "Content-Length: 1, 1",
            "Content-Length: ",
            "Content-Length: 9999999999999999999",
            "Content-Length : 1",
            "A: b\r\n c",
            "A: b\r\n\tc",
            "A: b\nC: d",
            "A: b\rC: d",
            "A: b\0",
            "no colon",
            ": no name",
            "na me: x",
        ] {
            assert_eq!(scan(&format!("POST / HTTP/1.1\r\n{rest}\r\n\r\n")), "400", "{rest:?}");
        }
        for line in [
            "",
            "GET",
            "GET /",
            "GET  / HTTP/1.1",
            "GET / HTTP/1.1 ",
            "GET / HTTP/2.0",
            "GET / http/1.1",
            "G@T / HTTP/1.1",
        ] {
            assert!(matches!(scan(&format!("{line}\r\nHost: x\r\n\r\n")).as_str(), "400"), "{line:?}");
        }
        for target in ["/\u{e9}", "/a\tb", "http://", "/<\u{7f}>"] {
            assert_eq!(scan(&format!("GET {target} HTTP/1.1\r\n\r\n")), "400", "{target:?}");
        }
        assert_eq!(scan("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), "400");
        assert_eq!(scan("GET / HTTP/1.1\n"), "400");
        assert_eq!(scan("\u{16}\u{3}\u{1}\n"), "400");
    }

    #[test]
    fn size_and_number_are_bounded() {
        let headers = |n: usize| format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(n));
        assert_eq!(scan(&headers(100)), format!("0+{} Long(0)", headers(100).len()));
        assert_eq!(scan(&headers(101)), "431");
        let long = |n: usize| format!("GET / HTTP/1.1\r\nA: {}\r\n\r\n", "b".repeat(n));
        assert!(scan(&long(16_000)).starts_with("0+"));
        assert_eq!(scan(&long(17_000)), "431");
        assert_eq!(scan(&"x".repeat(16 * 1024)), "431");
        assert_eq!(scan(&"\r\n".repeat(8 * 1024)), "431");
    }

    #[test]
    fn it_makes_no_difference_how_the_bytes_come() {
        let text = b"\r\nPOST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n";
        let mut head = Head::default();
        for end in 0..text.len() {
            assert!(matches!(head.scan(&text[..end]), Scan::Partial), "{end}");
        }
        assert!(matches!(head.scan(text), Scan::Complete { skip: 2, length: 47, body: BodyIs::Long(3) }));
    }
}
