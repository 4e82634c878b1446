from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from uuid import UUID






T = TypeVar("T", bound="ReceiptType0")



@_attrs_define
class ReceiptType0:
    """ 
        Attributes:
            assignments (int): How many providers got it
            lead_id (UUID): UUIDv7, canonical lower case
            ok (bool):
            status (str): `assigned`, `unmatched`, `duplicate` or `test`
     """

    assignments: int
    lead_id: UUID
    ok: bool
    status: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        assignments = self.assignments

        lead_id = str(self.lead_id)

        ok = self.ok

        status = self.status


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "assignments": assignments,
            "lead_id": lead_id,
            "ok": ok,
            "status": status,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        assignments = d.pop("assignments")

        lead_id = UUID(d.pop("lead_id"))




        ok = d.pop("ok")

        status = d.pop("status")

        receipt_type_0 = cls(
            assignments=assignments,
            lead_id=lead_id,
            ok=ok,
            status=status,
        )


        receipt_type_0.additional_properties = d
        return receipt_type_0

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
