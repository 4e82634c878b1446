from enum import StrEnum

class AttemptKind(StrEnum):
    CALL = "call"
    MAIL = "mail"
    TEXT = "text"

    def __str__(self) -> str:
        return str(self.value)
