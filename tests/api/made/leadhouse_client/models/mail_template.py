from enum import StrEnum

class MailTemplate(StrEnum):
    ADMIN_LEAD_ACCEPTED = "admin_lead_accepted"
    ADMIN_PROVIDER_REJECTED_LEAD = "admin_provider_rejected_lead"
    LEAD_EXPORT_READY = "lead_export_ready"
    PROVIDER_LEAD_STATUS_CHANGED = "provider_lead_status_changed"
    PROVIDER_NEW_LEAD = "provider_new_lead"
    PROVIDER_RETURN_DECIDED = "provider_return_decided"
    SIGN_IN_LINK = "sign_in_link"

    def __str__(self) -> str:
        return str(self.value)
