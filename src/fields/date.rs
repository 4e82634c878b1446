//! Dates as people write them.

use jiff::civil::Date;
use jiff::fmt::strtime;

use crate::text;

/// Longer texts say more than a date.
const MOST: usize = 40;

/// `2026-03-04`, also where it has a time behind it, `2026/3/4`, `20260304`, `March 4, 2026`, `4 Mar 2026`; and `13/3/2026`
/// where only one of the two can be the month. `None` where it is no date, or could be two.
pub fn date(text: &str) -> Option<Date> {
    let folded = text::fold(text);
    let text = folded.trim();
    if text.len() > MOST || !text.is_char_boundary(text.len().min(10)) {
        return None;
    }
    by_year(text).or_else(|| by_month(text)).or_else(|| by_name(text)).filter(|date| date.year() > 0)
}

fn by_year(text: &str) -> Option<Date> {
    let day =
        text.split(['t', ' ']).next().filter(|day| text.len() == day.len() || is_time(text.get(day.len() + 1..)))?;
    if day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit()) {
        return of(day.get(..4)?, day.get(4..6)?, day.get(6..)?);
    }
    let mut parts = day.split(['-', '/', '.']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if year.len() == 4 && parts.next().is_none() { of(year, month, day) } else { None }
}

fn is_time(text: Option<&str>) -> bool {
    text.is_some_and(|time| {
        time.starts_with(|c: char| c.is_ascii_digit())
            && time.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | 'z' | '+' | '-' | ' '))
    })
}

/// Day and month in either order.
fn by_month(text: &str) -> Option<Date> {
    let mut parts = text.split(['-', '/', '.']);
    let (one, other, year) = (parts.next()?, parts.next()?, parts.next()?);
    if year.len() != 4 || parts.next().is_some() {
        return None;
    }
    match (of(year, one, other), of(year, other, one)) {
        (Some(date), None) | (None, Some(date)) => Some(date),
        (Some(one), Some(other)) if one == other => Some(one),
        _ => None,
    }
}

fn by_name(text: &str) -> Option<Date> {
    let words = text.replace([',', '.'], " ");
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    ["%B %d %Y", "%b %d %Y", "%d %B %Y", "%d %b %Y"]
        .into_iter()
        .find_map(|way| strtime::parse(way, &words).and_then(|read| read.to_date()).ok())
}

fn of(year: &str, month: &str, day: &str) -> Option<Date> {
    let is_number = |text: &str| (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if ![year, month, day].into_iter().all(is_number) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn what_is_meant_is_read() {
        for sent in [
            "2026-03-04",
            " 2026-03-04 ",
            "2026-03-04T10:00:00Z",
            "2026-03-04 10:00",
            "2026/3/4",
            "2026.03.04",
            "20260304",
            "March 4, 2026",
            "4 March 2026",
            "Mar 4 2026",
            "04 MAR 2026",
        ] {
            assert_eq!(date(sent).map(|date| date.to_string()).as_deref(), Some("2026-03-04"), "{sent}");
        }
        for (sent, meant) in [("13/3/2026", "2026-03-13"), ("3/13/2026", "2026-03-13"), ("4.4.2026", "2026-04-04")] {
            assert_eq!(date(sent).map(|date| date.to_string()).as_deref(), Some(meant), "{sent}");
        }
    }

    #[test]
    fn what_could_be_two_is_none() {
        for sent in [
            "",
            "3/4/2026",
            "2026-02-30",
            "2026-13-01",
            "soon",
            "2026",
            "26-03-04",
            "2026-03-04x",
            "0000-01-01",
            "1/2/3/2026",
            "2026-03",
            "in 2026-03-04",
        ] {
            assert_eq!(date(sent), None, "{sent}");
        }
    }
}
