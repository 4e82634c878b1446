//! Cells that a spreadsheet would run are made harmless.

use std::ops::RangeInclusive;

use unicode_normalization::UnicodeNormalization;

use crate::text;

/// Starts a formula in some spreadsheet, or a command in an older one.
const TRIGGERS: &[char] = &['=', '+', '-', '@', '|', '%'];

/// A phone number has as many digits, those of its extension apart.
const PHONE_DIGITS: RangeInclusive<usize> = 7..=15;

/// `cell` as it may stand in a CSV file. A number stays one however it is written, and so does a phone number: a spreadsheet
/// makes another number of them at worst, and a CRM takes them as they are.
pub fn harmless(cell: String) -> String {
    if is_trigger(&cell) && !is_number(&cell) && !is_phone(&cell) { format!("'{cell}") } else { cell }
}

/// Whether it begins like a formula to somebody who skips white space, what can't be seen and full-width forms.
fn is_trigger(cell: &str) -> bool {
    let leads = |text: &str| text.nfkc().next().is_some_and(|first| TRIGGERS.contains(&first));
    cell.starts_with(['\t', '\r', '\n']) || leads(cell) || leads(text::trim(cell))
}

/// How a number is written: the decimal point, and what stands between groups of digits.
type Way = (char, fn(char) -> bool);

/// `-5`, `+3,5`, `-.5`, `-1E-5`, `-1,234.50`, `-1.234,50`, `-1 234,50`, `-1'234.50`, `-12,34,567`, `-5%`, `-$5.00`, `-5 €`.
fn is_number(cell: &str) -> bool {
    let number = cell.strip_prefix(['+', '-']).unwrap_or(cell);
    let number = number.strip_prefix(is_currency).unwrap_or(number);
    let number =
        number.strip_suffix(|c| c == '%' || is_currency(c)).map_or(number, |less| less.trim_end_matches(is_blank));
    let (mantissa, exponent) = number.split_once(['e', 'E']).map_or((number, None), |(m, e)| (m, Some(e)));
    let ways: [Way; 4] =
        [('.', |c| c == ','), (',', |c| c == '.'), (',', is_blank), ('.', |c| is_blank(c) || matches!(c, '\'' | '’'))];
    exponent.is_none_or(|exponent| is_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
        && ways.into_iter().any(|(point, mark)| is_decimal(mantissa, point, mark))
}

/// The signs that stand beside amounts.
fn is_currency(c: char) -> bool {
    matches!(c, '$' | '¢' | '£' | '¤' | '¥' | '₣'..='₿' | '฿')
}

/// A space as it stands between the digits of a number.
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}')
}

/// Digits with a point among or before them, those before it also in groups: of three, or of two before the last three.
fn is_decimal(text: &str, point: char, mark: fn(char) -> bool) -> bool {
    let (whole, fraction) = text.split_once(point).map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let groups: Vec<&str> = whole.split(mark).collect();
    let whole_is_one = match groups.as_slice() {
        [digits] => is_digits(digits) || digits.is_empty() && fraction.is_some(),
        [first, between @ .., last] => {
            let all = |length: usize| between.iter().all(|group| group.len() == length);
            groups.iter().all(|group| is_digits(group))
                && last.len() == 3
                && (all(3) && first.len() <= 3 || all(2) && first.len() <= 2)
        }
        [] => false,
    };
    whole_is_one && fraction.is_none_or(is_digits)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// `+44 7700 900123`, `+1 (650) 253-0003`, `+16502530003;ext=42`, `+1 650 253 0003 x42`: enough digits for a phone and, but for
/// the word before an extension, nothing that a formula could be made of.
fn is_phone(cell: &str) -> bool {
    let plain: String = cell.nfkc().collect();
    let Some(number) = text::trim(&plain).strip_prefix('+') else { return false };
    let (number, extension) = match number.find(|c: char| c.is_ascii_alphabetic() || matches!(c, ';' | '#' | ',')) {
        Some(at) => number.split_at_checked(at).unwrap_or((number, "")),
        None => (number, ""),
    };
    let is_punctuation = |c: char| c.is_whitespace() || "().-/\u{2010}\u{2011}\u{2012}\u{2013}".contains(c);
    let digits = number.chars().filter(char::is_ascii_digit).count();
    PHONE_DIGITS.contains(&digits)
        && number.starts_with(|c: char| c.is_ascii_digit() || c == '(' || c == ' ')
        && number.chars().all(|c| c.is_ascii_digit() || is_punctuation(c))
        && (extension.is_empty() || is_extension(extension))
}

fn is_extension(text: &str) -> bool {
    let lower = text.to_lowercase();
    let word = lower.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = lower.len() - word.len();
    (1..=7).contains(&digits)
        && matches!(
            word.trim_end_matches([' ', '.', ':']).trim_start_matches([',', ' ']),
            ";ext=" | "x" | "ext" | "extension" | "#"
        )
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
            "+1-2",
            "+123456-1+1",
            "+1234567*A1",
            "+1234567;A1",
            "+1234567 x",
            "+44 7700 900123 cmd",
            "+1-800-FLOWERS",
            "-1E",
            "-1E-",
            "-1,23,4",
            "-1,23,45",
            "-1234,567,890",
            "-$",
            "-$A1",
            "-$A$1",
            "-5 A1",
            "-1 2",
            "-€5+1",
            "-1e5e5",
            "-E5",
            "-.",
            "-%",
            "+(A1)1234567",
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
            "+16502530003;ext=42",
            "+44 7700 900123",
            "+44\u{a0}7700\u{a0}900123",
            "+1 (650) 253-0003",
            "+1-650-253-0003",
            "+1.650.253.0003",
            "+49 (0)30/901820",
            "+1 650 253 0003 x42",
            "+1 650 253 0003 ext. 42",
            "+１６５０２５３０００３",
            " +44 7700 900123",
            "-1E-5",
            "+1e10",
            "-1.5E+3",
            "-.5",
            "-1,234.50",
            "-1.234,50",
            "-1,234,567",
            "-5%",
            "-5 %",
            "-12,34,567.50",
            "-1 234,50",
            "-1\u{202f}234\u{202f}567,50",
            "-1'234.50",
            "-$1,234.50",
            "-€5",
            "-5 €",
            "+1.234,50\u{a0}€",
        ] {
            assert_eq!(harmless(cell.to_owned()), cell, "{cell:?}");
        }
    }
}
