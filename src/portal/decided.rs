//! How a decided lead stands, as its provider is told: in the lead's own page and in a row.

use super::pill::{Pill, pill};
use super::words::Calendar;
use crate::assignments::Status;
use crate::clock::Timestamp;
use crate::inbox;
use crate::read::{self, Detail};
use crate::returns::{ReturnState, Returned};

/// What is said of a decision that was taken.
pub struct Decided {
    pub said: String,
    pub more: String,
    pub undo: Option<String>,
    pub return_pill: Option<Pill>,
    /// What was written on the way, in the order of time.
    pub passages: Vec<Passage>,
}

/// Who wrote what, and when.
pub struct Passage {
    pub said: String,
    pub text: String,
}

/// In a row: where it stands, and what can still be done.
pub struct Stand {
    pub pill: Pill,
    pub more: String,
}

/// On the lead's page.
pub fn decided(calendar: &Calendar, lead: &Detail, operator: &str) -> Decided {
    let at = lead.accepted_at.or(lead.rejected_at);
    let said = match lead.status {
        Status::Accepted => "You accepted this lead",
        Status::Rejected => "You rejected this lead",
        Status::Refunded if lead.rejected_at.is_none() => "This lead was erased and refunded",
        Status::Refunded => "Refunded",
        Status::Active => "",
    };
    let returned = lead.returned();
    let undo_until = inbox::undo_until(lead.status, at, returned.as_ref(), lead.erased_at);
    let more = match (lead.status, returned.as_ref().map(|returned| returned.state)) {
        (Status::Rejected, None) => {
            "No return was opened, since your allowance was used up. The charge stays.".to_owned()
        }
        (Status::Rejected, Some(ReturnState::Pending)) => {
            format!("{operator} decides whether its price goes back to your balance.")
        }
        (Status::Accepted, _) | (_, Some(ReturnState::Denied)) => "The charge stays.".to_owned(),
        _ => "Its price is back on your balance.".to_owned(),
    };
    let undo = undo_until.filter(|end| calendar.now < *end);
    let state = returned.as_ref().map(|returned| returned.state);
    Decided {
        said: at.map_or_else(|| said.to_owned(), |at| format!("{said} {}", calendar.time_within(at))),
        more: undo.map_or_else(|| more.clone(), |end| format!("{more} You can undo until {}.", calendar.clock(end))),
        undo: undo.map(|_| format!("/leads/{}/undo", lead.lead_id)),
        return_pill: state.map(return_pill),
        passages: passages(calendar, lead, returned.as_ref()),
    }
}

/// The provider's words and the operator's: none of them goes when another comes.
fn passages(calendar: &Calendar, lead: &Detail, returned: Option<&Returned>) -> Vec<Passage> {
    let passage = |said: &str, at: Option<Timestamp>, text: Option<&String>| {
        let when = at.map_or_else(String::new, |at| format!(" {}", calendar.time_within(at)));
        Passage { said: format!("{said}{when}"), text: text.cloned().unwrap_or_default() }
    };
    let mut all = Vec::new();
    if lead.rejection_reason.is_some() {
        all.push(passage("Your reason", lead.rejected_at, lead.rejection_reason.as_ref()));
    }
    let Some(returned) = returned else { return all };
    if lead.return_first_denied_at.is_some() {
        all.push(passage("Denied", lead.return_first_denied_at, lead.return_first_denial_note.as_ref()));
    }
    if returned.appealed_at.is_some() {
        all.push(passage("You appealed", returned.appealed_at, lead.return_appeal_text.as_ref()));
    }
    if returned.decided_at.is_some() {
        let said = match (returned.state, returned.appealed_at) {
            (ReturnState::Approved, _) if returned.rule.is_some() => "Approved by a rule",
            (ReturnState::Approved, _) => "Approved",
            (ReturnState::Denied, Some(_)) => "Denied for good",
            (ReturnState::Denied | ReturnState::Pending, _) => "Denied",
        };
        all.push(passage(said, returned.decided_at, returned.note.as_ref()));
    }
    all
}

pub fn return_pill(state: ReturnState) -> Pill {
    match state {
        ReturnState::Pending => Pill { class: "pending", said: "Return pending" },
        ReturnState::Approved => Pill { class: "approved", said: "Return approved" },
        ReturnState::Denied => Pill { class: "denied", said: "Return denied" },
    }
}

/// In a row of the inbox; `None` where nothing was decided.
pub fn stand(calendar: &Calendar, item: &read::Item) -> Option<Stand> {
    let (status, returned) = (item.status, item.returned.as_ref());
    let at = item.accepted_at.or(item.rejected_at);
    let undo = inbox::undo_until(status, at, returned, item.erased_at).filter(|end| calendar.now < *end);
    let more = match (status, returned) {
        (Status::Active, _) => return None,
        _ if undo.is_some() => undo.map_or_else(String::new, |end| format!("undo until {}", calendar.clock(end))),
        (Status::Accepted | Status::Refunded, _) => String::new(),
        (Status::Rejected, None) => "no return was opened".to_owned(),
        (Status::Rejected, Some(returned)) => of_return(calendar, returned),
    };
    let pill = match (status, returned) {
        (Status::Rejected, Some(returned)) => return_pill(returned.state),
        _ => pill(status),
    };
    Some(Stand { pill, more })
}

fn of_return(calendar: &Calendar, returned: &Returned) -> String {
    match (returned.state, returned.appealed_at, returned.appeal_until()) {
        (ReturnState::Pending, Some(_), _) => "appealed, under review".to_owned(),
        (ReturnState::Pending, None, _) => "under review".to_owned(),
        (ReturnState::Denied, Some(_), _) => "for good, after your appeal".to_owned(),
        (ReturnState::Denied, None, Some(end)) if calendar.now < end => {
            format!("appeal until {}", calendar.until(end))
        }
        (ReturnState::Denied, None, _) => "the time to appeal is over".to_owned(),
        (ReturnState::Approved, ..) => String::new(),
    }
}
