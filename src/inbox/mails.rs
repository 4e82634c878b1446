//! What the operator is told of a provider's decisions.

use serde_json::{Value, json};

use crate::accounts::Provider;
use crate::assignments::{self, Decided, Rejection, Sale};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::outbox::{self, Message, Recipient, Template};

/// Promises `admin_lead_accepted`.
pub(super) fn accepted(tx: &mut Tx, provider: &Provider, accepted: &Decided) -> Result<()> {
    let Sale { lead_id, niche_name, .. } = sale(tx, accepted)?;
    let variables = json!({
        "provider_name": provider.name, "lead_id": lead_id, "niche_name": niche_name,
        "accepted_at": accepted.decided_at,
    });
    send(tx, Template::AdminLeadAccepted, accepted, variables)
}

/// Promises `admin_provider_rejected_lead`.
pub(super) fn rejected(tx: &mut Tx, provider: &Provider, rejected: &Decided, rejection: &Rejection) -> Result<()> {
    let Sale { lead_id, niche_name, .. } = sale(tx, rejected)?;
    let variables = json!({
        "provider_name": provider.name,
        "lead_id": lead_id,
        "niche_name": niche_name,
        "rejection_reason": rejection.reason(),
        "rejection_code": rejection.code,
        "rejected_at": rejected.decided_at,
    });
    send(tx, Template::AdminProviderRejectedLead, rejected, variables)
}

fn sale(tx: &mut Tx, decided: &Decided) -> Result<Sale> {
    assignments::sale(tx, decided.assignment_id)?.ok_or(Error::NotFound("lead"))
}

fn send(tx: &mut Tx, template: Template, decided: &Decided, variables: Value) -> Result<()> {
    let (subject, round) = (decided.assignment_id.uuid(), decided.undone);
    outbox::send(tx, &[Message { template, to: Recipient::Admin, subject, round, variables }])
}
