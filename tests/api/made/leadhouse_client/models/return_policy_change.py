from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="ReturnPolicyChange")



@_attrs_define
class ReturnPolicyChange:
    """ What to change; what is left out stays

        Attributes:
            known_person (bool | Unset):
            look_back_days (int | Unset):
            max_percent (int | None | Unset):
            max_returns (int | None | Unset):
            outside_area (bool | Unset):
            unreachable (bool | Unset):
     """

    known_person: bool | Unset = UNSET
    look_back_days: int | Unset = UNSET
    max_percent: int | None | Unset = UNSET
    max_returns: int | None | Unset = UNSET
    outside_area: bool | Unset = UNSET
    unreachable: bool | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        known_person = self.known_person

        look_back_days = self.look_back_days

        max_percent: int | None | Unset
        if isinstance(self.max_percent, Unset):
            max_percent = UNSET
        else:
            max_percent = self.max_percent

        max_returns: int | None | Unset
        if isinstance(self.max_returns, Unset):
            max_returns = UNSET
        else:
            max_returns = self.max_returns

        outside_area = self.outside_area

        unreachable = self.unreachable


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if known_person is not UNSET:
            field_dict["known_person"] = known_person
        if look_back_days is not UNSET:
            field_dict["look_back_days"] = look_back_days
        if max_percent is not UNSET:
            field_dict["max_percent"] = max_percent
        if max_returns is not UNSET:
            field_dict["max_returns"] = max_returns
        if outside_area is not UNSET:
            field_dict["outside_area"] = outside_area
        if unreachable is not UNSET:
            field_dict["unreachable"] = unreachable

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        known_person = d.pop("known_person", UNSET)

        look_back_days = d.pop("look_back_days", UNSET)

        def _parse_max_percent(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_percent = _parse_max_percent(d.pop("max_percent", UNSET))


        def _parse_max_returns(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_returns = _parse_max_returns(d.pop("max_returns", UNSET))


        outside_area = d.pop("outside_area", UNSET)

        unreachable = d.pop("unreachable", UNSET)

        return_policy_change = cls(
            known_person=known_person,
            look_back_days=look_back_days,
            max_percent=max_percent,
            max_returns=max_returns,
            outside_area=outside_area,
            unreachable=unreachable,
        )

        return return_policy_change

