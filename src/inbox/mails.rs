//! The mails of this room: the operator hears of an accepted lead, a provider of one that was erased or corrected.

use serde_json::json;

use super::corrections::Holder;
use super::{Decided, Status, Undecided, store};
use crate::db::Tx;
use crate::error::Result;
use crate::id::{Id, LeadId};
use crate::outbox::{self, Message, Recipient, Template};

/// Promises `admin_lead_accepted`.
pub(super) fn accepted(tx: &mut Tx, accepted: &Decided) -> Result<()> {
    let (lead, niche, provider) = store::told(tx, accepted.assignment_id)?;
    let variables = json!({
        "provider_name": provider, "lead_id": lead, "niche_name": niche, "accepted_at": accepted.decided_at,
    });
    let (subject, to) = (accepted.assignment_id.uuid(), Recipient::Admin);
    let (template, round) = (Template::AdminLeadAccepted, accepted.undone);
    outbox::send(tx, &[Message { template, to, subject, round, variables }])
}

/// Promises `provider_lead_status_changed` to those who had not decided.
pub(super) fn erased(tx: &mut Tx, lead: LeadId, undecided: &[Undecided]) -> Result<()> {
    let now = tx.now();
    let mails: Vec<Message> = undecided
        .iter()
        .map(|one| Message {
            template: Template::ProviderLeadStatusChanged,
            to: Recipient::Provider(one.provider_id),
            subject: one.assignment_id.uuid(),
            round: 0,
            variables: json!({
                "lead_id": lead,
                "niche_name": one.niche_name,
                "lead_status": Status::Refunded,
                "change": "erased",
                "corrected": [],
                "price": one.price_charged,
                "changed_at": now,
            }),
        })
        .collect();
    outbox::send(tx, &mails)
}

/// Promises `provider_lead_status_changed` to those who hold a lead whose person sent something else. `fields`: what.
pub(super) fn corrected(tx: &mut Tx, lead: LeadId, number: i64, fields: &[&str], holders: &[Holder]) -> Result<()> {
    let now = tx.now();
    let mails: Vec<Message> = holders
        .iter()
        .map(|holder| Message {
            template: Template::ProviderLeadStatusChanged,
            to: Recipient::Provider(holder.provider_id),
            subject: holder.assignment_id.uuid(),
            round: number,
            variables: json!({
                "lead_id": lead,
                "niche_name": holder.niche_name,
                "lead_status": holder.status,
                "change": "corrected",
                "corrected": fields.iter().map(|field| in_words(field)).collect::<Vec<_>>(),
                "price": holder.price_charged,
                "changed_at": now,
            }),
        })
        .collect();
    outbox::send(tx, &mails)
}

fn in_words(field: &str) -> &'static str {
    match field {
        "contact_name" => "name",
        "contact_email" => "e-mail",
        "contact_phone" => "phone number",
        "postal_code" => "postal code",
        _ => "answers",
    }
}
