from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.bulk_action import BulkAction
from ..models.rejection_code import RejectionCode
from ..types import UNSET, Unset
from typing import cast
from uuid import UUID






T = TypeVar("T", bound="BulkIn")



@_attrs_define
class BulkIn:
    """ Which leads, and what to do with each

        Attributes:
            action (BulkAction): What to do with each
            lead_ids (list[UUID]): Each once; the lead's id or its assignment's
            rejection_code (None | RejectionCode | Unset):  Default: RejectionCode.OTHER.
            rejection_reason (str | Unset): To reject: 10 to 500 characters, the same for all Example: We don't work in this
                town.
     """

    action: BulkAction
    lead_ids: list[UUID]
    rejection_code: None | RejectionCode | Unset = RejectionCode.OTHER
    rejection_reason: str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        action = self.action.value

        lead_ids = []
        for lead_ids_item_data in self.lead_ids:
            lead_ids_item = str(lead_ids_item_data)
            lead_ids.append(lead_ids_item)



        rejection_code: None | str | Unset
        if isinstance(self.rejection_code, Unset):
            rejection_code = UNSET
        elif isinstance(self.rejection_code, RejectionCode):
            rejection_code = self.rejection_code.value
        else:
            rejection_code = self.rejection_code

        rejection_reason = self.rejection_reason


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "action": action,
            "lead_ids": lead_ids,
        })
        if rejection_code is not UNSET:
            field_dict["rejection_code"] = rejection_code
        if rejection_reason is not UNSET:
            field_dict["rejection_reason"] = rejection_reason

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        action = BulkAction(d.pop("action"))




        lead_ids = []
        _lead_ids = d.pop("lead_ids")
        for lead_ids_item_data in (_lead_ids):
            lead_ids_item = UUID(lead_ids_item_data)



            lead_ids.append(lead_ids_item)


        def _parse_rejection_code(data: object) -> None | RejectionCode | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                rejection_code_type_1 = RejectionCode(data)



                return rejection_code_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RejectionCode | Unset, data)

        rejection_code = _parse_rejection_code(d.pop("rejection_code", UNSET))


        rejection_reason = d.pop("rejection_reason", UNSET)

        bulk_in = cls(
            action=action,
            lead_ids=lead_ids,
            rejection_code=rejection_code,
            rejection_reason=rejection_reason,
        )

        return bulk_in

