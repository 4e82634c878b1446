from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.rejection_code import RejectionCode
from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="RejectionIn")



@_attrs_define
class RejectionIn:
    """ Why the lead is rejected

        Attributes:
            rejection_reason (str): 10 to 500 characters, without those at the ends that cannot be seen Example: The number
                belongs to someone else.
            rejection_code (None | RejectionCode | Unset):  Default: RejectionCode.OTHER.
     """

    rejection_reason: str
    rejection_code: None | RejectionCode | Unset = RejectionCode.OTHER





    def to_dict(self) -> dict[str, Any]:
        rejection_reason = self.rejection_reason

        rejection_code: None | str | Unset
        if isinstance(self.rejection_code, Unset):
            rejection_code = UNSET
        elif isinstance(self.rejection_code, RejectionCode):
            rejection_code = self.rejection_code.value
        else:
            rejection_code = self.rejection_code


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "rejection_reason": rejection_reason,
        })
        if rejection_code is not UNSET:
            field_dict["rejection_code"] = rejection_code

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        rejection_reason = d.pop("rejection_reason")

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


        rejection_in = cls(
            rejection_reason=rejection_reason,
            rejection_code=rejection_code,
        )

        return rejection_in

