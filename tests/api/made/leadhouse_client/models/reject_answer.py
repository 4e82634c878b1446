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

if TYPE_CHECKING:
  from ..models.lead_return import LeadReturn





T = TypeVar("T", bound="RejectAnswer")



@_attrs_define
class RejectAnswer:
    """ 
        Attributes:
            assignment_id (UUID): UUIDv7, canonical lower case
            ok (bool):  Example: True.
            rejected_at (datetime.datetime): RFC 3339, UTC, `Z`, six digits of fraction
            return_ (LeadReturn | None):
            returns_left (int | None): How many returns are left to you now; null: there is no limit
            status (AssignmentStatus): active → accepted, or active → rejected (→ refunded)
     """

    assignment_id: UUID
    ok: bool
    rejected_at: datetime.datetime
    return_: LeadReturn | None
    returns_left: int | None
    status: AssignmentStatus
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.lead_return import LeadReturn # noqa: PLC0415
        assignment_id = str(self.assignment_id)

        ok = self.ok

        rejected_at = self.rejected_at.isoformat()

        return_: dict[str, Any] | None
        if isinstance(self.return_, LeadReturn):
            return_ = self.return_.to_dict()
        else:
            return_ = self.return_

        returns_left: int | None
        returns_left = self.returns_left

        status = self.status.value


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "assignment_id": assignment_id,
            "ok": ok,
            "rejected_at": rejected_at,
            "return": return_,
            "returns_left": returns_left,
            "status": status,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.lead_return import LeadReturn # noqa: PLC0415
        d = dict(src_dict)
        assignment_id = UUID(d.pop("assignment_id"))




        ok = d.pop("ok")

        rejected_at = datetime.datetime.fromisoformat(d.pop("rejected_at"))




        def _parse_return_(data: object) -> LeadReturn | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                return_type_0 = LeadReturn.from_dict(data)



                return return_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(LeadReturn | None, data)

        return_ = _parse_return_(d.pop("return"))


        def _parse_returns_left(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        returns_left = _parse_returns_left(d.pop("returns_left"))


        status = AssignmentStatus(d.pop("status"))




        reject_answer = cls(
            assignment_id=assignment_id,
            ok=ok,
            rejected_at=rejected_at,
            return_=return_,
            returns_left=returns_left,
            status=status,
        )


        reject_answer.additional_properties = d
        return reject_answer

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
