//! Bytes as the text they were meant to be.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The text of a stranger's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// In UTF-8.
    pub text: Cow<'a, str>,
    /// The bytes were not what they were said to be.
    pub guessed: bool,
}

/// Decodes by the byte order mark, else as UTF-8 where it is that, else by the label, else as what it looks like.
/// `None` where the label says UTF-16 and the bytes say otherwise.
pub fn decode<'a>(bytes: &'a [u8], label: Option<&str>) -> Option<Decoded<'a>> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return Some(by(encoding, bytes.get(length..).unwrap_or_default(), false));
    }
    let said = label.map(|label| Encoding::for_label(label.as_bytes()));
    let wide = said.flatten().filter(|said| [UTF_16LE, UTF_16BE].contains(said));
    if wide.is_some() || bytes.contains(&0) {
        match wide_without_mark(bytes) {
            Some(encoding) => return Some(by(encoding, bytes, wide.is_none())),
            None if wide.is_some() => return None,
            None => {}
        }
    }
    let is_other = said.is_some_and(|said| said != Some(UTF_8));
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(Decoded { text: text.into(), guessed: is_other && !bytes.is_ascii() });
    }
    Some(match said.flatten().filter(|said| *said != UTF_8) {
        Some(encoding) => by(encoding, bytes, false),
        // Half characters that somebody wrote as UTF-8: all else of it is.
        None if bytes.windows(2).any(|two| matches!(two, [0xED, 0xA0..=0xBF])) => by(UTF_8, bytes, true),
        None => by(WINDOWS_1252, bytes, true),
    })
}

fn by<'a>(encoding: &'static Encoding, bytes: &'a [u8], guessed: bool) -> Decoded<'a> {
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    Decoded { text, guessed: guessed || damaged }
}

/// UTF-16 is told by the zeros of its first two letters, which are ASCII in all that is sent here.
fn wide_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let mut pairs = bytes.chunks(2).take(2).peekable();
    pairs.peek()?;
    let zeros: Vec<_> = pairs.map(|pair| pair.iter().map(|byte| *byte == 0).collect::<Vec<_>>()).collect();
    let all = |expected: [bool; 2]| zeros.iter().all(|pair| pair == &expected);
    match (all([true, false]), all([false, true])) {
        (true, _) => Some(UTF_16BE),
        (_, true) => Some(UTF_16LE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    fn read(bytes: &[u8], label: Option<&str>) -> Option<(String, bool)> {
        decode(bytes, label).map(|decoded| (decoded.text.into_owned(), decoded.guessed))
    }

    #[test]
    fn bytes_are_read_as_they_were_meant() {
        let wide = |text: &str, low_first: bool| -> Vec<u8> {
            text.encode_utf16()
                .flat_map(|unit| if low_first { unit.to_le_bytes() } else { unit.to_be_bytes() })
                .collect()
        };
        for (bytes, label, text, guessed) in [
            (b"Zo\xc3\xab".to_vec(), None, "Zoë", false),
            (b"\xef\xbb\xbfZo\xc3\xab".to_vec(), Some("latin1"), "Zoë", false),
            (b"Zo\xc3\xab".to_vec(), Some("utf8"), "Zoë", false),
            (b"Zo\xc3\xab".to_vec(), Some("latin1"), "Zoë", true),
            (b"Zo\xeb".to_vec(), Some("ISO-8859-1"), "Zoë", false),
            (b"Zo\xeb \x80".to_vec(), Some("windows-1252"), "Zoë €", false),
            (b"Zo\xeb".to_vec(), None, "Zoë", true),
            (b"Zo\xeb".to_vec(), Some("utf-8"), "Zoë", true),
            (b"Zo\xeb".to_vec(), Some("klingon"), "Zoë", true),
            (b"Zo".to_vec(), Some("klingon"), "Zo", false),
            (b"\xe3\x81\x82".to_vec(), Some("shift_jis"), "あ", true),
            (b"\x82\xa0".to_vec(), Some("Shift_JIS"), "あ", false),
            (b"a\xed\xa0\xbdb".to_vec(), None, "a\u{fffd}\u{fffd}\u{fffd}b", true),
            ([b"\xff\xfe".to_vec(), wide("{Zoë", true)].concat(), Some("utf-16"), "{Zoë", false),
            ([b"\xfe\xff".to_vec(), wide("{Zoë", false)].concat(), None, "{Zoë", false),
            (wide("{Zoë", true), Some("utf-16"), "{Zoë", false),
            (wide("{Zoë", false), None, "{Zoë", true),
        ] {
            assert_eq!(read(&bytes, label), Some((text.to_owned(), guessed)), "{bytes:?} {label:?}");
        }
        assert_eq!(read(b"{}", Some("utf-16")), None, "the label says what the bytes deny");
    }
}
