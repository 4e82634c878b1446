from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
from uuid import UUID
import datetime






T = TypeVar("T", bound="Subscription")



@_attrs_define
class Subscription:
    """ 
        Attributes:
            active (bool):
            competition_level_id (UUID): UUIDv7, canonical lower case
            created_at (datetime.datetime): RFC 3339, UTC, `Z`, six digits of fraction
            currency (str):
            daily_cap (int | None):
            id (UUID): UUIDv7, canonical lower case
            monthly_budget (float | None):
            niche_id (UUID): UUIDv7, canonical lower case
            postal_prefixes (list[str] | None): Normalised: capitals, without spaces and dashes
            price (float): An amount in the currency beside it, with at most as many decimals as that currency has
            provider_id (UUID): UUIDv7, canonical lower case
     """

    active: bool
    competition_level_id: UUID
    created_at: datetime.datetime
    currency: str
    daily_cap: int | None
    id: UUID
    monthly_budget: float | None
    niche_id: UUID
    postal_prefixes: list[str] | None
    price: float
    provider_id: UUID
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        active = self.active

        competition_level_id = str(self.competition_level_id)

        created_at = self.created_at.isoformat()

        currency = self.currency

        daily_cap: int | None
        daily_cap = self.daily_cap

        id = str(self.id)

        monthly_budget: float | None
        monthly_budget = self.monthly_budget

        niche_id = str(self.niche_id)

        postal_prefixes: list[str] | None
        if isinstance(self.postal_prefixes, list):
            postal_prefixes = self.postal_prefixes


        else:
            postal_prefixes = self.postal_prefixes

        price = self.price

        provider_id = str(self.provider_id)


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "active": active,
            "competition_level_id": competition_level_id,
            "created_at": created_at,
            "currency": currency,
            "daily_cap": daily_cap,
            "id": id,
            "monthly_budget": monthly_budget,
            "niche_id": niche_id,
            "postal_prefixes": postal_prefixes,
            "price": price,
            "provider_id": provider_id,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        active = d.pop("active")

        competition_level_id = UUID(d.pop("competition_level_id"))




        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        currency = d.pop("currency")

        def _parse_daily_cap(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        daily_cap = _parse_daily_cap(d.pop("daily_cap"))


        id = UUID(d.pop("id"))




        def _parse_monthly_budget(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        monthly_budget = _parse_monthly_budget(d.pop("monthly_budget"))


        niche_id = UUID(d.pop("niche_id"))




        def _parse_postal_prefixes(data: object) -> list[str] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                postal_prefixes_type_0 = cast(list[str], data)

                return postal_prefixes_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None, data)

        postal_prefixes = _parse_postal_prefixes(d.pop("postal_prefixes"))


        price = d.pop("price")

        provider_id = UUID(d.pop("provider_id"))




        subscription = cls(
            active=active,
            competition_level_id=competition_level_id,
            created_at=created_at,
            currency=currency,
            daily_cap=daily_cap,
            id=id,
            monthly_budget=monthly_budget,
            niche_id=niche_id,
            postal_prefixes=postal_prefixes,
            price=price,
            provider_id=provider_id,
        )


        subscription.additional_properties = d
        return subscription

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
