//! What is neither the person nor ours: answers, and where the lead came from.

use super::fit::Fitter;
use super::texts;
use crate::attribution::{self, plain};
use crate::db::Json;
use crate::http::input::{Limits, stranger_pairs};
use crate::http::json::Value;
use crate::intake::{Flag, Flags, Submission};

/// More parameters than these say nothing.
const MOST_IN_QUERY: usize = 50;

/// Keeps the members as answers, and gives back what of them tells by its name (`is_it`) where the lead came from.
pub fn keep(
    members: Vec<(String, Value)>,
    is_it: fn(&str) -> bool,
    submission: &mut Submission,
    flags: &mut Flags,
) -> Vec<(String, String)> {
    let mut fitter = Fitter::new(Limits::FORM_DATA);
    let text = fitter.shallow(Value::Object(unlike(members)), 1, is_it).to_text();
    let (answers, mut taken) = match attribution::split(&text, is_it) {
        Some(split) => (split.answers, split.taken),
        None => (text, Vec::new()),
    };
    taken.append(&mut fitter.taken);
    submission.form_data = Some(Json(fitter.object(attribution::members(&answers))));
    if fitter.is_cut {
        flags.raise(Flag::AnswersCut);
    }
    taken
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
    let mut fitter = Fitter::new(Limits::FORM_DATA);
    submission.attribution = Some(Json(fitter.object(taken)));
    if fitter.is_cut {
        flags.raise(Flag::AttributionCut);
    }
}

/// The members in their order; a name that is taken gets a number.
fn unlike(members: Vec<(String, Value)>) -> Vec<(String, Value)> {
    let mut names = attribution::Names::default();
    members.into_iter().map(|(name, value)| (names.unlike(&name), value)).collect()
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
