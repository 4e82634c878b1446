from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="ReturnPolicy")



@_attrs_define
class ReturnPolicy:
    """ What is decided without a person, and how many returns there may be.

        Attributes:
            known_person (bool): Approve at once where the provider was assigned this person in the niche before
            look_back_days (int): How many days before the lead that may have been
            max_percent (int | None): The same in per cent of the leads assigned to it in 30 days; null: no limit
            max_returns (int | None): Returns a provider may open in 30 days; null: no limit
            outside_area (bool): Approve at once where the postal code is none of those the subscription buys now
            unreachable (bool): Approve at once where no numbering plan knows the phone and the mail's domain cannot exist
     """

    known_person: bool
    look_back_days: int
    max_percent: int | None
    max_returns: int | None
    outside_area: bool
    unreachable: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        known_person = self.known_person

        look_back_days = self.look_back_days

        max_percent: int | None
        max_percent = self.max_percent

        max_returns: int | None
        max_returns = self.max_returns

        outside_area = self.outside_area

        unreachable = self.unreachable


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "known_person": known_person,
            "look_back_days": look_back_days,
            "max_percent": max_percent,
            "max_returns": max_returns,
            "outside_area": outside_area,
            "unreachable": unreachable,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        known_person = d.pop("known_person")

        look_back_days = d.pop("look_back_days")

        def _parse_max_percent(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        max_percent = _parse_max_percent(d.pop("max_percent"))


        def _parse_max_returns(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        max_returns = _parse_max_returns(d.pop("max_returns"))


        outside_area = d.pop("outside_area")

        unreachable = d.pop("unreachable")

        return_policy = cls(
            known_person=known_person,
            look_back_days=look_back_days,
            max_percent=max_percent,
            max_returns=max_returns,
            outside_area=outside_area,
            unreachable=unreachable,
        )


        return_policy.additional_properties = d
        return return_policy

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
