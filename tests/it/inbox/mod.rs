//! A provider's leads: the list, one of them, and the decision.

mod decide;
mod detail;
mod events;
mod identity;
mod list;
mod query;
mod races;
mod search;
mod streams;

use serde_json::Value;

/// The ids of a list's leads, in its order.
fn leads(items: &[Value]) -> Vec<String> {
    items.iter().map(|item| item["lead_id"].as_str().expect("a lead_id").to_owned()).collect()
}

/// The names of an object's members, sorted.
fn names(object: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = object.as_object().expect("an object").keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// The URL of one `rel` in a `Link` header.
fn link(header: &str, rel: &str) -> Option<String> {
    let wanted = format!("rel=\"{rel}\"");
    let link = header.split(", ").find(|link| link.ends_with(&wanted))?;
    Some(link.trim_start_matches('<').split('>').next().expect("a URL").to_owned())
}
