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





T = TypeVar("T", bound="BulkResult")



@_attrs_define
class BulkResult:
    """ What came of one lead: what the call for it alone would have answered.

        Attributes:
            assignment_id (None | UUID):
            code (None | str): Why it was refused: `not_found`, `already_resolved`, `return_window_closed`, `lead_erased`
            decided_at (datetime.datetime | None):
            detail (None | str):
            lead_id (UUID): UUIDv7, canonical lower case
            lead_status (AssignmentStatus | None):
            ok (bool):
            return_ (LeadReturn | None):
            returns_left (int | None): After this one; null: there is no limit
            status_code (int): 200, 404 or 409 Example: 200.
     """

    assignment_id: None | UUID
    code: None | str
    decided_at: datetime.datetime | None
    detail: None | str
    lead_id: UUID
    lead_status: AssignmentStatus | None
    ok: bool
    return_: LeadReturn | None
    returns_left: int | None
    status_code: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.lead_return import LeadReturn # noqa: PLC0415
        assignment_id: None | str
        if isinstance(self.assignment_id, UUID):
            assignment_id = str(self.assignment_id)
        else:
            assignment_id = self.assignment_id

        code: None | str
        code = self.code

        decided_at: None | str
        if isinstance(self.decided_at, datetime.datetime):
            decided_at = self.decided_at.isoformat()
        else:
            decided_at = self.decided_at

        detail: None | str
        detail = self.detail

        lead_id = str(self.lead_id)

        lead_status: None | str
        if isinstance(self.lead_status, AssignmentStatus):
            lead_status = self.lead_status.value
        else:
            lead_status = self.lead_status

        ok = self.ok

        return_: dict[str, Any] | None
        if isinstance(self.return_, LeadReturn):
            return_ = self.return_.to_dict()
        else:
            return_ = self.return_

        returns_left: int | None
        returns_left = self.returns_left

        status_code = self.status_code


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "assignment_id": assignment_id,
            "code": code,
            "decided_at": decided_at,
            "detail": detail,
            "lead_id": lead_id,
            "lead_status": lead_status,
            "ok": ok,
            "return": return_,
            "returns_left": returns_left,
            "status_code": status_code,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.lead_return import LeadReturn # noqa: PLC0415
        d = dict(src_dict)
        def _parse_assignment_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                assignment_id_type_0 = UUID(data)



                return assignment_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        assignment_id = _parse_assignment_id(d.pop("assignment_id"))


        def _parse_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        code = _parse_code(d.pop("code"))


        def _parse_decided_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                decided_at_type_0 = datetime.datetime.fromisoformat(data)



                return decided_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        decided_at = _parse_decided_at(d.pop("decided_at"))


        def _parse_detail(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        detail = _parse_detail(d.pop("detail"))


        lead_id = UUID(d.pop("lead_id"))




        def _parse_lead_status(data: object) -> AssignmentStatus | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                lead_status_type_0 = AssignmentStatus(data)



                return lead_status_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AssignmentStatus | None, data)

        lead_status = _parse_lead_status(d.pop("lead_status"))


        ok = d.pop("ok")

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


        status_code = d.pop("status_code")

        bulk_result = cls(
            assignment_id=assignment_id,
            code=code,
            decided_at=decided_at,
            detail=detail,
            lead_id=lead_id,
            lead_status=lead_status,
            ok=ok,
            return_=return_,
            returns_left=returns_left,
            status_code=status_code,
        )


        bulk_result.additional_properties = d
        return bulk_result

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
