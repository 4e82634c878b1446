from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
from uuid import UUID

if TYPE_CHECKING:
  from ..models.lead_return import LeadReturn





T = TypeVar("T", bound="AppealAnswer")



@_attrs_define
class AppealAnswer:
    """ 
        Attributes:
            assignment_id (UUID): UUIDv7, canonical lower case
            ok (bool):  Example: True.
            return_ (LeadReturn): The return of a rejected lead: whether its price is given back.
     """

    assignment_id: UUID
    ok: bool
    return_: LeadReturn
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.lead_return import LeadReturn # noqa: PLC0415
        assignment_id = str(self.assignment_id)

        ok = self.ok

        return_ = self.return_.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "assignment_id": assignment_id,
            "ok": ok,
            "return": return_,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.lead_return import LeadReturn # noqa: PLC0415
        d = dict(src_dict)
        assignment_id = UUID(d.pop("assignment_id"))




        ok = d.pop("ok")

        return_ = LeadReturn.from_dict(d.pop("return"))




        appeal_answer = cls(
            assignment_id=assignment_id,
            ok=ok,
            return_=return_,
        )


        appeal_answer.additional_properties = d
        return appeal_answer

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
