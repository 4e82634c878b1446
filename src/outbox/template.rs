//! The mails there are.

use crate::db::text_enum;

text_enum! {
    /// What a mail tells, by the name of its template.
    pub enum Template {
        AdminLeadAccepted = "admin_lead_accepted",
        AdminProviderRejectedLead = "admin_provider_rejected_lead",
        LeadExportReady = "lead_export_ready",
        ProviderLeadStatusChanged = "provider_lead_status_changed",
        ProviderNewLead = "provider_new_lead",
        ProviderReturnDecided = "provider_return_decided",
        SignInLink = "sign_in_link",
    }
}
