//! What those who got a lead are told of it later: that it was erased or withdrawn, or what its person sent since.

use serde_json::json;

use crate::assignments::{Holder, Status, Undecided};
use crate::db::Tx;
use crate::error::Result;
use crate::id::{AssignmentId, Id, LeadId, ProviderId};
use crate::money::Money;
use crate::outbox::{self, Message, Recipient, Template};

/// Promises `provider_lead_status_changed` to those who had not decided.
pub(super) fn erased(tx: &mut Tx, lead: LeadId, undecided: &[Undecided]) -> Result<()> {
    let changes = undecided.iter().map(|one| Change {
        provider: one.provider_id,
        assignment: one.assignment_id,
        round: 0,
        niche: &one.niche_name,
        status: Status::Refunded,
        price: one.price_charged,
    });
    changed(tx, lead, "erased", &[], changes)
}

/// Promises `provider_lead_status_changed` to those who hold a lead whose person sent something else. `fields`: what.
pub(super) fn corrected(tx: &mut Tx, lead: LeadId, number: i64, fields: &[&str], holders: &[Holder]) -> Result<()> {
    let changes = holders.iter().map(|holder| Change {
        provider: holder.provider_id,
        assignment: holder.assignment_id,
        round: number,
        niche: &holder.niche_name,
        status: holder.status,
        price: holder.price_charged,
    });
    changed(tx, lead, "corrected", fields, changes)
}

/// Promises `provider_lead_withdrawn` to everybody who was sold a lead whose person wants no more of it.
pub(super) fn withdrawn(tx: &mut Tx, lead: LeadId, holders: &[Holder]) -> Result<()> {
    let now = tx.now();
    let mails = holders.iter().map(|holder| Message {
        template: Template::ProviderLeadWithdrawn,
        to: Recipient::Provider(holder.provider_id),
        subject: holder.assignment_id.uuid(),
        round: 0,
        variables: json!({
            "lead_id": lead,
            "niche_name": holder.niche_name,
            "lead_status": holder.status,
            "withdrawn_at": now,
        }),
    });
    let mails: Vec<Message> = mails.collect();
    outbox::send(tx, &mails)
}

/// What changed for one provider.
struct Change<'a> {
    provider: ProviderId,
    assignment: AssignmentId,
    round: i64,
    niche: &'a str,
    status: Status,
    price: Money,
}

fn changed<'a>(
    tx: &mut Tx,
    lead: LeadId,
    change: &str,
    fields: &[&str],
    changes: impl Iterator<Item = Change<'a>>,
) -> Result<()> {
    let (now, fields) = (tx.now(), fields.iter().map(|field| in_words(field)).collect::<Vec<_>>());
    let mails = changes.map(|one| Message {
        template: Template::ProviderLeadStatusChanged,
        to: Recipient::Provider(one.provider),
        subject: one.assignment.uuid(),
        round: one.round,
        variables: json!({
            "lead_id": lead,
            "niche_name": one.niche,
            "lead_status": one.status,
            "change": change,
            "corrected": fields,
            "price": one.price,
            "changed_at": now,
        }),
    });
    let mails: Vec<Message> = mails.collect();
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
