from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.assignment_status import AssignmentStatus
from typing import cast
from uuid import UUID
import datetime






T = TypeVar("T", bound="AcceptAnswer")



@_attrs_define
class AcceptAnswer:
    """ 
        Attributes:
            accepted_at (datetime.datetime): RFC 3339, UTC, `Z`, six digits of fraction
            assignment_id (UUID): UUIDv7, canonical lower case
            ok (bool):  Example: True.
            status (AssignmentStatus): active → accepted, or active → rejected (→ refunded)
     """

    accepted_at: datetime.datetime
    assignment_id: UUID
    ok: bool
    status: AssignmentStatus
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        accepted_at = self.accepted_at.isoformat()

        assignment_id = str(self.assignment_id)

        ok = self.ok

        status = self.status.value


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "accepted_at": accepted_at,
            "assignment_id": assignment_id,
            "ok": ok,
            "status": status,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        accepted_at = datetime.datetime.fromisoformat(d.pop("accepted_at"))




        assignment_id = UUID(d.pop("assignment_id"))




        ok = d.pop("ok")

        status = AssignmentStatus(d.pop("status"))




        accept_answer = cls(
            accepted_at=accepted_at,
            assignment_id=assignment_id,
            ok=ok,
            status=status,
        )


        accept_answer.additional_properties = d
        return accept_answer

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
