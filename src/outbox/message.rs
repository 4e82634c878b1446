//! A mail that is promised: what, to whom, about what, and where it is in its life.

use serde_json::Value;
use uuid::Uuid;

use super::template::Template;
use crate::db::text_enum;
use crate::id::ProviderId;

text_enum! {
    /// Where a mail is in its life.
    pub enum State { Queued = "queued", Sent = "sent", Suppressed = "suppressed", Dead = "dead" }
}

text_enum! {
    /// Why a mail was suppressed.
    pub enum Reason {
        PreferenceOff = "preference_off",
        ProviderInactive = "provider_inactive",
        LeadErased = "lead_erased",
        DecisionUndone = "decision_undone",
        LeadDecided = "lead_decided",
        NoAddress = "no_admin_address",
    }
}

/// To whom a mail goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// To the address the provider has when the mail goes.
    Provider(ProviderId),
    /// To `ADMIN_NOTIFICATION_EMAIL`, as it is when the mail goes.
    Admin,
    /// To this address.
    Person(String),
}

/// A mail to be sent.
#[derive(Debug, Clone)]
pub struct Message {
    pub template: Template,
    pub to: Recipient,
    /// What it is about: the assignment, the export, …
    pub subject: Uuid,
    /// 0, unless the same thing happens to the same subject once more.
    pub round: i64,
    /// An object with the template's own variables (docs/mails.md); no contact data of a lead's person.
    pub variables: Value,
}
