//! What is neither the person nor ours: answers, and where the lead came from.

use std::borrow::Cow;
use std::collections::HashSet;

use super::texts;
use crate::attribution::{self, plain};
use crate::db::Json;
use crate::http::input::{Limits, stranger_pairs};
use crate::http::json::Value;
use crate::intake::{Flags, Submission};

/// More parameters than these say nothing.
const MOST_IN_QUERY: usize = 50;

/// Keeps the members: attribution under its own name, where ours are absent as ours, and all else as answers. `Err` past the
/// limits.
pub fn keep(
    members: Vec<(String, Value)>,
    submission: &mut Submission,
    flags: &mut Flags,
) -> Result<(), (&'static str, Cow<'static, str>)> {
    let text = Limits::FORM_DATA.check(&Value::Object(unlike(members)))?;
    let (answers, taken) = match attribution::split(&text, attribution::is_attribution) {
        Some(split) => (split.answers, split.taken),
        None => (text, Vec::new()),
    };
    submission.form_data = Some(Json(answers));
    came_from(taken, submission, flags);
    Ok(())
}

/// Keeps where the lead came from; the names that are ours fill our fields where those are empty.
pub fn came_from(mut taken: Vec<(String, String)>, submission: &mut Submission, flags: &mut Flags) {
    let fields = [
        (&mut submission.utm_source, &["utmsource"][..], texts::UTM),
        (&mut submission.utm_medium, &["utmmedium"], texts::UTM),
        (&mut submission.utm_campaign, &["utmcampaign"], texts::UTM),
        (
            &mut submission.referrer_url,
            &["referrerurl", "referrer", "referer", "httpreferer", "documentreferrer"],
            texts::URL,
        ),
    ];
    for (field, names, most) in fields {
        if field.is_some() {
            continue;
        }
        let Some(at) = taken.iter().position(|(given, _)| names.contains(&plain(given).as_str())) else { continue };
        let text = taken.get(at).and_then(|(_, json)| serde_json::from_str::<String>(json).ok());
        if let Some(text) = text.and_then(|text| texts::attribution(&text, most, flags)) {
            *field = Some(text);
            taken.remove(at);
        }
    }
    submission.attribution = Some(Json(attribution::object(&taken)));
}

/// The members in their order; a name that is taken gets a number.
pub fn unlike(members: Vec<(String, Value)>) -> Vec<(String, Value)> {
    let mut names = HashSet::new();
    let mut kept = Vec::with_capacity(members.len());
    for (label, value) in members {
        let mut name = label.clone();
        for n in 2.. {
            if names.insert(name.clone()) {
                break;
            }
            name = format!("{label} ({n})");
        }
        kept.push((name, value));
    }
    kept
}

/// Keeps what stands in the query of the source's URL: whoever put it there says where the leads come from.
pub fn from_query(query: &str, submission: &mut Submission) {
    if query.is_empty() {
        return;
    }
    let Ok((pairs, _)) = stranger_pairs(query.as_bytes(), None) else { return };
    let known = submission.attribution.as_ref().map(|json| attribution::members(&json.0)).unwrap_or_default();
    let said = pairs.into_iter().filter(|(_, text)| !text.is_empty() && text.chars().count() <= texts::UTM);
    let said = said.map(|(name, text)| (name, Value::String(text).to_text())).take(MOST_IN_QUERY);
    let mut flags = std::mem::take(&mut submission.flags);
    came_from(known.into_iter().chain(said).collect(), submission, &mut flags);
    submission.flags = flags;
}
