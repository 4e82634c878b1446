from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
from uuid import UUID
import datetime






T = TypeVar("T", bound="BillingContext")



@_attrs_define
class BillingContext:
    """ 
        Attributes:
            charged_at (datetime.datetime): RFC 3339, UTC, `Z`, six digits of fraction
            competition_level (str):  Example: Standard.
            price_charged (float): An amount in the currency beside it, with at most as many decimals as that currency has
            subscription_id (UUID): UUIDv7, canonical lower case
     """

    charged_at: datetime.datetime
    competition_level: str
    price_charged: float
    subscription_id: UUID
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        charged_at = self.charged_at.isoformat()

        competition_level = self.competition_level

        price_charged = self.price_charged

        subscription_id = str(self.subscription_id)


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "charged_at": charged_at,
            "competition_level": competition_level,
            "price_charged": price_charged,
            "subscription_id": subscription_id,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        charged_at = datetime.datetime.fromisoformat(d.pop("charged_at"))




        competition_level = d.pop("competition_level")

        price_charged = d.pop("price_charged")

        subscription_id = UUID(d.pop("subscription_id"))




        billing_context = cls(
            charged_at=charged_at,
            competition_level=competition_level,
            price_charged=price_charged,
            subscription_id=subscription_id,
        )


        billing_context.additional_properties = d
        return billing_context

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
