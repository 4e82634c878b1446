from enum import StrEnum

class LeadStatus(StrEnum):
    ASSIGNED = "assigned"
    DUPLICATE = "duplicate"
    TEST = "test"
    UNMATCHED = "unmatched"

    def __str__(self) -> str:
        return str(self.value)
