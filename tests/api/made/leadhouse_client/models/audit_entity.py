from enum import StrEnum

class AuditEntity(StrEnum):
    COMPETITION_LEVEL = "competition_level"
    EXPORT = "export"
    HOUSE = "house"
    JOB = "job"
    LEAD = "lead"
    LEAD_ASSIGNMENT = "lead_assignment"
    MAIL = "mail"
    NICHE = "niche"
    PROVIDER = "provider"
    RETURN_POLICY = "return_policy"
    SOURCE = "source"
    SUBSCRIPTION = "subscription"
    TOKEN = "token"
    USER = "user"

    def __str__(self) -> str:
        return str(self.value)
