//! The mails of this room: providers are told of their new leads.

use serde_json::json;

use super::lead::ToPlace;
use super::select::Judged;
use crate::db::Tx;
use crate::error::Result;
use crate::id::{AssignmentId, Id};
use crate::outbox::{self, Message, Recipient, Template};

/// Promises a `provider_new_lead` for each sale.
pub(super) fn new_leads(tx: &mut Tx, lead: &ToPlace, sales: &[(AssignmentId, &Judged)]) -> Result<()> {
    let now = tx.now();
    let mails: Vec<Message> = sales
        .iter()
        .map(|(id, Judged { candidate, .. })| Message {
            template: Template::ProviderNewLead,
            to: Recipient::Provider(candidate.provider_id),
            subject: id.uuid(),
            round: 0,
            variables: json!({
                "lead_id": lead.lead,
                "niche_name": candidate.niche,
                "need": lead.need,
                "place": lead.place,
                "competition_level": candidate.level,
                "price": candidate.price,
                "assigned_at": now,
            }),
        })
        .collect();
    outbox::promise_sales(tx, &[mails])
}
