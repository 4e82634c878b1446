//! What the answers say of a lead's return, and of what can still be done about it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::clock::Timestamp;
use crate::document_words;
use crate::inbox::{self, ReturnRule, ReturnState, Returned, Status};

/// The return of a rejected lead: whether its price is given back.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = LeadReturn)]
pub struct ReturnOut {
    state: ReturnState,
    decided_at: Option<Timestamp>,
    /// The operator's words
    note: Option<String>,
    /// Set where the return was approved at once: what could be proved
    rule: Option<ReturnRule>,
}

impl From<Returned> for ReturnOut {
    fn from(returned: Returned) -> Self {
        let Returned { state, decided_at, note, rule, .. } = returned;
        Self { state, decided_at, note, rule }
    }
}

/// The end of the time in which this return can be appealed, while it lasts.
pub(super) fn appeal_until(returned: Option<&Returned>, app: &App) -> Option<Timestamp> {
    let now = app.clock.now();
    returned.and_then(Returned::appeal_until).filter(|end| now < *end)
}

/// The end of the time in which this decision can be taken back, while it lasts.
pub(super) fn undo_until(
    status: Status,
    decided_at: Option<Timestamp>,
    returned: Option<&Returned>,
    erased_at: Option<Timestamp>,
    app: &App,
) -> Option<Timestamp> {
    let now = app.clock.now();
    inbox::undo_until(status, decided_at, returned, erased_at).filter(|end| now < *end)
}

document_words!(ReturnState as "ReturnState", "pending → approved or denied; a denial may be appealed once, and is pending again");

document_words!(ReturnRule as "ReturnRule", "known_person: you had this person in this niche already; outside_area: the postal code is none \
                           you buy; unreachable: nothing that was given can reach anybody");
