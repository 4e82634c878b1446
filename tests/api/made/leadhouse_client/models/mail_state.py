from enum import StrEnum

class MailState(StrEnum):
    DEAD = "dead"
    QUEUED = "queued"
    SENT = "sent"
    SUPPRESSED = "suppressed"

    def __str__(self) -> str:
        return str(self.value)
