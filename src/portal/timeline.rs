//! What happened to a lead, as its provider may know it: from the audit, with the attempts' results.

use serde_json::Value;

use super::words::Calendar;
use crate::audit::{Action, ActorRole, EntityKind, Recorded};
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
    entry.known_action().filter(|action| *action == Action::LeadContactAttempted)?;
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
    match said(entry.known_action()?)?.0 {
        Telling::Not => None,
        Telling::Plain(said) => Some((said, String::new())),
        Telling::By(said) => {
            let by = match entry.known_role() {
                Some(ActorRole::Provider) => "by you",
                Some(ActorRole::Admin) => "by the operator",
                Some(ActorRole::Source | ActorRole::System) | None => "",
            };
            Some((said, by.to_owned()))
        }
    }
}

/// What a provider is told of an action on one of its leads.
enum Telling {
    Not,
    Plain(&'static str),
    /// And who did it.
    By(&'static str),
}

/// What an action on a lead is called to its provider, and to the operator (there after the provider's name, where it was
/// about a provider's assignment); `None` where it is done to something else. A new action does not compile until it is
/// shown here.
fn said(action: Action) -> Option<(Telling, &'static str)> {
    use Telling::{By, Not, Plain};
    Some(match action {
        Action::LeadAcceptUndone => (By("Accept undone"), "took the accept back"),
        Action::LeadAccepted => (By("Accepted"), "accepted it"),
        Action::LeadAssigned => (Plain("Assigned to you and charged"), "was sent it and charged"),
        Action::LeadContactAttempted => (By("Tried to reach"), "tried to reach the person"),
        Action::LeadCorrected => (Plain("The person sent something else"), "was told what the person corrected"),
        Action::LeadDiscarded => (Not, "Discarded"),
        Action::LeadErased => (By("Erased at the person’s request"), "Erased"),
        Action::LeadPersonLinkMade => (Not, "A link for the person was made"),
        Action::LeadReceived => (Not, "Received"),
        Action::LeadRefunded => (By("Refunded"), "was refunded"),
        Action::LeadRejectUndone => (By("Reject undone"), "took the reject back"),
        Action::LeadRejected => (By("Rejected"), "rejected it"),
        Action::LeadReleased => (Not, "Released"),
        Action::LeadReread => (Not, "Payload read again"),
        Action::LeadReplaced => (Not, "Replaced by what the person sent later"),
        Action::LeadReturnAppealed => (By("Denial appealed"), "appealed the denial"),
        Action::LeadReturnDenied => (By("Return denied"), "was denied the return"),
        Action::LeadViewed => (Plain("First viewed"), "viewed it"),
        Action::LeadWithdrawn => {
            (Plain("The person wants no more of it: please do not contact them"), "was told to stop")
        }
        Action::CompetitionLevelCreated
        | Action::CompetitionLevelUpdated
        | Action::ErasureAsked
        | Action::ErasureDone
        | Action::InstallationRestored
        | Action::JobRetried
        | Action::LeadExportCancelled
        | Action::LeadExportCompleted
        | Action::LeadExportFailed
        | Action::LeadExportRemade
        | Action::LeadExportRequested
        | Action::MailRetried
        | Action::NicheCreated
        | Action::NicheLeadsExpired
        | Action::NicheUpdated
        | Action::PayloadReplayed
        | Action::PreferencesUpdated
        | Action::ProviderCreated
        | Action::ProviderCredited
        | Action::ProviderUpdated
        | Action::ReturnPolicyUpdated
        | Action::SessionEnded
        | Action::SessionSignedIn
        | Action::SourceCreated
        | Action::SourceKeyRotated
        | Action::SourceUpdated
        | Action::SubscriptionCreated
        | Action::SubscriptionUpdated
        | Action::SuppressionCreated
        | Action::SuppressionDeleted
        | Action::TokenCreated
        | Action::TokenRevoked
        | Action::UserCreated
        | Action::UserPasswordChanged => return None,
    })
}

/// What an entry on a lead, or on one of its assignments, is called to the operator: its own name, where it has no other.
pub fn told_to_operator(entry: &Recorded) -> &str {
    // That of the lead stands beside one for each who was told.
    if entry.known_action() == Some(Action::LeadWithdrawn) && entry.entity == EntityKind::Lead.as_str() {
        return "Withdrawn: the person wants no more of it";
    }
    entry.known_action().and_then(said).map_or(&entry.action, |(_, said)| said)
}
