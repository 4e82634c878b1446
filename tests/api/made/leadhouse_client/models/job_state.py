from enum import StrEnum

class JobState(StrEnum):
    DEAD = "dead"
    DONE = "done"
    QUEUED = "queued"
    RUNNING = "running"

    def __str__(self) -> str:
        return str(self.value)
