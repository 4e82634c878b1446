from enum import StrEnum

class RejectionCode(StrEnum):
    BAD_CONTACT = "bad_contact"
    DUPLICATE = "duplicate"
    NOT_INTERESTED = "not_interested"
    OTHER = "other"
    OUT_OF_AREA = "out_of_area"
    SPAM = "spam"
    WRONG_NICHE = "wrong_niche"

    def __str__(self) -> str:
        return str(self.value)
