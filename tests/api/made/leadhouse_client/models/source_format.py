from enum import StrEnum

class SourceFormat(StrEnum):
    GOOGLE_ADS = "google_ads"
    JSON = "json"

    def __str__(self) -> str:
        return str(self.value)
