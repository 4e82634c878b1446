from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from uuid import UUID






T = TypeVar("T", bound="LeadMatch")



@_attrs_define
class LeadMatch:
    """ A provider that would get the lead.

        Attributes:
            level (str):
            price (float): An amount in the currency beside it, with at most as many decimals as that currency has
            provider_id (UUID): UUIDv7, canonical lower case
     """

    level: str
    price: float
    provider_id: UUID
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        level = self.level

        price = self.price

        provider_id = str(self.provider_id)


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "level": level,
            "price": price,
            "provider_id": provider_id,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        level = d.pop("level")

        price = d.pop("price")

        provider_id = UUID(d.pop("provider_id"))




        lead_match = cls(
            level=level,
            price=price,
            provider_id=provider_id,
        )


        lead_match.additional_properties = d
        return lead_match

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
