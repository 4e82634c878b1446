from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="NewProvider")



@_attrs_define
class NewProvider:
    """ 
        Attributes:
            email (str): Where mails go
            name (str):
            timezone (None | str | Unset): An IANA name, as in America/Denver: the calendar of filters, caps and quotas
                Default: 'UTC'.
     """

    email: str
    name: str
    timezone: None | str | Unset = 'UTC'





    def to_dict(self) -> dict[str, Any]:
        email = self.email

        name = self.name

        timezone: None | str | Unset
        if isinstance(self.timezone, Unset):
            timezone = UNSET
        else:
            timezone = self.timezone


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "email": email,
            "name": name,
        })
        if timezone is not UNSET:
            field_dict["timezone"] = timezone

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        email = d.pop("email")

        name = d.pop("name")

        def _parse_timezone(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        timezone = _parse_timezone(d.pop("timezone", UNSET))


        new_provider = cls(
            email=email,
            name=name,
            timezone=timezone,
        )

        return new_provider

