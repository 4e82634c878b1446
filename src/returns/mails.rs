//! What a provider is told of a decision on its return.

use serde_json::json;

use super::Return;
use crate::assignments::Sale;
use crate::db::Tx;
use crate::error::Result;
use crate::id::Id;
use crate::outbox::{self, Message, Recipient, Template};

/// Promises `provider_return_decided`.
pub(super) fn decided(tx: &mut Tx, sold: &Sale, decided: &Return) -> Result<()> {
    let returned = decided.returned();
    let variables = json!({
        "lead_id": sold.lead_id,
        "niche_name": sold.niche_name,
        "decision": returned.state,
        "note": returned.note,
        "rule": returned.rule,
        "price": sold.price_charged,
        "decided_at": returned.decided_at,
        "appeal_until": returned.appeal_until(),
    });
    let (template, to) = (Template::ProviderReturnDecided, Recipient::Provider(decided.provider_id));
    // The decision on an appeal is another one.
    let (subject, round) = (decided.assignment_id.uuid(), i64::from(returned.appealed_at.is_some()));
    outbox::send(tx, &[Message { template, to, subject, round, variables }])
}
