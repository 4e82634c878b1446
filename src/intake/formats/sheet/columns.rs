//! What the columns of a table hold, by their headers.

use std::collections::BTreeMap;

use crate::http::json::Value;
use crate::intake::formats::names::{self, Common};

/// A column that the operator mapped to nothing.
const LEFT_OUT: &str = "";

/// The name by which a column's cells are read: one of ours whatever its case, else as it stands. `None`: left out.
/// `mapped`: header → name, as the operator decided it for the source.
pub fn name(header: &str, place: usize, mapped: &BTreeMap<String, String>) -> Option<String> {
    let header = header.trim();
    if let Some(name) = mapped.get(&key(header)) {
        return Some(name.clone()).filter(|name| name != LEFT_OUT);
    }
    if header.is_empty() {
        return Some(format!("column {}", place + 1));
    }
    let plain = header.to_lowercase().replace([' ', '-'], "_");
    if names::own(&plain).is_some() {
        return Some(plain);
    }
    // `Consent[IP]` and `form_data.roof`: the part is ours in the first alone.
    for (whole, keeps_case) in [("consent", false), ("form_data", true)] {
        let part = plain.strip_prefix(whole).filter(|part| part.starts_with(['[', '.']));
        if let Some(part) = part {
            let sent = header.get(whole.len()..).filter(|_| keeps_case).unwrap_or(part);
            return Some(format!("{whole}{sent}"));
        }
    }
    Some(header.to_owned())
}

/// By what a header is known in the operator's table.
pub fn key(header: &str) -> String {
    header.trim().to_lowercase()
}

/// Whether a column of this name may say how to reach somebody.
pub fn is_a_way(name: &str) -> bool {
    let is_one = |of| matches!(of, Common::Email | Common::Phone);
    names::common(name).is_some_and(|(of, _)| is_one(of))
        || names::asked(name).is_some_and(is_one)
        || names::own(name) == Some(names::Own::FormData)
}

/// Whether it is one of those that everybody knows.
pub fn is_known(name: &str) -> bool {
    names::own(name).is_some() || names::common(name).is_some()
}

/// A cell as a form sends it.
pub fn cell(text: &str) -> String {
    text.trim().replace('\0', "\u{fffd}")
}

/// The columns of the table as it is kept: `{"header": "name"}`; anything else maps nothing.
pub fn table(kept: Option<&str>) -> BTreeMap<String, String> {
    let kept = kept.and_then(|text| crate::http::json::parse(text.as_bytes()).ok());
    let columns = kept.as_ref().and_then(|kept| kept.get("columns")).and_then(Value::members).unwrap_or_default();
    columns.iter().filter_map(|(header, name)| Some((key(header), name.as_str()?.to_owned()))).collect()
}
