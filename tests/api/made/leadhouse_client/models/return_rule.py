from enum import StrEnum

class ReturnRule(StrEnum):
    KNOWN_PERSON = "known_person"
    OUTSIDE_AREA = "outside_area"
    UNREACHABLE = "unreachable"

    def __str__(self) -> str:
        return str(self.value)
