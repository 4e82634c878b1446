from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="NewLevel")



@_attrs_define
class NewLevel:
    """ 
        Attributes:
            max_providers (int): How many providers may share a lead
            name (str):
     """

    max_providers: int
    name: str





    def to_dict(self) -> dict[str, Any]:
        max_providers = self.max_providers

        name = self.name


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "max_providers": max_providers,
            "name": name,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        max_providers = d.pop("max_providers")

        name = d.pop("name")

        new_level = cls(
            max_providers=max_providers,
            name=name,
        )

        return new_level

