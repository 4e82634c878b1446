from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset






T = TypeVar("T", bound="ProviderChange")



@_attrs_define
class ProviderChange:
    """ The fields to change

        Attributes:
            active (bool | Unset): false: gets no leads and no entry
            email (str | Unset):
            name (str | Unset):
            timezone (str | Unset):
     """

    active: bool | Unset = UNSET
    email: str | Unset = UNSET
    name: str | Unset = UNSET
    timezone: str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        active = self.active

        email = self.email

        name = self.name

        timezone = self.timezone


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if active is not UNSET:
            field_dict["active"] = active
        if email is not UNSET:
            field_dict["email"] = email
        if name is not UNSET:
            field_dict["name"] = name
        if timezone is not UNSET:
            field_dict["timezone"] = timezone

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        active = d.pop("active", UNSET)

        email = d.pop("email", UNSET)

        name = d.pop("name", UNSET)

        timezone = d.pop("timezone", UNSET)

        provider_change = cls(
            active=active,
            email=email,
            name=name,
            timezone=timezone,
        )

        return provider_change

