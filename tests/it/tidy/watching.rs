//! What is measured is documented, has an alert, and is on the dashboard; and nothing else is.

use std::collections::BTreeSet;

use super::source::{packages, read};

/// The metrics named in a text, without what Prometheus appends to a histogram's.
fn metrics_in(text: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let named = text.split(|c: char| !is_part(c)).filter(|word| word.starts_with("leadhouse_"));
    let bare =
        |name: &str| ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).map(str::to_owned);
    named.map(|name| bare(name).unwrap_or_else(|| name.to_owned())).collect()
}

/// As `App::start` names them.
const UNITS: &str = "leadhouse_db";

fn in_the_code() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in packages() {
        for (_, line) in file.code() {
            // The metrics of units begin as whoever opens the database says.
            let line = if file.path == "crates/units/src/meters.rs" {
                line.replace("\"{name}_", &format!("\"{UNITS}_"))
            } else {
                line.replace(&format!("\"{UNITS}\""), "")
            };
            found.extend(line.split("\"leadhouse_").skip(1).filter_map(|rest| {
                let name = rest.split('"').next()?;
                Some(format!("leadhouse_{name}"))
            }));
        }
    }
    found
}

#[test]
fn every_metric_is_documented_and_has_an_alert_and_a_panel() {
    let measured = in_the_code();
    assert!(measured.len() > 25, "{measured:?}");
    for place in ["docs/watching.md", "deploy/prometheus-rules.yml", "deploy/grafana.json"] {
        let named = metrics_in(&read(place));
        let missing: Vec<_> = measured.difference(&named).collect();
        assert!(missing.is_empty(), "{place} lacks {missing:?}");
        let unknown: Vec<_> = named.difference(&measured).collect();
        assert!(unknown.is_empty(), "{place} names {unknown:?}, which nobody measures");
    }
    serde_json::from_str::<serde_json::Value>(&read("deploy/grafana.json")).unwrap();
}
