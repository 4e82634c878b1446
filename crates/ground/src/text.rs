//! Text as people send it: what cannot be seen, and how two spellings of one text become the same.

use std::fmt::Write;

use unicode_normalization::UnicodeNormalization;

/// Takes room in a text and shows nothing: zero-width and format characters, selectors, fillers, blanks with a glyph.
pub fn is_invisible(c: char) -> bool {
    matches!(
        u32::from(c),
        0xAD | 0x34F
            | 0x61C
            | 0x115F..=0x1160
            | 0x17B4..=0x17B5
            | 0x180B..=0x180F
            | 0x200B..=0x200F
            | 0x202A..=0x202E
            | 0x2060..=0x206F
            | 0x2800
            | 0x3164
            | 0xFE00..=0xFE0F
            | 0xFEFF
            | 0xFFA0
            | 0xFFF0..=0xFFFB
            | 0x1_BCA0..=0x1_BCA3
            | 0x1_D173..=0x1_D17A
            | 0xE_0000..=0xE_0FFF
    )
}

/// Without the white space, control and invisible characters at both ends.
pub fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c.is_control() || is_invisible(c))
}

/// What somebody wrote, as it is kept: NFC, without what cannot be seen at its ends.
pub fn said(text: &str) -> String {
    let composed: String = text.nfc().collect();
    trim(&composed).to_owned()
}

/// At most `most` characters; what is longer ends with `…`.
pub fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// Two digits a byte, in lower case.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The form in which texts are compared: no invisible characters, NFKC, lower case. `ｂob`, `BOB` and `bob` are one.
///
/// Lower-cased letter by letter, so that a part of a text folds to a part of the folded text.
pub fn fold(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).nfkc().flat_map(char::to_lowercase).nfkc().collect()
}

/// As [`fold`], and without the marks on letters, `José` as `jose`; white space is one blank.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let is_mark = |c: &char| ('\u{300}'..='\u{36f}').contains(c);
    for c in fold(text).nfd().filter(|c| !is_mark(c)).nfc() {
        match c {
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'þ' => plain.push_str("th"),
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'đ' | 'ð' => plain.push('d'),
            'ħ' => plain.push('h'),
            'ı' => plain.push('i'),
            'ς' => plain.push('σ'),
            c if c.is_whitespace() || c.is_control() => {
                if !plain.ends_with(' ') {
                    plain.push(' ');
                }
            }
            c => plain.push(c),
        }
    }
    plain
}

/// A text for people, in which whatever stands where a URL has its user and password is left out.
pub fn without_secrets(text: &str) -> String {
    let shown = |word: &str| {
        let Some(at) = word.rfind('@') else { return word.to_owned() };
        let (before, after) = word.split_at(at);
        let start = before
            .find("://")
            .map_or_else(|| before.len() - before.trim_start_matches(['\'', '"', '(', '<', '[']).len(), |at| at + 3);
        let (start, who) = before.split_at(start);
        // As our own lines say what is to be written.
        if who.starts_with("[user") {
            return word.to_owned();
        }
        if who.contains(':') || start.ends_with("://") { format!("{start}…{after}") } else { word.to_owned() }
    };
    text.split_inclusive(char::is_whitespace).map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::{cut, fold, plain, trim, without_secrets};

    #[test]
    fn folding_makes_spellings_one() {
        for text in ["bob", "BOB", "ｂob", "b\u{200b}ob", "\u{feff}Bob"] {
            assert_eq!(fold(text), "bob");
        }
        assert_eq!(fold("JOSÉ"), fold("jose\u{301}"));
        assert_eq!(fold("ΟΔΟΣ"), fold("οδοσ"));
    }

    #[test]
    fn a_name_is_found_whatever_its_marks() {
        for (text, same) in [
            ("José", "jose"),
            ("JOSE\u{301}", "jose"),
            ("Ångström", "angstrom"),
            ("Łukasz Żak", "lukasz zak"),
            ("Jürgen  Groß", "jurgen gross"),
            ("ＢＯＢ\tLee\n", "bob lee "),
            ("İnci Işık", "inci isik"),
            ("Ὀδυσσεύς", "οδυσσευσ"),
            ("Андрей", "андреи"),
            ("がく", "がく"),
            ("김민준", "김민준"),
        ] {
            assert_eq!(plain(text), same, "{text}");
        }
    }

    #[test]
    fn trimming_takes_what_cannot_be_seen() {
        assert_eq!(trim("\u{200b}\u{3000}\r\n \u{2800}ok \u{200d}\u{feff}"), "ok");
        assert_eq!(trim("\u{200b}\u{3000}\r\n"), "");
    }

    #[test]
    fn long_texts_end_with_a_sign_of_it() {
        assert_eq!(cut("short", 80), "short");
        assert_eq!(cut("a roof that leaks", 8), "a roof…");
        assert_eq!(cut("ééééé", 5), "ééééé");
    }

    #[test]
    fn what_may_be_a_password_is_left_out() {
        for (text, shown) in [
            ("unexpected 'smtp://u:hunter2@host?tls=on' found", "unexpected 'smtp://…@host?tls=on' found"),
            ("redis://hunter2@host is away", "redis://…@host is away"),
            ("--smtp-url=smtp://u:a@hunter2@host", "--smtp-url=smtp://…@host"),
            ("'u:hunter2@host'", "'…@host'"),
            ("nobody has bob@example.com", "nobody has bob@example.com"),
            ("Bob <bob@example.com>: no", "Bob <bob@example.com>: no"),
        ] {
            assert_eq!(without_secrets(text), shown);
        }
    }
}
