from enum import StrEnum

class AttemptResult(StrEnum):
    BOUNCED = "bounced"
    NO_ANSWER = "no_answer"
    OTHER = "other"
    REACHED = "reached"
    WRONG_NUMBER = "wrong_number"

    def __str__(self) -> str:
        return str(self.value)
