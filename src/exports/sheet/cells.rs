//! Cells that a spreadsheet would run are made harmless.

use unicode_normalization::UnicodeNormalization;

use crate::text;

/// Starts a formula in some spreadsheet, or a command in an older one (formats.md, Conventions).
const TRIGGERS: &[char] = &['=', '+', '-', '@', '|', '%'];

/// `cell` as it may stand in a CSV file. A number stays one, and so does a phone in E.164, of which a spreadsheet makes a
/// number at worst.
pub fn harmless(cell: String) -> String {
    if is_trigger(&cell) && !is_number(&cell) { format!("'{cell}") } else { cell }
}

/// Whether it begins like a formula to somebody who skips white space, what can't be seen and full-width forms.
fn is_trigger(cell: &str) -> bool {
    let leads = |text: &str| text.nfkc().next().is_some_and(|first| TRIGGERS.contains(&first));
    cell.starts_with(['\t', '\r', '\n']) || leads(cell) || leads(text::trim(cell))
}

/// Digits with a sign before them, and a point or a comma among them.
fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix(['+', '-']).unwrap_or(cell);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',')
        && digits.matches(['.', ',']).count() <= 1
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn what_would_run_is_quoted() {
        for cell in [
            "=1+1",
            "+1+1",
            "-1-2",
            "@SUM(1)",
            "\t=1",
            "\r=1",
            "\n=1",
            " =1",
            "＝1",
            "＋A1",
            "\u{feff}=1",
            "\u{200b}=1",
            "\u{a0}=1",
            "=cmd|' /C calc'!A0",
            "=HYPERLINK(\"x\")",
            "|calc",
            "%x",
            "-",
            "+",
            "+1.2.3",
            "-2+3",
            "\u{202e}=1",
        ] {
            assert_eq!(harmless(cell.to_owned()), format!("'{cell}"), "{cell:?}");
        }
    }

    #[test]
    fn what_is_harmless_stays() {
        for cell in [
            "",
            "+15551234567",
            "-5",
            "-5.25",
            "+3,5",
            "007",
            "1E5",
            "Roof = flat",
            "a@example.com",
            "'quoted",
            "2026-01-02",
        ] {
            assert_eq!(harmless(cell.to_owned()), cell, "{cell:?}");
        }
    }
}
