//! A row of the history: what was asked for, how far it is, and what can be done.

use std::fmt::Write;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::found::PageData;
use crate::exports::{Export, Preset, State};

use crate::portal::pill::{self, Pill};
use crate::portal::words::{self, Calendar};
use crate::text;

const LOST: &str = "The storage has lost this file. Made again, it does not count against your day.";

pub struct Row {
    pub id: String,
    pub when: String,
    pub at: String,
    pub what: String,
    pub more: String,
    pub rows: String,
    pub size: String,
    pub pill: Pill,
    pub can_download: bool,
    pub can_cancel: bool,
    /// The storage has lost its file.
    pub is_lost: bool,
    /// The form with the same filters, and what it is called there.
    pub again: Option<(String, &'static str)>,
}

pub fn row(calendar: &Calendar, found: &PageData, export: &Export) -> Row {
    let over = export.is_over(calendar.now);
    let state = if over && export.state == State::Ready { State::Expired } else { export.state };
    let again = match state {
        State::Failed => Some("Try again"),
        State::Expired | State::Cancelled => Some("Export again"),
        _ => None,
    };
    let is_lost = state == State::Ready && export.missing_at.is_some();
    Row {
        id: export.id.to_string(),
        when: calendar.time(export.created_at),
        at: export.created_at.to_string(),
        what: what(calendar, found, export),
        more: if is_lost { LOST.to_owned() } else { more(calendar, export, state) },
        rows: export.row_count.map(|n| words::count(n.unsigned_abs())).unwrap_or_default(),
        size: export.size_bytes.map(size).unwrap_or_default(),
        pill: if is_lost { Pill { class: "failed", said: "File lost" } } else { pill(state) },
        can_download: state == State::Ready && !is_lost,
        is_lost,
        can_cancel: matches!(state, State::Queued | State::Running) && !export.is_remade(),
        again: again.map(|label| (format!("/exports?{}", filters(export)), label)),
    }
}

/// `Accepted leads, CSV for HubSpot`.
fn what(calendar: &Calendar, found: &PageData, export: &Export) -> String {
    let mut text = match export.status {
        None => "All leads".to_owned(),
        Some(status) => format!("{} leads", pill::pill(status).said),
    };
    if let Some(niche) = export.niche_id.and_then(|niche| found.niches.iter().find(|known| known.id == niche)) {
        let _ = write!(text, " in {}", niche.name);
    }
    let day = |text: &String| text.parse().map_or_else(|_| text.clone(), |date| calendar.day(date));
    match (export.date_from.as_ref().map(day), export.date_to.as_ref().map(day)) {
        (Some(from), Some(to)) => {
            let _ = write!(text, ", {from} to {to}");
        }
        (Some(from), None) => {
            let _ = write!(text, " since {from}");
        }
        (None, Some(to)) => {
            let _ = write!(text, " until {to}");
        }
        (None, None) => {}
    }
    if let Some(search) = &export.search {
        let _ = write!(text, " with “{}”", text::cut(search, 40));
    }
    let columns = match export.preset {
        Preset::Standard => "",
        Preset::Hubspot => " for HubSpot",
        Preset::Salesforce => " for Salesforce",
    };
    let _ = write!(text, ", {}{columns}", export.format.as_str().to_uppercase());
    text
}

/// What else is to be said of it.
fn more(calendar: &Calendar, export: &Export, state: State) -> String {
    let truncated = || {
        let (rows, all) = (export.row_count.unwrap_or(export.max_rows), export.matching_rows);
        let (rows, all) = (words::count(rows.unsigned_abs()), words::count(all.unsigned_abs()));
        format!("Newest {rows} of {all}. Ask for earlier dates to get the rest. ")
    };
    let cut = if export.is_truncated() { truncated() } else { String::new() };
    match state {
        State::Queued | State::Running if export.is_remade() => {
            "Made again without a person who was erased. Its link works again then; it does not count twice.".to_owned()
        }
        State::Queued => format!("{cut}Waits for its turn"),
        State::Running => {
            let (done, all) = (export.rows_done.unsigned_abs(), export.estimated_rows().unsigned_abs());
            format!("{cut}{} of {} rows written", words::count(done), words::count(all))
        }
        State::Ready => {
            let ends = export.expires_at.map_or_else(String::new, |end| format!("Ends {}", calendar.time(end)));
            format!("{cut}{ends}")
        }
        State::Failed => {
            let why = export.error.clone().unwrap_or_default();
            if why.contains("count against") { why } else { format!("{why} This one did not count against your day.") }
        }
        State::Cancelled => "Stopped; it did not count against your day.".to_owned(),
        State::Expired => export
            .expires_at
            .map_or_else(|| "The file is gone.".to_owned(), |end| format!("Ended {}", calendar.time(end))),
    }
}

/// `1.1 MB`, in units of a thousand.
fn size(bytes: i64) -> String {
    let bytes = bytes.unsigned_abs();
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{} kB", (bytes + 500) / 1000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

fn pill(state: State) -> Pill {
    let (class, said) = match state {
        State::Queued => ("queued", "Queued"),
        State::Running => ("running", "Running"),
        State::Ready => ("ready", "Ready"),
        State::Failed => ("failed", "Failed"),
        State::Cancelled => ("cancelled", "Cancelled"),
        State::Expired => ("expired", "Expired"),
    };
    Pill { class, said }
}

/// The same filters as a query.
fn filters(export: &Export) -> String {
    let mut query = format!("format={}&preset={}", export.format, export.preset);
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = write!(query, "&{name}={}", utf8_percent_encode(&value, NON_ALPHANUMERIC));
        }
    };
    add("status", export.status.map(|status| status.to_string()));
    add("niche_id", export.niche_id.map(|niche| niche.to_string()));
    add("date_from", export.date_from.clone());
    add("date_to", export.date_to.clone());
    add("search", export.search.clone());
    add("viewed", export.viewed.map(|viewed| viewed.to_string()));
    query
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_said_in_thousands() {
        for (bytes, said) in [(0, "0 B"), (999, "999 B"), (13_499, "13 kB"), (999_499, "999 kB"), (1_149_000, "1.1 MB")]
        {
            assert_eq!(size(bytes), said);
        }
    }
}
