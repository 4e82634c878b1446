from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="Counts")



@_attrs_define
class Counts:
    """ How many leads there are in each state.

        Attributes:
            accepted (int):
            active (int):
            refunded (int):
            rejected (int):
            unviewed (int): Never opened, whatever their state
     """

    accepted: int
    active: int
    refunded: int
    rejected: int
    unviewed: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        accepted = self.accepted

        active = self.active

        refunded = self.refunded

        rejected = self.rejected

        unviewed = self.unviewed


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "accepted": accepted,
            "active": active,
            "refunded": refunded,
            "rejected": rejected,
            "unviewed": unviewed,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        accepted = d.pop("accepted")

        active = d.pop("active")

        refunded = d.pop("refunded")

        rejected = d.pop("rejected")

        unviewed = d.pop("unviewed")

        counts = cls(
            accepted=accepted,
            active=active,
            refunded=refunded,
            rejected=rejected,
            unviewed=unviewed,
        )


        counts.additional_properties = d
        return counts

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
