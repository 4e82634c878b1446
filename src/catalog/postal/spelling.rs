//! Postal codes as people type them: full width, small letters, the digits of other scripts, any space and any dash.

use unicode_normalization::UnicodeNormalization;

/// The zeros of the scripts whose digits stand in postal codes: Arabic, Persian, Devanagari, Bengali, Thai.
const ZEROS: [u32; 5] = [0x660, 0x6F0, 0x966, 0x9E6, 0xE50];

/// Letters and digits in capitals, as they stand between everything else.
pub(super) fn parts(text: &str) -> Vec<String> {
    let plain: String = text.nfkc().map(|c| digit(c).unwrap_or(c).to_ascii_uppercase()).collect();
    plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Whether the text has only letters A to Z, digits, spaces and dashes, in whatever width.
pub(super) fn is_plain(text: &str) -> bool {
    text.nfkc().all(|c| c.is_ascii_alphanumeric() || digit(c).is_some() || c == ' ' || is_dash(c))
}

fn digit(c: char) -> Option<char> {
    let value = ZEROS.into_iter().find_map(|zero| u32::from(c).checked_sub(zero).filter(|value| *value < 10))?;
    char::from_digit(value, 10)
}

/// Hyphens, dashes, the minus sign, and the long-vowel mark that stands for them in Japan.
fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{30FC}' | '\u{FE58}')
}
