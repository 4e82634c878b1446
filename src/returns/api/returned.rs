//! What the answers say of a lead's return.

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Timestamp;
use crate::document_words;
use crate::returns::{ReturnRule, ReturnState, Returned};

/// The return of a rejected lead: whether its price is given back.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = LeadReturn)]
pub struct ReturnOut {
    state: ReturnState,
    decided_at: Option<Timestamp>,
    /// The operator's note
    note: Option<String>,
    /// The rule that approved the return at once; null if none did
    rule: Option<ReturnRule>,
}

impl From<Returned> for ReturnOut {
    fn from(returned: Returned) -> Self {
        let Returned { state, decided_at, note, rule, .. } = returned;
        Self { state, decided_at, note, rule }
    }
}

document_words!(ReturnState as "ReturnState", "pending → approved or denied; an appeal, possible once, makes a denied return pending again");

document_words!(ReturnRule as "ReturnRule", "known_person: you had this person in this niche already; outside_area: the postal code is none \
                           you buy; unreachable: nothing that was given can reach anybody");
