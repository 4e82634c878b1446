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






T = TypeVar("T", bound="UndoAnswer")



@_attrs_define
class UndoAnswer:
    """ 
        Attributes:
            assignment_id (UUID): UUIDv7, canonical lower case
            ok (bool):  Example: True.
            status (AssignmentStatus): active → accepted, or active → rejected (→ refunded)
            undone (AssignmentStatus): active → accepted, or active → rejected (→ refunded)
            undone_at (datetime.datetime): RFC 3339, UTC, `Z`, six digits of fraction
     """

    assignment_id: UUID
    ok: bool
    status: AssignmentStatus
    undone: AssignmentStatus
    undone_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        assignment_id = str(self.assignment_id)

        ok = self.ok

        status = self.status.value

        undone = self.undone.value

        undone_at = self.undone_at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "assignment_id": assignment_id,
            "ok": ok,
            "status": status,
            "undone": undone,
            "undone_at": undone_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        assignment_id = UUID(d.pop("assignment_id"))




        ok = d.pop("ok")

        status = AssignmentStatus(d.pop("status"))




        undone = AssignmentStatus(d.pop("undone"))




        undone_at = datetime.datetime.fromisoformat(d.pop("undone_at"))




        undo_answer = cls(
            assignment_id=assignment_id,
            ok=ok,
            status=status,
            undone=undone,
            undone_at=undone_at,
        )


        undo_answer.additional_properties = d
        return undo_answer

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
