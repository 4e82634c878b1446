//! The mails of this room: providers are told of their new leads.

use serde_json::json;

use super::market::{Plan, Sale};
use crate::db::Tx;
use crate::error::Result;
use crate::id::Id;
use crate::outbox::{self, Message, Recipient, Template};

/// Promises a `provider_new_lead` for each sale.
pub(super) fn new_leads(tx: &mut Tx, plans: &[Plan]) -> Result<()> {
    let now = tx.now();
    let mails = |Plan { lead, sales, .. }: &Plan| -> Vec<Message> {
        let mail = |sale: &Sale| Message {
            template: Template::ProviderNewLead,
            to: Recipient::Provider(sale.provider),
            subject: sale.id.uuid(),
            round: 0,
            variables: json!({
                "lead_id": lead.lead,
                "niche_name": sale.niche_name,
                "need": lead.need,
                "place": lead.place,
                "competition_level": sale.level,
                "price": sale.price,
                "assigned_at": now,
            }),
        };
        sales.iter().map(mail).collect()
    };
    outbox::promise_sales(tx, &plans.iter().map(mails).collect::<Vec<_>>())
}
