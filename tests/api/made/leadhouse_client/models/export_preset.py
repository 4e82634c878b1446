from enum import StrEnum

class ExportPreset(StrEnum):
    HUBSPOT = "hubspot"
    SALESFORCE = "salesforce"
    STANDARD = "standard"

    def __str__(self) -> str:
        return str(self.value)
