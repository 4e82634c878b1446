//! How the portal says money, times and phone numbers. The server writes every text: script changes none of them but the
//! minutes.

use std::time::Duration;

use jiff::ZonedDateTime;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::clock::Timestamp;
use crate::money::Money;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// An amount as people of the currency write it: `$1,559.00`, `−$48.00`, `CHF 48.00`.
pub fn money(amount: Money, currency: &str) -> String {
    let symbol = match currency {
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "INR" => "₹",
        "JPY" => "¥",
        "KRW" => "₩",
        "CAD" => "CA$",
        "AUD" => "A$",
        "NZD" => "NZ$",
        other => other,
    };
    let space = if symbol == currency { "\u{a0}" } else { "" };
    let sign = if amount.minor() < 0 { "−" } else { "" };
    let (whole, fraction) = amount.split();
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{symbol}{space}{}{point}{fraction}", count(whole))
}

/// A number with its thousands set apart.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number of North America as it is written there; any other as it is. An extension is called one.
pub fn phone(shown: &str) -> String {
    let (number, extension) = shown.split_once(";ext=").map_or((shown, None), |(number, ext)| (number, Some(ext)));
    let national =
        number.strip_prefix("+1").filter(|rest| rest.len() == 10 && rest.bytes().all(|b| b.is_ascii_digit()));
    let parts = national.and_then(|n| Some((n.get(..3)?, n.get(3..6)?, n.get(6..)?)));
    let number =
        parts.map_or_else(|| number.to_owned(), |(area, exchange, line)| format!("({area}) {exchange}-{line}"));
    extension.map_or_else(|| number.clone(), |extension| format!("{number} ext. {extension}"))
}

/// How much time is left, in its two largest units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// `13 d 23 h`, `19 h`, `47 min`, `closed`.
    pub short: String,
    /// `13 days 23 hours`.
    pub long: String,
    /// `calm`, `soon` (under three days), `last` (under one), `over`.
    pub mood: &'static str,
    /// How much of the whole is left, in percent.
    pub percent: u64,
    /// The end, for machines.
    pub until: String,
}

impl Left {
    /// From `now` to `until`, of `whole`.
    pub fn of(now: Timestamp, until: Timestamp, whole: Duration) -> Self {
        let seconds = until.since(now).as_secs();
        let (days, hours, minutes) = (seconds / DAY, seconds % DAY / HOUR, (seconds % HOUR) / MINUTE);
        let unit = |n: u64, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
        let (short, long) = match (days, hours) {
            _ if now >= until => ("closed".to_owned(), "closed".to_owned()),
            (0, 0) => (format!("{} min", minutes.max(1)), unit(minutes.max(1), "minute")),
            (0, hours) if hours < 3 && minutes > 0 => {
                (format!("{hours} h {minutes} min"), format!("{} {}", unit(hours, "hour"), unit(minutes, "minute")))
            }
            (0, hours) => (format!("{hours} h"), unit(hours, "hour")),
            (days, 0) => (format!("{days} d"), unit(days, "day")),
            (days, hours) => (format!("{days} d {hours} h"), format!("{} {}", unit(days, "day"), unit(hours, "hour"))),
        };
        let mood = match seconds {
            _ if now >= until => "over",
            s if s < DAY => "last",
            s if s < 3 * DAY => "soon",
            _ => "calm",
        };
        let percent = (seconds * 100).checked_div(whole.as_secs()).unwrap_or(0).min(100);
        Self { short, long, mood, percent, until: until.to_string() }
    }
}

/// A provider's calendar at one moment.
#[derive(Debug, Clone)]
pub struct Calendar {
    zone: TimeZone,
    pub now: Timestamp,
    today: Date,
}

impl Calendar {
    pub fn new(zone: TimeZone, now: Timestamp) -> Self {
        let today = now.date_in(&zone);
        Self { zone, now, today }
    }

    fn at(&self, time: Timestamp) -> ZonedDateTime {
        time.to_jiff().to_zoned_datetime(self.zone.clone())
    }

    fn days_ago(&self, date: Date) -> i64 {
        date.until(self.today).map_or(i64::MAX, |span| i64::from(span.get_days()))
    }

    /// `Today, 10:38`, `Mon 23 Nov, 16:45`, `3 Mar 2025, 09:10`.
    pub fn time(&self, time: Timestamp) -> String {
        let at = self.at(time);
        match self.days_ago(at.date()) {
            0 => format!("Today, {}", at.strftime("%H:%M")),
            1 => format!("Yesterday, {}", at.strftime("%H:%M")),
            -1 => format!("Tomorrow, {}", at.strftime("%H:%M")),
            _ if at.year() == self.today.year() => at.strftime("%a %-d %b, %H:%M").to_string(),
            _ => at.strftime("%-d %b %Y, %H:%M").to_string(),
        }
    }

    /// The same in the middle of a sentence: `today at 10:38`.
    pub fn time_within(&self, time: Timestamp) -> String {
        let at = self.at(time);
        match self.days_ago(at.date()) {
            0 => format!("today at {}", at.strftime("%H:%M")),
            1 => format!("yesterday at {}", at.strftime("%H:%M")),
            -1 => format!("tomorrow at {}", at.strftime("%H:%M")),
            _ => format!("on {}", self.time(time)),
        }
    }

    /// The same as an end: `tomorrow, 10:38`, `Mon 23 Nov, 16:45`.
    pub fn until(&self, time: Timestamp) -> String {
        let text = self.time_within(time);
        text.strip_prefix("on ").map_or_else(|| text.replace(" at ", ", "), str::to_owned)
    }

    /// `10:38`.
    pub fn clock(&self, time: Timestamp) -> String {
        self.at(time).strftime("%H:%M").to_string()
    }

    /// How long ago, for a list: `4 min`, `08:20`, `19 Nov`, `19 Nov 2025`.
    pub fn ago(&self, time: Timestamp) -> String {
        let (at, seconds) = (self.at(time), self.now.since(time).as_secs());
        match self.days_ago(at.date()) {
            _ if seconds < MINUTE => "now".to_owned(),
            _ if seconds < HOUR => format!("{} min", seconds / MINUTE),
            0 | 1 => at.strftime("%H:%M").to_string(),
            _ if at.year() == self.today.year() => at.strftime("%-d %b").to_string(),
            _ => at.strftime("%-d %b %Y").to_string(),
        }
    }

    /// The same within a sentence: `4 minutes ago`, `on 19 Nov`.
    pub fn since(&self, time: Timestamp) -> String {
        match self.now.since(time).as_secs() {
            s if s < MINUTE => "a moment ago".to_owned(),
            s if s < 2 * MINUTE => "1 minute ago".to_owned(),
            s if s < HOUR => format!("{} minutes ago", s / MINUTE),
            _ => self.time_within(time),
        }
    }

    /// The heading of the day or month that a moment belongs to.
    pub fn group(&self, time: Timestamp) -> String {
        let date = self.at(time).date();
        let days = self.days_ago(date);
        let this_month = (date.year(), date.month()) == (self.today.year(), self.today.month());
        match days {
            ..=0 => "Today".to_owned(),
            1 => format!("Yesterday, {}", date.strftime("%A %-d %B")),
            2..7 => date.strftime("%A %-d %B").to_string(),
            _ if this_month => date.strftime("Earlier in %B").to_string(),
            _ if date.year() == self.today.year() => date.strftime("%B").to_string(),
            _ => date.strftime("%B %Y").to_string(),
        }
    }

    /// `7 Sep`; with the year where it is another.
    pub fn day(&self, date: Date) -> String {
        let format = if date.year() == self.today.year() { "%-d %b" } else { "%-d %b %Y" };
        date.strftime(format).to_string()
    }

    /// The zone's name as people say it: `Denver time (MST)`.
    pub fn zone_name(&self) -> String {
        let abbreviation = self.at(self.now).strftime("%Z").to_string();
        let name = self.zone.iana_name().unwrap_or("UTC");
        let city = name.rsplit('/').next().unwrap_or(name).replace('_', " ");
        if city == abbreviation { city } else { format!("{city} time ({abbreviation})") }
    }

    /// What its clocks say: `UTC−07:00, it is 10:42 there`.
    pub fn zone_now(&self) -> String {
        let at = self.at(self.now);
        let offset = at.strftime("%:z").to_string().replace('-', "−");
        format!("UTC{offset}, where it is {}", at.strftime("%H:%M"))
    }

    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }
}

#[cfg(test)]
mod tests {
    use super::{Calendar, Left, count, money, phone};
    use crate::clock::Timestamp;
    use crate::money::Money;
    use jiff::tz::TimeZone;
    use std::time::Duration;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn money_is_said_as_people_write_it() {
        for (minor, currency, said) in [
            (4800, "USD", "$48.00"),
            (-4805, "USD", "−$48.05"),
            (155_900, "USD", "$1,559.00"),
            (123_456_789, "EUR", "€1,234,567.89"),
            (0, "CHF", "CHF\u{a0}0.00"),
        ] {
            assert_eq!(money(Money::from_minor(minor), currency), said);
        }
        assert_eq!((count(0), count(999), count(1000)), ("0".to_owned(), "999".to_owned(), "1,000".to_owned()));
    }

    #[test]
    fn phones_of_north_america_are_grouped() {
        assert_eq!(phone("+13035550147"), "(303) 555-0147");
        assert_eq!(phone("+442079460018"), "+442079460018");
        assert_eq!(phone("+1303555014é"), "+1303555014é");
        assert_eq!(phone("303 555"), "303 555");
        assert_eq!(phone("+16502530000;ext=42"), "(650) 253-0000 ext. 42");
        assert_eq!(phone("+442079460018;ext=7"), "+442079460018 ext. 7");
    }

    #[test]
    fn what_is_left_has_two_units_and_a_mood() {
        let (until, whole) = (at("2026-12-08T17:38:00Z"), Duration::from_hours(14 * 24));
        for (now, short, long, mood) in [
            ("2026-11-24T17:42:00Z", "13 d 23 h", "13 days 23 hours", "calm"),
            ("2026-12-05T17:38:00Z", "3 d", "3 days", "calm"),
            ("2026-12-05T21:00:00Z", "2 d 20 h", "2 days 20 hours", "soon"),
            ("2026-12-07T17:38:00Z", "1 d", "1 day", "soon"),
            ("2026-12-07T22:38:00Z", "19 h", "19 hours", "last"),
            ("2026-12-08T16:08:00Z", "1 h 30 min", "1 hour 30 minutes", "last"),
            ("2026-12-08T16:51:00Z", "47 min", "47 minutes", "last"),
            ("2026-12-08T17:37:59Z", "1 min", "1 minute", "last"),
            ("2026-12-08T17:38:00Z", "closed", "closed", "over"),
            ("2027-12-08T17:38:00Z", "closed", "closed", "over"),
        ] {
            let left = Left::of(at(now), until, whole);
            assert_eq!((left.short.as_str(), left.long.as_str(), left.mood), (short, long, mood), "{now}");
        }
        assert_eq!(Left::of(at("2026-12-01T17:38:00Z"), until, whole).percent, 50);
    }

    #[test]
    fn times_are_of_the_providers_day() {
        let denver = Calendar::new(crate::zone::get("America/Denver").unwrap(), at("2026-11-24T17:42:00Z"));
        for (time, said, ago, group) in [
            ("2026-11-24T17:38:00Z", "Today, 10:38", "4 min", "Today"),
            ("2026-11-24T15:20:00Z", "Today, 08:20", "08:20", "Today"),
            // Still yesterday in Denver.
            ("2026-11-24T06:59:00Z", "Yesterday, 23:59", "23:59", "Yesterday, Monday 23 November"),
            ("2026-11-20T17:00:00Z", "Fri 20 Nov, 10:00", "20 Nov", "Friday 20 November"),
            ("2026-11-11T17:00:00Z", "Wed 11 Nov, 10:00", "11 Nov", "Earlier in November"),
            ("2026-10-11T17:00:00Z", "Sun 11 Oct, 11:00", "11 Oct", "October"),
            ("2025-10-11T17:00:00Z", "11 Oct 2025, 11:00", "11 Oct 2025", "October 2025"),
        ] {
            let (time, text) = (at(time), time);
            let shown = (denver.time(time), denver.ago(time), denver.group(time));
            assert_eq!(shown, (said.to_owned(), ago.to_owned(), group.to_owned()), "{text}");
        }
        assert_eq!(denver.time_within(at("2026-11-25T12:40:00Z")), "tomorrow at 05:40");
        assert_eq!(denver.zone_name(), "Denver time (MST)");
        assert_eq!(denver.zone_now(), "UTC−07:00, where it is 10:42");
        assert_eq!(Calendar::new(TimeZone::UTC, denver.now).zone_name(), "UTC");
    }
}
