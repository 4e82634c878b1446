//! The mails there are, and what is true of each.

use crate::db::text_enum;

text_enum! {
    /// What a mail tells, by the name of its template.
    pub enum Template {
        AdminLeadAccepted = "admin_lead_accepted",
        AdminProviderRejectedLead = "admin_provider_rejected_lead",
        LeadExportReady = "lead_export_ready",
        ProviderLeadStatusChanged = "provider_lead_status_changed",
        ProviderLeadWithdrawn = "provider_lead_withdrawn",
        ProviderNewLead = "provider_new_lead",
        ProviderReturnDecided = "provider_return_decided",
        SignInLink = "sign_in_link",
    }
}

text_enum! {
    /// A provider's preference, by the name of its field.
    pub enum Preference {
        NewLead = "notify_on_new_lead",
        StatusChange = "notify_on_lead_status_change",
        BadLeadDecision = "notify_on_bad_lead_decision",
    }
}

/// Variables in which people may have written about a lead's person: they go with its erasure.
pub(super) const PERSONAL: [&str; 5] = ["rejection_reason", "note", "appeal_text", "need", "place"];

impl Template {
    /// What the provider can switch these mails off with.
    pub fn preference(self) -> Option<Preference> {
        match self {
            Self::ProviderNewLead => Some(Preference::NewLead),
            Self::ProviderLeadStatusChanged => Some(Preference::StatusChange),
            Self::ProviderReturnDecided => Some(Preference::BadLeadDecision),
            // Who is asked to leave somebody alone is told, whatever it prefers.
            Self::AdminLeadAccepted
            | Self::AdminProviderRejectedLead
            | Self::LeadExportReady
            | Self::ProviderLeadWithdrawn
            | Self::SignInLink => None,
        }
    }

    /// The variable that lists what a mail tells, where several can come as one.
    pub(super) fn listed(self) -> Option<&'static str> {
        match self {
            Self::ProviderNewLead => Some("leads"),
            Self::AdminProviderRejectedLead => Some("rejections"),
            _ => None,
        }
    }
}
