from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
from uuid import UUID
import datetime






T = TypeVar("T", bound="Provider")



@_attrs_define
class Provider:
    """ 
        Attributes:
            active (bool):
            balance (float): An amount in the currency beside it, with at most as many decimals as that currency has
            created_at (datetime.datetime): RFC 3339, UTC, `Z`, six digits of fraction
            currency (str):  Example: USD.
            email (str):
            id (UUID): UUIDv7, canonical lower case
            name (str):
            timezone (str):
     """

    active: bool
    balance: float
    created_at: datetime.datetime
    currency: str
    email: str
    id: UUID
    name: str
    timezone: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        active = self.active

        balance = self.balance

        created_at = self.created_at.isoformat()

        currency = self.currency

        email = self.email

        id = str(self.id)

        name = self.name

        timezone = self.timezone


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "active": active,
            "balance": balance,
            "created_at": created_at,
            "currency": currency,
            "email": email,
            "id": id,
            "name": name,
            "timezone": timezone,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        active = d.pop("active")

        balance = d.pop("balance")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        currency = d.pop("currency")

        email = d.pop("email")

        id = UUID(d.pop("id"))




        name = d.pop("name")

        timezone = d.pop("timezone")

        provider = cls(
            active=active,
            balance=balance,
            created_at=created_at,
            currency=currency,
            email=email,
            id=id,
            name=name,
            timezone=timezone,
        )


        provider.additional_properties = d
        return provider

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
