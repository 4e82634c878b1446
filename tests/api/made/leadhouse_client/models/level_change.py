from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset






T = TypeVar("T", bound="LevelChange")



@_attrs_define
class LevelChange:
    """ The fields to change

        Attributes:
            active (bool | Unset):
            max_providers (int | Unset):
            name (str | Unset):
     """

    active: bool | Unset = UNSET
    max_providers: int | Unset = UNSET
    name: str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        active = self.active

        max_providers = self.max_providers

        name = self.name


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if active is not UNSET:
            field_dict["active"] = active
        if max_providers is not UNSET:
            field_dict["max_providers"] = max_providers
        if name is not UNSET:
            field_dict["name"] = name

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        active = d.pop("active", UNSET)

        max_providers = d.pop("max_providers", UNSET)

        name = d.pop("name", UNSET)

        level_change = cls(
            active=active,
            max_providers=max_providers,
            name=name,
        )

        return level_change

