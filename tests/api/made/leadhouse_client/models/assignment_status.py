from enum import StrEnum

class AssignmentStatus(StrEnum):
    ACCEPTED = "accepted"
    ACTIVE = "active"
    REFUNDED = "refunded"
    REJECTED = "rejected"

    def __str__(self) -> str:
        return str(self.value)
