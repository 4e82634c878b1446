//! Forms as strangers' programs send them: what is odd about one is noted, and no field is lost by it.

use super::charset;
use ground::error::{At, Error, Invalid, Result};

/// More fields than this are no form.
pub(super) const MAX_PAIRS: usize = 20_000;

/// What was odd about a form that was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an oddity of its own")]
pub struct FormOdd {
    /// A `%` that encodes nothing, taken as it stands.
    pub unescaped: bool,
    /// Bytes that were not in the character set they were said to be in.
    pub guessed: bool,
    /// A NUL, which stands as U+FFFD.
    pub replaced: bool,
    /// Files, of which only the names are kept.
    pub files: bool,
    /// The end is missing.
    pub cut_off: bool,
}

impl FormOdd {
    pub(super) fn text(&mut self, bytes: &[u8], label: Option<&str>) -> String {
        let decoded = charset::decode(bytes, label);
        let (text, guessed) = match &decoded {
            Some(decoded) => (decoded.text.as_ref(), decoded.guessed),
            None => ("", true),
        };
        self.guessed |= guessed;
        if !text.contains('\0') {
            return decoded.map_or_else(String::new, |decoded| decoded.text.into_owned());
        }
        self.replaced = true;
        text.replace('\0', "\u{fffd}")
    }
}

/// The fields of a form post (`application/x-www-form-urlencoded`) of a stranger, in their order, repeated ones
/// included.
pub fn stranger_pairs(body: &[u8], label: Option<&str>) -> Result<(Vec<(String, String)>, FormOdd)> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let (mut pairs, mut odd) = (Vec::new(), FormOdd::default());
    for part in body.split(|b| *b == b'&').map(<[u8]>::trim_ascii).filter(|part| !part.is_empty()) {
        if pairs.len() == MAX_PAIRS {
            let detail = format!("The form has more than {MAX_PAIRS} fields.");
            return Err(Error::Invalid(vec![Invalid {
                at: At::Pointer("#".into()),
                code: "too_large",
                detail: detail.into(),
            }]));
        }
        let equals = part.iter().position(|b| *b == b'=').unwrap_or(part.len());
        let (name, value) = part.split_at_checked(equals).unwrap_or((part, b""));
        let mut read = |text: &[u8]| {
            let bytes = unescape(text, &mut odd);
            odd.text(&bytes, label)
        };
        pairs.push((read(name), read(value.strip_prefix(b"=").unwrap_or_default())));
    }
    Ok((pairs, odd))
}

/// `+` is a space, `%41` is a letter, and a `%` before anything else is one.
fn unescape(text: &[u8], odd: &mut FormOdd) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        let encoded = match after {
            [high, low, beyond @ ..] if *byte == b'%' => hex(*high).zip(hex(*low)).map(|digits| (digits, beyond)),
            _ => None,
        };
        match (encoded, byte) {
            (Some(((high, low), beyond)), _) => {
                out.push(high * 16 + low);
                rest = beyond;
            }
            (None, b'+') => out.push(b' '),
            (None, byte) => {
                odd.unescaped |= *byte == b'%';
                out.push(*byte);
            }
        }
    }
    out
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|n| u8::try_from(n).ok())
}

#[cfg(test)]
mod tests {
    use super::{FormOdd, stranger_pairs};

    fn read(body: &[u8]) -> (Vec<(String, String)>, FormOdd) {
        stranger_pairs(body, None).unwrap()
    }

    #[test]
    fn a_form_is_read_as_it_was_meant() {
        for (body, name, value) in [
            (&b"a=100%"[..], "a", "100%"),
            (b"a=100%25", "a", "100%"),
            (b"a=5%+off", "a", "5% off"),
            (b"a=%zz%4", "a", "%zz%4"),
            (b"a=Zo%EB", "a", "Zoë"),
            (b"a=Zo%C3%AB", "a", "Zoë"),
            (b"a=%00", "a", "\u{fffd}"),
            (b"\xef\xbb\xbfa=b=c", "a", "b=c"),
            (b"a", "a", ""),
            (b"&&a=1&\r\n", "a", "1"),
            (b"=x", "", "x"),
        ] {
            assert_eq!(read(body).0, [(name.to_owned(), value.to_owned())], "{body:?}");
        }
        assert_eq!(read(b"a=1&b=2&a=3").0.len(), 3);
        assert!(read(b"a=100%").1.unescaped && !read(b"a=100%25").1.unescaped);
        assert!(read(b"a=%EB").1.guessed && read(b"a=%00").1.replaced);
        assert!(stranger_pairs("a&".repeat(20_001).as_bytes(), None).is_err());
    }
}
