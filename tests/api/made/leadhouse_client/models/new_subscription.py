from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
from uuid import UUID






T = TypeVar("T", bound="NewSubscription")



@_attrs_define
class NewSubscription:
    """ The terms of a new subscription

        Attributes:
            competition_level_id (UUID): UUIDv7, canonical lower case
            niche_id (UUID): UUIDv7, canonical lower case
            price (float): What a lead costs: 0 or more
            daily_cap (int | None | Unset): Leads a day at most, in the provider's time zone
            monthly_budget (float | None | Unset):
            postal_prefixes (list[str] | None | Unset): Where it buys; absent: everywhere. Compared without case, spaces and
                dashes
     """

    competition_level_id: UUID
    niche_id: UUID
    price: float
    daily_cap: int | None | Unset = UNSET
    monthly_budget: float | None | Unset = UNSET
    postal_prefixes: list[str] | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        competition_level_id = str(self.competition_level_id)

        niche_id = str(self.niche_id)

        price = self.price

        daily_cap: int | None | Unset
        if isinstance(self.daily_cap, Unset):
            daily_cap = UNSET
        else:
            daily_cap = self.daily_cap

        monthly_budget: float | None | Unset
        if isinstance(self.monthly_budget, Unset):
            monthly_budget = UNSET
        else:
            monthly_budget = self.monthly_budget

        postal_prefixes: list[str] | None | Unset
        if isinstance(self.postal_prefixes, Unset):
            postal_prefixes = UNSET
        elif isinstance(self.postal_prefixes, list):
            postal_prefixes = self.postal_prefixes


        else:
            postal_prefixes = self.postal_prefixes


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "competition_level_id": competition_level_id,
            "niche_id": niche_id,
            "price": price,
        })
        if daily_cap is not UNSET:
            field_dict["daily_cap"] = daily_cap
        if monthly_budget is not UNSET:
            field_dict["monthly_budget"] = monthly_budget
        if postal_prefixes is not UNSET:
            field_dict["postal_prefixes"] = postal_prefixes

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        competition_level_id = UUID(d.pop("competition_level_id"))




        niche_id = UUID(d.pop("niche_id"))




        price = d.pop("price")

        def _parse_daily_cap(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        daily_cap = _parse_daily_cap(d.pop("daily_cap", UNSET))


        def _parse_monthly_budget(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        monthly_budget = _parse_monthly_budget(d.pop("monthly_budget", UNSET))


        def _parse_postal_prefixes(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                postal_prefixes_type_0 = cast(list[str], data)

                return postal_prefixes_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        postal_prefixes = _parse_postal_prefixes(d.pop("postal_prefixes", UNSET))


        new_subscription = cls(
            competition_level_id=competition_level_id,
            niche_id=niche_id,
            price=price,
            daily_cap=daily_cap,
            monthly_budget=monthly_budget,
            postal_prefixes=postal_prefixes,
        )

        return new_subscription

