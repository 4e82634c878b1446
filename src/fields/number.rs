//! Numbers as people write them.

use crate::text;

/// More digits are no number that anybody asks for.
const MAX_DIGITS: usize = 30;

/// What is meant, as JSON writes it: `1,500`, `1 500`, `$1,500.00`, `1.500,50`, `1'500`, `12,34,567`. A point before three
/// digits is a decimal point; a comma before three digits, behind one to three, is none. `None` where it is no number.
pub fn number(text: &str) -> Option<String> {
    let folded = text::fold(text).replace('\u{2212}', "-");
    let text = folded.trim();
    let (minus, text) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let text = text.trim().strip_prefix(is_currency).unwrap_or(text).trim();
    let text = text.strip_suffix(is_currency).unwrap_or(text).trim();
    if text.contains('e') {
        return exponential(minus, text);
    }
    if text.bytes().filter(u8::is_ascii_digit).count() > MAX_DIGITS {
        return None;
    }
    let (whole, fraction) = parts(text)?;
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    let is_zero = whole == "0" && fraction.bytes().all(|b| b == b'0');
    let (minus, point) = (if is_zero { "" } else { minus }, if fraction.is_empty() { "" } else { "." });
    Some(format!("{minus}{whole}{point}{fraction}"))
}

/// The same without a fraction.
pub fn integer(text: &str) -> Option<i64> {
    let number = number(text)?;
    if number.contains('e') {
        let value: f64 = number.parse().ok()?;
        return if value.fract() == 0.0 { format!("{value:.0}").parse().ok() } else { None };
    }
    let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
    if fraction.bytes().all(|b| b == b'0') { whole.parse().ok() } else { None }
}

fn is_currency(c: char) -> bool {
    matches!(c, '$' | '£' | '¥' | '€' | '₹')
}

/// `1e3`, as programs write it.
fn exponential(minus: &str, text: &str) -> Option<String> {
    let value: serde_json::Number = serde_json::from_str(text).ok()?;
    value.as_f64().filter(|value| value.is_finite())?;
    (text.len() <= MAX_DIGITS).then(|| format!("{minus}{text}"))
}

/// The digits before the decimal point, and those behind it.
fn parts(text: &str) -> Option<(String, &str)> {
    let (points, commas) = (text.matches('.').count(), text.matches(',').count());
    let has_blanks = text.contains(is_blank);
    let point = match (points, commas) {
        // The later of the two.
        (1.., 1..) => text.chars().rev().find(|c| matches!(c, '.' | ',')),
        (1, 0) => Some('.'),
        (0, 1) if has_blanks || whole(text, |c| c == ',').is_none() => Some(','),
        _ => None,
    };
    let (before, fraction) = match point {
        Some(point) => text.split_once(point).map(|(before, behind)| (before, Some(behind)))?,
        None => (text, None),
    };
    let fraction_is_one = fraction.is_none_or(is_digits);
    let digits = match point {
        _ if before.is_empty() => fraction.is_some().then(String::new),
        _ if has_blanks => whole(before, is_blank),
        Some('.') => whole(before, |c| c == ','),
        Some(_) => whole(before, |c| c == '.'),
        None if points > 0 => whole(before, |c| c == '.'),
        None => whole(before, |c| c == ','),
    };
    digits.filter(|_| fraction_is_one).map(|digits| (digits, fraction.unwrap_or_default()))
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\'' | '’')
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// The digits of groups of three, or of two before the last three; also without any group.
fn whole(text: &str, mark: impl Fn(char) -> bool) -> Option<String> {
    let groups: Vec<&str> = text.split(mark).collect();
    let are_groups = match groups.as_slice() {
        [_] => true,
        [first, between @ .., last] => {
            let all = |length: usize| between.iter().all(|group| group.len() == length);
            last.len() == 3 && !first.starts_with('0') && (all(3) && first.len() <= 3 || all(2) && first.len() <= 2)
        }
        [] => false,
    };
    (are_groups && groups.iter().all(|group| is_digits(group))).then(|| groups.concat())
}

#[cfg(test)]
mod tests {
    use super::{integer, number};

    #[test]
    fn what_is_meant_is_read() {
        for (sent, meant) in [
            ("1500", "1500"),
            (" 1,500 ", "1500"),
            ("1 500", "1500"),
            ("1\u{a0}500\u{202f}000,5", "1500000.5"),
            ("1'500", "1500"),
            ("$1,500.00", "1500.00"),
            ("1.500,50 €", "1500.50"),
            ("1.500.000", "1500000"),
            ("12,34,567.5", "1234567.5"),
            ("1.500", "1.500"),
            ("1,5", "1.5"),
            ("0,500", "0.500"),
            (".5", "0.5"),
            ("007", "7"),
            ("-5", "-5"),
            ("\u{2212}5", "-5"),
            ("-0.0", "0.0"),
            ("+3", "3"),
            ("１５００", "1500"),
            ("1e3", "1e3"),
        ] {
            assert_eq!(number(sent).as_deref(), Some(meant), "{sent}");
        }
    }

    #[test]
    fn what_is_none_is_none() {
        let long = "1".repeat(31);
        for sent in [
            "",
            " ",
            "-",
            ".",
            ",",
            "1.",
            "1,2,3",
            "1 50",
            "1,50,00",
            "12 sq ft",
            "about 5",
            "1-2",
            "NaN",
            "1e999",
            "1.2.3",
            "$",
            "1..2",
            "1,,000",
            long.as_str(),
        ] {
            assert_eq!(number(sent), None, "{sent}");
        }
    }

    #[test]
    fn whole_numbers_are() {
        for (sent, meant) in [
            ("1,500", Some(1500)),
            ("1500.0", Some(1500)),
            ("1e3", Some(1000)),
            ("1.5", None),
            ("1e-1", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(integer(sent), meant, "{sent}");
        }
    }
}
