//! What happened to a lead, as its provider may know it: from the audit, with the attempts' results.

use serde_json::Value;

use super::words::Calendar;
use crate::audit::Recorded;
use crate::clock::Timestamp;
use crate::returns::{Attempt, AttemptKind, AttemptResult};

/// One line of it.
pub struct Event {
    pub said: String,
    pub more: String,
    pub when: String,
    pub at: String,
    /// Yet to come.
    pub next: bool,
}

/// Newest first. `ends`: when the return window ends, while that matters.
pub fn of(calendar: &Calendar, entries: &[Recorded], attempts: &[Attempt], ends: Option<Timestamp>) -> Vec<Event> {
    let event = |said: String, more: String, at: Timestamp, next: bool| Event {
        said,
        more,
        when: calendar.time(at),
        at: at.to_string(),
        next,
    };
    let ending = ends
        .filter(|end| *end > calendar.now)
        .map(|end| event("Return window ends".to_owned(), String::new(), end, true));
    let happened = entries.iter().filter_map(|entry| {
        if let Some(attempt) = attempt_of(entry, attempts) {
            return Some(event(tried(attempt), attempt.note.clone().unwrap_or_default(), attempt.at, false));
        }
        let (said, more) = told(entry)?;
        Some(event(said.to_owned(), more, entry.created_at, false))
    });
    ending.into_iter().chain(happened).collect()
}

fn attempt_of<'a>(entry: &Recorded, attempts: &'a [Attempt]) -> Option<&'a Attempt> {
    if entry.action != "lead.contact_attempted" {
        return None;
    }
    let details: Value = serde_json::from_str(&entry.details.as_ref()?.0).ok()?;
    let id = details.get("attempt_id")?.as_str()?;
    attempts.iter().find(|attempt| attempt.id.to_string() == id)
}

/// `Called, no answer`.
pub fn tried(attempt: &Attempt) -> String {
    let did = match attempt.kind {
        AttemptKind::Call => "Called",
        AttemptKind::Text => "Texted",
        AttemptKind::Mail => "Mailed",
    };
    let result = match attempt.result {
        AttemptResult::Reached => ", reached",
        AttemptResult::NoAnswer => ", no answer",
        AttemptResult::WrongNumber => ", wrong number",
        AttemptResult::Bounced => ", bounced",
        AttemptResult::Other => "",
    };
    format!("{did}{result}")
}

/// What an entry means to the provider; `None` where it means nothing.
fn told(entry: &Recorded) -> Option<(&'static str, String)> {
    let by = match entry.actor_role.as_str() {
        "provider" => "by you",
        "admin" => "by the operator",
        _ => "",
    };
    let said = match entry.action.as_str() {
        "lead.assigned" => return Some(("Assigned to you and charged", String::new())),
        "lead.viewed" => return Some(("First viewed", String::new())),
        "lead.accepted" => "Accepted",
        "lead.rejected" => "Rejected",
        "lead.refunded" => "Refunded",
        "lead.return_denied" => "Return denied",
        "lead.return_appealed" => "Denial appealed",
        "lead.corrected" => return Some(("The person sent something else", String::new())),
        "lead.erased" => "Erased at the person’s request",
        "lead.contact_attempted" => "Tried to reach",
        "lead.accept_undone" => "Accept undone",
        "lead.reject_undone" => "Reject undone",
        _ => return None,
    };
    Some((said, by.to_owned()))
}
