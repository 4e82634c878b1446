from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.export_status import ExportStatus
from uuid import UUID






T = TypeVar("T", bound="ExportAnswer")



@_attrs_define
class ExportAnswer:
    """ 
        Attributes:
            estimated_rows (int): How many rows the file will have
            export_id (UUID): UUIDv7, canonical lower case
            matching_rows (int): How many leads the filters match now
            message (str):
            ok (bool):  Example: True.
            status (ExportStatus): queued → running → ready (→ expired), or failed, or cancelled
            truncated (bool): There are more leads than fit: the newest are taken
     """

    estimated_rows: int
    export_id: UUID
    matching_rows: int
    message: str
    ok: bool
    status: ExportStatus
    truncated: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        estimated_rows = self.estimated_rows

        export_id = str(self.export_id)

        matching_rows = self.matching_rows

        message = self.message

        ok = self.ok

        status = self.status.value

        truncated = self.truncated


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "estimated_rows": estimated_rows,
            "export_id": export_id,
            "matching_rows": matching_rows,
            "message": message,
            "ok": ok,
            "status": status,
            "truncated": truncated,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        estimated_rows = d.pop("estimated_rows")

        export_id = UUID(d.pop("export_id"))




        matching_rows = d.pop("matching_rows")

        message = d.pop("message")

        ok = d.pop("ok")

        status = ExportStatus(d.pop("status"))




        truncated = d.pop("truncated")

        export_answer = cls(
            estimated_rows=estimated_rows,
            export_id=export_id,
            matching_rows=matching_rows,
            message=message,
            ok=ok,
            status=status,
            truncated=truncated,
        )


        export_answer.additional_properties = d
        return export_answer

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
